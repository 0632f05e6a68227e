"""The lines of ebtables-restore that lead from what is there to what is to be there."""

from .plan import TOP, chain_lines, is_end, note_of, top

TO_US = f"-j {TOP}"


def between(held, plan):
    """What differs. A chain that is named is emptied and written anew; one that is not keeps its counts."""
    anew = [
        f"vg.{device}:"
        for device, note in held.notes.items()
        if device in plan.notes and plan.notes[device]["port"] != note["port"]
    ]

    def is_same(name):
        # Another port on the same interface begins to count anew.
        begins = is_end(name) and name.startswith(tuple(anew))
        return held.chains.get(name) == plan.chains[name] and not begins

    written = {name: chain for name, chain in plan.written.items() if not is_same(name)}
    gone = [name for name in held.chains if name not in plan.chains]
    return lines(held, written, gone)


def without(held, devices):
    """What takes these ports away; their interfaces are closed then if a pattern guards them."""
    notes = {device: note for device, note in held.notes.items() if device not in devices}
    gone = [name for device in devices for name in [*held.of_port(device), note_of(device)]]
    return lines(held, {TOP: top(notes, held.host)[TOP]}, gone)


def nothing_left(held):
    """What takes away all of it."""
    hooks = [f"-D PREROUTING {TO_US}" for rule in held.hook if rule == TO_US]
    return hooks + delete(held.chains)


def lines(held, written, gone):
    """Chains that are written, then those that go, and the way in."""
    change = chain_lines(written) + delete(gone)
    if not held.is_hooked():
        change += [f"-D PREROUTING {TO_US}" for rule in held.hook if rule == TO_US]
        change.append(f"-I PREROUTING 1 {TO_US}")
    return change


def delete(names):
    """Chains go when nothing leads to them: they are emptied first, all of them."""
    return [f":{name} RETURN" for name in sorted(names)] + [f"-X {name}" for name in sorted(names)]
