"""What ebtables can do at a bridge, as far as it is known from trying the corpus on it."""

from . import host

FULL = {"level": "full"}
DISCOVERY = (
    "neighbor discovery is refused whole, since ebtables sees neither its targets nor its options: a guest "
    "has no IPv6 but by static neighbor entries"
)
BEHIND_AH = "what AH carries is judged, which the contract leaves alone"


def partial(sentence):
    """It refuses more."""
    return {"level": "partial", "sentence": sentence}


def none(sentence):
    """It passes what it must not, or is not there."""
    return {"level": "none", "sentence": sentence}


def capabilities():
    """Every feature."""
    return {
        "features": {
            "mac": partial(DISCOVERY),
            "arp": FULL,
            "ipv4": partial(
                "everything from 0.0.0.0 is refused, requests of DHCP clients and reports of IGMP too: "
                "ebtables does not tell a whole packet from the first piece of one"
            ),
            "nd": partial(DISCOVERY),
            "ipv6": partial(
                "everything from :: is refused, packets with nothing behind their headers, and what AH "
                "carries is judged"
            ),
            "router": partial(f"later fragments of IPv6 are refused; {BEHIND_AH}"),
            "dhcp-server": partial(BEHIND_AH),
            "l2": FULL,
            "form": none(
                "ebtables sees neither versions nor lengths: packets that are malformed pass if what they "
                "claim is own"
            ),
            "nd-form": none(
                "without the guards mac and nd, neighbor discovery with an own source passes in any form"
            ),
            "fdb": learning(),
            "first-frame": FULL,
            "atomic": partial(
                "what is refused beyond the contract (neighbor discovery above all) is so through changes, "
                "too; nothing else is lost or opened"
            ),
            "resident": FULL,
            "drift": FULL,
            "counters": none(
                "frames from a group or nobody are dropped by the bridge before any rule counts them, and those "
                "from guarded interfaces without a port are counted by pattern, not by interface; what is "
                "refused beyond the contract is counted under the nearest reason"
            ),
            "events": none("refused frames are counted, not sampled"),
            "audit": none(
                "frames from a group or nobody are dropped by the bridge before any rule counts them; of all "
                "others audit mode counts what would be refused, for ports that put up with less "
                "(enforcement: best-effort)"
            ),
            "host": none(
                "only what a Linux bridge forwards is judged: not frames of interfaces outside a bridge, nor "
                "those to the groups that a bridge keeps to itself (01:80:c2:00:00:00 to 0f)"
            ),
        },
        "notes": ["ebtables-nft, table nat, chain PREROUTING: before the bridge learns"],
        "watch": True,
    }


def learning():
    """A bridge learns from frames to some groups before any rule sees them, unless it is told not to."""
    bridges = host.bridges()
    learn = sorted(name for name, data in bridges.items() if not data.get("no_linklocal_learn"))
    if bridges and not learn:
        return FULL
    which = f"{', '.join(learn)} learns" if learn else "a bridge learns"
    return none(
        f"{which} from frames to 01:80:c2:00:00:00 to 0f before any rule of ebtables'; tell it not to (ip link "
        "set BRIDGE type bridge no_linklocal_learn 1)"
    )
