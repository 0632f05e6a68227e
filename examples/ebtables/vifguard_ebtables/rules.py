"""Rules as text, in one form however they were written: ebtables-save has names for some numbers, and an
order of its own."""

import functools
import ipaddress
import re
import shlex
import socket

# What this program writes is canonical already but for the order of the matches.
ETHERTYPES = {
    "IPv4": 0x0800,
    "ARP": 0x0806,
    "RARP": 0x8035,
    "802_1Q": 0x8100,
    "IPv6": 0x86DD,
}
ARP_OPERATIONS = {"Request": 1, "Reply": 2, "Request_Reverse": 3, "Reply_Reverse": 4}
ICMP = {"redirect": 5, "router-advertisement": 9}
IGMP = {"membership-query": 17}
ICMP6 = {
    "mld-listener-query": 130,
    "multicast-listener-query": 130,
    "router-solicitation": 133,
    "router-advertisement": 134,
    "neighbour-solicitation": 135,
    "neighbor-solicitation": 135,
    "neighbour-advertisement": 136,
    "neighbor-advertisement": 136,
    "redirect": 137,
}


@functools.lru_cache(maxsize=1 << 17)
def canonical(rule):
    """A rule by its meaning: two that are equal here do the same."""
    # ebtables-nft-save 1.8.9 leaves a space out behind the number of an IGMP type.
    rule = re.sub(r"(--ip-igmp-type [0-9:]+)-j ", r"\1 -j ", rule)
    words = shlex.split(rule) if '"' in rule else rule.split()
    pairs, target = [], []
    at = 0
    while at < len(words):
        option, values = words[at], []
        at += 1
        while at < len(words) and not words[at].startswith("-"):
            values.append(words[at])
            at += 1
        if option == "-j":
            target = [option, *values]
        else:
            pairs.append(" ".join([option, *(value_of(option, value) for value in values)]))
    return " ".join(sorted(pairs) + target)


def value_of(option, value):
    """One value of an option, in numbers."""
    if value == "!":
        return value
    if option == "-p":
        return ethertype(value)
    if option in ("--ip-proto", "--ip6-proto"):
        return protocol(value)
    if option == "--arp-op":
        return str(ARP_OPERATIONS.get(value, value))
    if option == "--arp-ptype":
        return f"0x{int(value, 16):04x}"
    if option == "--ip-icmp-type":
        return f"{ICMP[value]}/0:255" if value in ICMP else value
    if option == "--ip6-icmp-type":
        return f"{ICMP6[value]}/0:255" if value in ICMP6 else value
    if option in ("--ip6-src", "--ip6-dst"):
        net = ipaddress.ip_network(value)
        return str(net.network_address if net.prefixlen == 128 else net)
    if option == "--ip-igmp-type":
        return str(IGMP.get(value, value))
    return value


def ethertype(value):
    """By its number; what has a length there instead is called so."""
    if value.lower() == "length":
        return "LENGTH"
    try:
        number = int(value, 16) if value.startswith("0x") else ETHERTYPES[value]
    except KeyError:
        number = listed_ethertypes().get(value.lower())
    # ebtables-save shows a rule for this one as one for lengths, which it is not in the kernel.
    if number == 0x0600:
        return "LENGTH"
    return value if number is None else f"0x{number:04x}"


_listed = {}


def listed_ethertypes():
    """The names that ebtables takes from a file of the host's."""
    if not _listed:
        _listed[""] = None
        try:
            with open("/etc/ethertypes", encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    words = line.split("#", 1)[0].split()
                    if len(words) < 2:
                        continue
                    for name in [words[0], *words[2:]]:
                        _listed.setdefault(name.lower(), int(words[1], 16))
        except (OSError, ValueError):
            pass
    return _listed


def protocol(value):
    """By its number."""
    if value.isdigit():
        return value
    try:
        return str(socket.getprotobyname(value))
    except OSError:
        return value
