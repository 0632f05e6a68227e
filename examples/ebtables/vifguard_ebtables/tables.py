"""The only IO with ebtables: reading the table, and changing it in one transaction of the kernel's."""

import contextlib
import fcntl
import os
import shutil
import subprocess

from .conversation import Refusal, step
from .rules import canonical

SAVE = "ebtables-nft-save"
RESTORE = "ebtables-nft-restore"
PATIENCE = 60
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])
# ebtables-restore must not begin while another one is at work, whose owner may have died meanwhile.
LOCK = "/run/vifguard-ebtables.lock"


@contextlib.contextmanager
def alone():
    """One at a time, from reading to reading back. The lock is also held by what is run meanwhile, so that it
    outlives its owner for as long as that is at work."""
    try:
        lock = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise Refusal("privilege") from error
    except OSError as error:
        raise step(f"open {LOCK}", error.strerror) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def read():
    """All chains of the table, each with its policy and its rules."""
    chains = {}
    for line in run([SAVE, "-t", "nat"], "read the table nat").splitlines():
        if line.startswith(":"):
            name, policy = line[1:].split()[:2]
            chains[name] = [policy, []]
        elif line.startswith("-A "):
            _, name, rule = line.split(" ", 2)
            chains[name][1].append(canonical(rule))
    return chains


def change(lines, lock):
    """Carries out lines of ebtables-restore, all of them or none."""
    text = "\n".join(["*nat", *lines, "COMMIT", ""])
    run([RESTORE, "--noflush"], "change the table nat", text=text, lock=lock)


# One rule for each kind of match.
TRIAL = """*nat
:vifguard DROP
-A vifguard -i tap+ -s 02:00:00:00:00:01 -j RETURN
-A vifguard -p LENGTH -j DROP
-A vifguard -p ARP --arp-htype 1 --arp-ptype 0x0800 --arp-op 1 --arp-mac-src 02:00:00:00:00:01 -j DROP
-A vifguard -p ARP --arp-ip-src 0.0.0.0 --arp-ip-dst 192.0.2.0/24 -j DROP
-A vifguard -p IPv4 --ip-src 192.0.2.1 --ip-proto 1 --ip-icmp-type 5/0:255 -j DROP
-A vifguard -p IPv4 --ip-proto 2 --ip-igmp-type 17 -j DROP
-A vifguard -p IPv4 --ip-proto 17 --ip-sport 67 -j DROP
-A vifguard -p IPv6 --ip6-src 2001:db8::/32 --ip6-proto 58 --ip6-icmp-type 134/0:255 -j DROP
-A vifguard -p IPv6 --ip6-proto 17 --ip6-dport 546 -j DROP
-A vifguard --nflog-prefix note --nflog-group 1 -j RETURN
-I PREROUTING 1 -j vifguard
COMMIT
"""


def attempt():
    """Can the kernel do what the rules need? Tried in a network namespace that goes again."""
    words = ["unshare", "--net", "--", program(RESTORE), "--noflush"]
    run(words, "try the rules in a namespace of their own", text=TRIAL)


def program(name):
    """Where a program is; daemons' are not in everybody's PATH."""
    found = shutil.which(name, path=PATH)
    if found is None:
        raise Refusal(
            "unsupported",
            cause=f"there is no {name}",
            remedy="install ebtables over nf_tables (Debian, Ubuntu: iptables), and util-linux",
        )
    return found


def run(words, what, text="", lock=None):
    """What a program prints."""
    try:
        done = subprocess.run(
            [program(words[0]), *words[1:]],
            input=text,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            pass_fds=[] if lock is None else [lock],
        )
    except subprocess.TimeoutExpired as error:
        raise step(what, f"{words[0]} gave no answer for {PATIENCE} seconds") from error
    if done.returncode == 0:
        return done.stdout
    said = [line for line in done.stderr.splitlines() if line.strip()]
    if any("Permission denied" in line or "must be root" in line for line in said):
        raise Refusal("privilege")
    raise step(what, said[0] if said else f"{words[0]} ended with {done.returncode}")
