"""The protocol: one request a line, one answer a line, until there are no more."""

import json
import sys

PROTOCOL = 1
NAME = "ebtables"
VERSION = "0.1.0"


class Refusal(Exception):
    """Why something could not be done; what was in force still is."""

    def __init__(self, kind, **about):
        super().__init__(kind)
        self.error = {"kind": kind, **about}

    def __str__(self):
        return ", ".join(f"{key} {value}" for key, value in self.error.items())


def step(what, cause):
    """A step that failed."""
    return Refusal("step", step=what, cause=str(cause))


def converse(driver, asked, answers):
    """Answers until nobody asks any more."""
    for line in asked:
        request = json.loads(line)
        try:
            outcome = {"ok": answer(driver, request)}
        except Refusal as refusal:
            outcome = {"error": refusal.error}
        except Exception as error:  # a mistake of ours is an answer, too: vifguard shows it
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            outcome = {"error": step(f"answer {request.get('call')}", repr(error)).error}
        if not say(answers, {"id": request["id"], **outcome}):
            return 0
        if request["call"] == "watch" and "ok" in outcome:
            driver.watch(asked, lambda: say(answers, {"event": "changed"}))
            return 0
    return 0


def answer(driver, request):
    """What came of one call."""
    call = request["call"]
    if call == "hello":
        # Who asks for another protocol is told which one this is, and goes.
        return {"protocol": PROTOCOL, "name": NAME, "version": VERSION}
    if call == "probe":
        return driver.probe()
    if call == "preview":
        return driver.preview(request["desired"])
    if call == "apply":
        return driver.apply(request["desired"])
    if call == "observe":
        return driver.observe()
    if call == "counters":
        return driver.counters()
    if call == "remove":
        return driver.remove(request["scope"])
    if call == "watch":
        driver.listen()
        return {}
    raise step("understand the request", f"there is no call {call!r}")


def say(answers, line):
    """Says a line; false if nobody listens any more."""
    try:
        answers.write(json.dumps(line).encode() + b"\n")
        answers.flush()
    except BrokenPipeError:
        return False
    return True
