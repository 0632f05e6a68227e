"""Interfaces and bridges of this network namespace."""

import json
import shutil
import subprocess

from .conversation import step
from .tables import PATH, PATIENCE


def links():
    """Every interface by its name."""
    program = shutil.which("ip", path=PATH)
    if program is None:
        raise step("read the interfaces", "there is no ip (Debian, Ubuntu: iproute2)")
    done = subprocess.run(
        [program, "-json", "-details", "link", "show"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode != 0:
        raise step("read the interfaces", done.stderr.strip() or f"ip ended with {done.returncode}")
    # Without interfaces it prints nothing, and an empty object for each that it does not show.
    return {link["ifname"]: link for link in json.loads(done.stdout or "[]") if link}


def is_on_bridge(link):
    """Is it a port of a Linux bridge?"""
    return link.get("linkinfo", {}).get("info_slave_kind") == "bridge"


def bridges():
    """What is set on each bridge, by its name."""
    found = {}
    for name, link in links().items():
        info = link.get("linkinfo", {})
        if info.get("info_kind") == "bridge":
            found[name] = info.get("info_data", {})
    return found
