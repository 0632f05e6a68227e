"""What the ends of chains counted."""

from .chains import ENDS
from .held import Held
from .plan import end_of


def counters(counts, notes):
    """By interface; of those that only a pattern guards, by the pattern."""
    held = Held(notes)
    devices = {}
    for device in held.notes:
        count = devices[device] = nothing()
        count["passed"] = counts.get(f"vg.{device}:pass", 0)
        for end, reason in ENDS.items():
            for kind, of in (("refused", "r"), ("audited", "a")):
                met = counts.get(f"vg.{device}:{of}.{end}", 0)
                if met:
                    count[kind][reason] = met
    for pattern in held.host["guarded"]:
        met = counts.get(end_of(pattern), 0)
        if met and held.host["unknown"] == "refuse":
            devices[pattern] = nothing() | {"refused": {"unknown-port": met}}
        elif met:
            devices[pattern] = nothing() | {"passed": met, "audited": {"unknown-port": met}}
    return devices


def nothing():
    """Of an interface that sent nothing."""
    return {"passed": 0, "refused": {}, "audited": {}}
