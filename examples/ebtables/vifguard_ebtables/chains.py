"""The rules for a port: what the contract says, as far as ebtables sees it, and a refusal where it does not.

A frame goes from chain to chain: where a rule says `go`, the next chain decides and nothing behind it is
asked. So every frame comes to exactly one end, which counts it: a chain for each reason (`r.`, or `a.` for
ports in audit mode), or `pass`. These ends are never written anew while the port stays, so that counts go
on, exact, when its rules change. A chain whose end is reached all the same drops."""

from .ports import LINK_LOCALS, NEVER_V4, NEVER_V6, never

ENDS = {
    "mac": "mac",
    "vlan": "vlan",
    "l2": "l2",
    "arp-bad": "arp-malformed",
    "arp-mac": "arp-mac",
    "arp-ip": "arp-ip",
    "rarp": "rarp",
    "ip4": "ipv4",
    "ip6-bad": "ipv6-malformed",
    "ip6": "ipv6",
    "router": "router",
    "nd-bad": "nd-malformed",
    "nd-target": "nd-target",
    "dhcp": "dhcp-server",
    "unknown": "unknown-port",
}
ANY_MAC = "00:00:00:00:00:00/00:00:00:00:00:00"
ARP = "-p ARP"
RARP = "-p RARP"
V4 = "-p IPv4"
V6 = "-p IPv6"
# Redirect and router advertisement; query and multicast router advertisement.
ICMP_ROUTERS = (5, 9)
IGMP_ROUTERS = (17, 48)
# Multicast listener query, router advertisement, redirect, multicast router advertisement.
ICMP6_ROUTERS = (130, 134, 137, 151)
DISCOVERY = (133, 135, 136)
INVERSE = (141, 142)
PIM = 103
# What ebtables takes the upper layer of a later fragment for.
FRAGMENT = 44


class Chains:
    """The chains of one port, by name: each with its policy and its rules."""

    def __init__(self, port):
        self.port = port
        self.all = {}
        self.begin = self.name("in")
        self.write()

    def name(self, part):
        """A chain's name: ebtables has room for 31 signs, and no interface has a colon in its name."""
        return f"vg.{self.port.device}:{part}"

    # Words for rules.

    def add(self, part, rules):
        """A chain in which every frame meets a rule."""
        self.all[self.name(part)] = ("DROP", rules)

    def go(self, match, part):
        """What matches is decided there."""
        lead = f"{match} " if match else ""
        return [f"{lead}-j {self.name(part)}", f"{lead}-j RETURN"]

    def refuse(self, match, end):
        """What matches is refused; in audit mode it is counted and passes."""
        if self.port.audit:
            self.all[self.name(f"a.{end}")] = ("RETURN", [f"-j {self.name('pass')}"])
            return self.let_by(match, f"a.{end}")
        self.all[self.name(f"r.{end}")] = ("RETURN", ["-j DROP"])
        # Nothing comes back.
        return self.go(match, f"r.{end}")[:1]

    def let(self, match):
        """What matches passes."""
        return self.let_by(match, "pass")

    def let_by(self, match, end):
        """The same, by an end that counts it before it has passed."""
        self.all[self.name("pass")] = ("RETURN", ["-j RETURN"])
        return self.go(match, end)

    # What the contract says, section by section.

    def write(self):
        """All of it."""
        port = self.port
        if port.closed:
            self.add("in", self.refuse("", "unknown"))
            return
        rules = []
        if port.on("mac"):
            for mac in port.macs:
                rules += self.go(f"-s {mac}", "kind")
            rules += self.refuse("", "mac")
        else:
            rules += self.go("", "kind")
        self.add("in", rules)
        self.kinds()
        self.arp()
        self.rarp()
        self.ipv4()
        self.ipv6()

    def kinds(self):
        """Section 3: by EtherType."""
        port, rules = self.port, []
        if port.on("l2"):
            for tag in ("0x8100", "0x88a8", "0x9100"):
                rules += self.refuse(f"-p {tag}", "vlan")
            rules += self.refuse("-p LENGTH", "l2")
        for match, part in ((ARP, "arp"), (RARP, "rarp"), (V4, "ip4"), (V6, "ip6")):
            rules += self.go(match, part)
        for number in port.ethertypes:
            rules += self.let(f"-p 0x{number:04x}")
        rules += self.refuse("", "l2") if port.on("l2") else self.let("")
        self.add("kind", rules)

    def arp(self):
        """Section 4. A comparison of any address sees to it that it has the length of one, and is there."""
        port = self.port
        if not port.on("mac", "arp"):
            self.add("arp", self.let(""))
            return
        form = f"{ARP} --arp-htype 1 --arp-ptype 0x0800 --arp-mac-src {ANY_MAC} --arp-ip-src 0.0.0.0/0"
        rules = []
        for operation in (1, 2):
            rules += self.go(f"{form} --arp-op {operation}", "arp-mac")
        self.add("arp", rules + self.refuse("", "arp-bad"))
        rules = []
        if port.on("mac"):
            for mac in port.macs:
                rules += self.go(f"{ARP} --arp-mac-src {mac}", "arp-ip")
            rules += self.refuse("", "arp-mac")
        else:
            rules += self.go("", "arp-ip")
        self.add("arp-mac", rules)
        if not port.on("arp"):
            self.add("arp-ip", self.let(""))
            return
        bad = never(port.v4, NEVER_V4)
        probe = f"{ARP} --arp-op 1 --arp-ip-src 0.0.0.0 --arp-ip-dst"
        rules = []
        for net in bad:
            rules += self.refuse(f"{probe} {v4(net)}", "arp-ip")
        for net in port.v4:
            rules += self.let(f"{probe} {v4(net)}")
        for net in bad:
            rules += self.refuse(f"{ARP} --arp-ip-src {v4(net)}", "arp-ip")
        for net in port.v4:
            rules += self.let(f"{ARP} --arp-ip-src {v4(net)}")
        self.add("arp-ip", rules + self.refuse("", "arp-ip"))

    def rarp(self):
        """Section 4: the announcement of an own MAC."""
        port = self.port
        if not port.on("mac", "arp"):
            self.add("rarp", self.let(""))
            return
        form = (
            f"{RARP} --arp-htype 1 --arp-ptype 0x0800 --arp-op 3 --arp-ip-src 0.0.0.0 --arp-ip-dst 0.0.0.0"
        )
        macs = port.macs if port.on("mac") else [ANY_MAC]
        rules, ends = [], []
        for mac in macs:
            rules += self.go(f"{form} --arp-mac-src {mac}", "rarp-dst")
            ends += self.let(f"{RARP} --arp-mac-dst {mac}")
        self.add("rarp", rules + self.refuse("", "rarp"))
        self.add("rarp-dst", ends + self.refuse("", "rarp"))

    def ipv4(self):
        """Section 5. Fragments are told from whole packets only where they do not begin one: so nothing
        passes from 0.0.0.0, which may only in whole packets."""
        port, rules = self.port, []
        if port.on("router"):
            for kind in ICMP_ROUTERS:
                rules += self.refuse(f"{V4} --ip-proto 1 --ip-icmp-type {kind}/0:255", "router")
            for kind in IGMP_ROUTERS:
                rules += self.refuse(f"{V4} --ip-proto 2 --ip-igmp-type {kind}", "router")
            rules += self.refuse(f"{V4} --ip-proto {PIM}", "router")
        self.add("ip4", rules + self.go("", "ip4-src"))
        rules = []
        if port.on("ipv4"):
            for net in never(port.v4, NEVER_V4):
                rules += self.refuse(f"{V4} --ip-src {v4(net)}", "ip4")
            for net in port.v4:
                rules += self.go(f"{V4} --ip-src {v4(net)}", "ip4-up")
            rules += self.refuse("", "ip4")
        else:
            rules += self.go("", "ip4-up")
        self.add("ip4-src", rules)
        rules = []
        if port.on("dhcp-server"):
            rules += self.refuse(f"{V4} --ip-proto 17 --ip-sport 67", "dhcp")
            rules += self.refuse(f"{V4} --ip-proto 17 --ip-dport 68", "dhcp")
        self.add("ip4-up", rules + self.let(""))

    def ipv6(self):
        """Section 6. ebtables finds the upper layer behind all extension headers, AH too, and says nothing
        of these; what it cannot find is refused. It sees neither targets nor options of neighbor discovery:
        this is refused whole, and so is everything from `::`, which may only in packets of a form that is
        not seen."""
        port = self.port
        if not port.on("ipv6", "nd", "mac", "router", "dhcp-server"):
            self.add("ip6", self.let(""))
            return
        # A comparison with a protocol fails for a chain of headers that cannot be walked, either way.
        rules = self.go(f"{V6} --ip6-proto ! 255", "ip6-up")
        rules += self.go(f"{V6} --ip6-proto 255", "ip6-up")
        self.add("ip6", rules + self.refuse("", "ip6-bad"))
        rules = self.go(f"{V6} --ip6-proto 58 --ip6-icmp-type 0:255/0:255", "ip6-icmp")
        rules += self.refuse(f"{V6} --ip6-proto 58", "ip6-bad")
        rules += self.go(f"{V6} --ip6-proto 17 --ip6-sport 0:65535", "ip6-src")
        rules += self.refuse(f"{V6} --ip6-proto 17", "ip6-bad")
        if port.on("router"):
            rules += self.refuse(f"{V6} --ip6-proto {PIM}", "router")
            # A later fragment may be one of PIM, which is told in the fragment header alone.
            rules += self.refuse(f"{V6} --ip6-proto {FRAGMENT}", "router")
        self.add("ip6-up", rules + self.go("", "ip6-src"))
        rules = []
        if port.on("router"):
            rules += self.icmp6(ICMP6_ROUTERS, "router")
        self.add("ip6-icmp", rules + self.go("", "ip6-src"))
        self.add("ip6-src", self.sources() if port.on("ipv6") else self.go("", "ip6-end"))
        rules = []
        if port.on("mac", "nd"):
            rules += self.icmp6(DISCOVERY, "nd-bad")
            rules += self.icmp6(INVERSE, "nd-target")
        if port.on("dhcp-server"):
            rules += self.refuse(f"{V6} --ip6-proto 17 --ip6-sport 547", "dhcp")
            rules += self.refuse(f"{V6} --ip6-proto 17 --ip6-dport 546", "dhcp")
        self.add("ip6-end", rules + self.let(""))

    def icmp6(self, kinds, end):
        """Refuses some types."""
        rules = []
        for kind in kinds:
            rules += self.refuse(f"{V6} --ip6-proto 58 --ip6-icmp-type {kind}/0:255", end)
        return rules

    def sources(self):
        """Rule 6.4. Link-locals first: prefixes from outside fe80::/10 own none."""
        port = self.port
        rules = []
        for net in never([*port.wide, *port.local], NEVER_V6):
            rules += self.refuse(f"{V6} --ip6-src {v6(net)}", "ip6")
        for net in port.local:
            rules += self.go(f"{V6} --ip6-src {v6(net)}", "ip6-end")
        if port.others is not None:
            for net in port.others:
                rules += self.refuse(f"{V6} --ip6-src {v6(net)}", "ip6")
            rules += self.go(f"{V6} --ip6-src {LINK_LOCALS}", "ip6-end")
        elif any(net.overlaps(LINK_LOCALS) for net in port.wide):
            rules += self.refuse(f"{V6} --ip6-src {LINK_LOCALS}", "ip6")
        for net in port.wide:
            rules += self.go(f"{V6} --ip6-src {v6(net)}", "ip6-end")
        return rules + self.refuse("", "ip6")


def v4(net):
    """A prefix; a single address as one."""
    return str(net.network_address if net.prefixlen == 32 else net)


def v6(net):
    """A prefix; a single address as one."""
    return str(net.network_address if net.prefixlen == 128 else net)
