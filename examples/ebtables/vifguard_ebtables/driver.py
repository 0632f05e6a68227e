"""What each call does."""

from . import change, host, kernel, tables
from .capabilities import capabilities
from .conversation import Refusal
from .counters import counters
from .held import Held
from .plan import Plan
from .ports import read


class Driver:
    """ebtables-nft in the network namespace of this process."""

    def __init__(self):
        self.ear = None

    def probe(self):
        """What this host lets it do: found by trying, in a namespace that goes again."""
        tables.read()
        tables.attempt()
        return capabilities()

    def preview(self, desired):
        """What would be changed."""
        plan = planned(desired)
        lines = change.between(Held(tables.read()), plan)
        return {"plan": plan.text(), "difference": [line for line in lines if "--nflog-" not in line]}

    def apply(self, desired):
        """Changes it, and reads it back."""
        plan = planned(desired)
        with tables.alone() as lock:
            held = Held(tables.read())
            lines = change.between(held, plan)
            if lines:
                tables.change(lines, lock)
                left = change.between(Held(tables.read()), plan)
                if left:
                    raise Refusal("not-as-planned", difference=left[0])
            return report(held, plan, bool(lines))

    def observe(self):
        """What is in force."""
        held = Held(tables.read())
        ports = [
            {
                "port": note["port"],
                "device": device,
                "guards": note["guards"],
                "mode": note["mode"],
                "degraded": [],
            }
            for device, note in held.notes.items()
        ]
        drift = [
            {"port": port, "what": what} if port else {"what": what} for port, what in held.drift()
        ]
        return {
            "present": bool(held.chains) or change.TO_US in held.hook,
            "ports": sorted(ports, key=lambda port: port["port"]),
            **held.host,
            "drift": drift,
        }

    def counters(self):
        """What the ends of each port's chains counted."""
        return {"devices": counters()}

    def remove(self, scope):
        """Takes away all of it, or one port."""
        with tables.alone() as lock:
            held = Held(tables.read())
            if scope == "all":
                gone = list(held.notes)
                lines = change.nothing_left(held)
            else:
                gone = [d for d, note in held.notes.items() if note["port"] == scope["port"]]
                if not gone:
                    raise Refusal("no-such-port", port=scope["port"])
                lines = change.without(held, gone)
            if lines:
                tables.change(lines, lock)
            left = Held(tables.read())
            if any(device in left.notes for device in gone) or (scope == "all" and left.chains):
                raise Refusal("not-as-planned", difference="what was taken away is still there")
            return {"released": sorted({held.notes[device]["port"] for device in gone})}

    def listen(self):
        """Before it is said that nothing is missed."""
        self.ear = kernel.connect(kernel.CHANGES)

    def watch(self, asked, say):
        """For as long as somebody listens."""
        kernel.follow(self.ear, asked, say)


def planned(desired):
    """The chains, if each port's interface can be guarded."""
    ports, patterns, unknown = read(desired)
    links = host.links()
    for port in ports:
        link = links.get(port.device)
        if link and not port.closed and not host.is_on_bridge(link):
            raise port.unfit(
                f"its interface {port.device} is in no Linux bridge",
                "put it in one first, or guard it with the driver nft: ebtables judges at bridges alone",
            )
    return Plan(ports, patterns, unknown)


def report(held, plan, did_something):
    """What became of which port."""
    drift = held.drift()
    hit = {port for port, _ in drift}
    before = {note["port"]: note for note in held.notes.values()}
    after = {note["port"]: note for note in plan.notes.values()}
    added = [port for port in after if port not in before]
    changed = [
        port for port in after if port in before and (before[port] != after[port] or port in hit)
    ]
    removed = [port for port in before if port not in after]
    is_about_ports = bool(added or changed or removed or drift)
    return {
        "added": sorted(added),
        "changed": sorted(changed),
        "removed": sorted(removed),
        "unchanged": len(after) - len(added) - len(changed),
        "repaired": [f"port {port}: {what}" if port else what for port, what in drift],
        "otherwise": held.host != plan.host or (did_something and not is_about_ports),
    }
