"""What is asked of a port, read from a request."""

import hashlib
import ipaddress
import json
import re

from .conversation import Refusal

# What a chain may be called after.
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]*\Z")
LINK_LOCALS = ipaddress.ip_network("fe80::/10")
NEVER_V4 = [
    ipaddress.ip_network(net)
    for net in ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32")
]
NEVER_V6 = [ipaddress.ip_network(net) for net in ("::/128", "::1/128", "ff00::/8")]


class Port:
    """A port on its interface."""

    def __init__(self, asked):
        self.name = asked["port"]
        self.device = asked["device"]
        self.guards = set(asked["guards"])
        self.audit = asked["mode"] == "audit"
        self.macs = asked["macs"]
        self.v4 = [ipaddress.ip_network(net) for net in asked["v4"]]
        v6 = [ipaddress.ip_network(net) for net in asked["v6"]]
        # What lies around fe80::/10 owns no link-local.
        self.local = [net for net in v6 if net.subnet_of(LINK_LOCALS)]
        self.wide = [net for net in v6 if not net.subnet_of(LINK_LOCALS)]
        rule = asked["link_local"]
        # All link-locals but these, or none besides the listed ones.
        self.others = (
            None
            if rule == "listed"
            else [ipaddress.ip_network(net) for net in rule["any-but"]]
        )
        self.ethertypes = asked["ethertypes"]
        # Its interface is not there, and no other one is to be taken for it.
        self.closed = asked["index"] == 0
        self.check(asked["index"])

    def check(self, index):
        """Refuses what rules of ebtables cannot say."""
        if not PLAIN.match(self.device):
            raise self.unfit(
                f"its interface {self.device!r} has signs in its name that ebtables reads otherwise",
                "give it a name of letters, digits, '.', '_' and '-'",
            )
        if index:
            raise self.unfit(
                f"it is bound to interface number {index}, and ebtables knows interfaces by name alone",
                "name its interface in the policy (device:), or guard it with the driver nft",
            )

    def unfit(self, cause, remedy):
        """The error that it cannot be guarded."""
        return Refusal("port", port=self.name, cause=cause, remedy=remedy)

    def on(self, *guards):
        """Is any of these guards on?"""
        return bool(self.guards.intersection(guards))


def read(desired):
    """The ports, the patterns and what becomes of interfaces without a port."""
    ports = [Port(asked) for asked in desired["ports"]]
    devices = {}
    for port in ports:
        other = devices.setdefault(port.device, port)
        if other is not port:
            raise port.unfit(
                f"its interface {port.device} is also that of port {other.name}",
                "give each port an interface of its own",
            )
    patterns = sorted(set(desired["host"]["guarded"]))
    for pattern in patterns:
        prefix = pattern.removesuffix("*")
        if not PLAIN.match(prefix) or (pattern != prefix and len(prefix) > 14):
            raise Refusal(
                "unsupported",
                cause=f"ebtables has no rule for the interfaces {pattern}",
                remedy="guard them by a shorter pattern of letters, digits, '.', '_' and '-'",
            )
    return ports, patterns, desired["host"]["unknown"]


def never(nets, ranges):
    """Of what is never own, that which a prefix covers all the same."""
    return [bad for bad in ranges if any(bad.subnet_of(net) for net in nets)]


def digest(value):
    """A short name for a value."""
    text = json.dumps(value, sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()[:16]
