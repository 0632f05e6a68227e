"""What the ends of chains counted. The name of an end says all: whose it is, and what it is for."""

from . import kernel
from .chains import ENDS
from .plan import is_end


def counters():
    """By interface; of those that only a pattern guards, by the pattern."""
    devices = {}
    for chain, frames in kernel.counts("nat", is_end).items():
        owner, _, end = chain.rpartition(":")
        is_pattern = owner.startswith("vg*")
        device = owner[3:].replace("+", "*") if is_pattern else owner[3:]
        if is_pattern and not frames:
            continue
        count = devices.setdefault(device, {"passed": 0, "refused": {}, "audited": {}})
        if end == "pass":
            count["passed"] = frames
        elif frames:
            kind = "refused" if end.startswith("r.") else "audited"
            count[kind][ENDS[end[2:]]] = frames
            # What is audited passes; those of a port are counted where they do.
            if is_pattern and kind == "audited":
                count["passed"] += frames
    return devices
