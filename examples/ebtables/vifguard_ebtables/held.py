"""The chains that are there, and what of them is not as it was left."""

from urllib.parse import unquote

from .plan import TOP, TOP_NOTE, is_ours, note_of, top
from .plan import normal as normal_chains
from .ports import digest

LISTS = ("guards", "guarded")


class Held:
    """What is in the table."""

    def __init__(self, table):
        self.chains = {name: chain for name, chain in table.items() if is_ours(name)}
        self.hook = table.get("PREROUTING", ["ACCEPT", []])[1]
        self.notes = {}
        for name in self.chains:
            if name.startswith("vg.") and name.endswith(":note"):
                note = read(self.chains[name][1])
                if {"port", "device", "guards", "mode", "digest"} <= note.keys():
                    self.notes[note["device"]] = note
        host = read(self.chains.get(TOP_NOTE, ["", []])[1])
        self.host = {
            "guarded": host.get("guarded", []),
            "unknown": host.get("unknown", "refuse"),
        }

    def is_hooked(self):
        """Do frames come in, before anybody else's rules, and once?"""
        to_us = f"-j {TOP}"
        return self.hook[:1] == [to_us] and self.hook.count(to_us) == 1

    def of_port(self, device):
        """The chains of a port but its note."""
        note, begin = note_of(device), f"vg.{device}:"
        return {
            name: chain
            for name, chain in self.chains.items()
            if name.startswith(begin) and name != note
        }

    def drift(self):
        """What somebody else changed, each with the port that it hits."""
        if not self.chains:
            return []
        found = []
        if not self.is_hooked():
            found.append((None, "the first rule of the chain PREROUTING does not lead to the guards"))
        expected = normal_chains(top(self.notes, self.host))
        there = {name: chain for name, chain in self.chains.items() if name in expected}
        if there != expected:
            found.append((None, "the rules by which frames come to their ports were changed"))
        for device, note in sorted(self.notes.items()):
            if digest(self.of_port(device)) != note["digest"]:
                found.append((note["port"], "its rules were changed"))
        return found


def read(rules):
    """A note from its chain."""
    text = ""
    for rule in rules:
        words = rule.split(" ")
        if "--nflog-prefix" in words:
            text += words[words.index("--nflog-prefix") + 1]
    note = {}
    for pair in text.split(","):
        key, _, value = pair.partition("=")
        value = unquote(value)
        note[key] = value.split() if key in LISTS else value
    return note
