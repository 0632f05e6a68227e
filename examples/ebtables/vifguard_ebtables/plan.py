"""All chains that are to be there.

What this driver has to know of its ports later (whose they are, their guards, what it left) stands in the
kernel, in chains that nothing leads to: as the prefixes of rules that would log. So it comes and goes with
the rules, in the same transaction, and no file can say anything else."""

from urllib.parse import quote

from .chains import Chains
from .ports import digest
from .rules import canonical

TOP = "vifguard"
TOP_NOTE = "vifguard:note"
# A prefix of nflog's has room for 63 signs.
PIECE = 60


class Plan:
    """Chains by name, each with its policy and its rules, as they are written and in the form in which they are
    compared; and what is noted of whose they are."""

    def __init__(self, ports, patterns, unknown):
        self.notes = {}
        self.written = {}
        for port in ports:
            chains = Chains(port).all
            self.notes[port.device] = {
                "port": port.name,
                "device": port.device,
                "guards": sorted(port.guards),
                "mode": "audit" if port.audit else "enforce",
                "digest": digest(normal(chains)),
            }
            self.written.update(chains)
            self.written[note_of(port.device)] = written(self.notes[port.device])
        self.host = {"guarded": patterns, "unknown": unknown}
        self.written[TOP_NOTE] = written(self.host)
        self.written.update(top(self.notes, self.host))
        self.chains = normal(self.written)

    def text(self):
        """For people: the rules as ebtables-restore takes them, without notes."""
        lines = ["*nat"]
        shown = {name: chain for name, chain in self.written.items() if not name.endswith(":note")}
        lines += chain_lines(shown)
        return "\n".join([*lines, f"-I PREROUTING 1 -j {TOP}", "COMMIT", ""])


def chain_lines(chains):
    """Chains as ebtables-restore takes them. One that is there is emptied by being named."""
    lines = [f":{name} {policy}" for name, (policy, _) in sorted(chains.items())]
    for name, (_, rules) in sorted(chains.items()):
        lines += [f"-A {name} {rule}" for rule in rules]
    return lines


def top(notes, host):
    """Where frames come in: each port's go to its chains, and what comes back passed."""
    rules, chains = [], {}
    for device in sorted(notes):
        rules += [f"-i {device} -j vg.{device}:in", f"-i {device} -j RETURN"]
    for pattern in host["guarded"]:
        interfaces = f"{pattern[:-1]}+" if pattern.endswith("*") else pattern
        end = end_of(pattern, host["unknown"])
        rules += [f"-i {interfaces} -j {end}", f"-i {interfaces} -j RETURN"]
        chains[end] = ("RETURN", ["-j DROP" if host["unknown"] == "refuse" else "-j RETURN"])
    chains[TOP] = ("RETURN", rules)
    return chains


def end_of(pattern, unknown):
    """Where what a pattern guards and no port has comes to its end."""
    return f"vg*{pattern.replace('*', '+')}:{'r' if unknown == 'refuse' else 'a'}.unknown"


def note_of(device):
    """The chain of a port's note."""
    return f"vg.{device}:note"


def is_ours(chain):
    """Is it a chain of this driver's?"""
    return chain in (TOP, TOP_NOTE) or chain.startswith(("vg.", "vg*"))


def is_end(chain):
    """Does it count, and so stay while its port does?"""
    part = chain.rpartition(":")[2]
    return chain.startswith(("vg.", "vg*")) and (part == "pass" or part.startswith(("r.", "a.")))


def written(note):
    """A note as a chain."""
    pairs = []
    for key, value in note.items():
        text = value if isinstance(value, str) else " ".join(value)
        pairs.append(f"{key}={quote(text, safe='')}")
    text = ",".join(pairs)
    pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
    return ("RETURN", [f"--nflog-prefix {piece} --nflog-group 1 -j RETURN" for piece in pieces])


def normal(chains):
    """Chains in the one form in which they are compared."""
    return {
        name: [policy, [canonical(rule) for rule in rules]]
        for name, (policy, rules) in chains.items()
    }
