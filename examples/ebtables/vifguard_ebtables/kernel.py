"""Rules as the kernel has them, over netlink: what ebtables-save is slow at, and what it does not tell.

Numbers are those of linux/netlink.h, linux/netfilter/nfnetlink.h and linux/netfilter/nf_tables.h."""

import errno
import select
import socket
import struct

from .conversation import Refusal, step

NETLINK_NETFILTER = 12
BRIDGE = 7
NFTABLES = 10
GETRULE = NFTABLES << 8 | 7
# NFNLGRP_NFTABLES as a bit: whoever changes rules is heard there.
CHANGES = 1 << (7 - 1)
REQUEST, DUMP, INTERRUPTED = 0x1, 0x300, 0x10
ERROR, DONE = 2, 3
CHAIN, EXPRESSIONS = 2, 4
EXPRESSION_NAME, EXPRESSION_DATA = 1, 2
COUNTER_PACKETS = 2


def connect(groups=0):
    """A socket to the kernel's nf_tables."""
    kinds = socket.SOCK_RAW | socket.SOCK_CLOEXEC
    connection = socket.socket(socket.AF_NETLINK, kinds, NETLINK_NETFILTER)
    connection.bind((0, groups))
    return connection


def counts(table, is_wanted):
    """How many frames met the rules of those chains of a bridge's table that are wanted."""
    while True:
        found, is_whole = dump(table, is_wanted)
        if is_whole:
            return found


def dump(table, is_wanted):
    """The same; and whether nobody changed rules meanwhile."""
    name = table.encode() + b"\0"
    padded = name + bytes(-len(name) % 4)
    body = struct.pack("=BBH", BRIDGE, 0, 0) + struct.pack("=HH", 4 + len(name), 1) + padded
    request = struct.pack("=IHHII", 16 + len(body), GETRULE, REQUEST | DUMP, 1, 0) + body
    found, is_whole = {}, True
    with connect() as connection:
        connection.send(request)
        while True:
            for kind, flags, message in messages(connection.recv(1 << 18)):
                is_whole = is_whole and not flags & INTERRUPTED
                if kind == DONE:
                    return found, is_whole
                if kind == ERROR:
                    refuse(struct.unpack_from("=i", message)[0])
                count(message, is_wanted, found)


def refuse(number):
    """What the kernel answers instead."""
    if -number in (errno.EPERM, errno.EACCES):
        raise Refusal("privilege")
    raise step("read the rules", errno.errorcode.get(-number, number))


def messages(data):
    """The messages of a datagram: kind, flags, and what is in it."""
    at = 0
    while at + 16 <= len(data):
        length, kind, flags = struct.unpack_from("=IHH", data, at)
        yield kind, flags, memoryview(data)[at + 16 : at + length]
        at += (length + 3) & ~3


def attributes(data):
    """Attributes one after the other: kind and value."""
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        yield kind & 0x3FFF, data[at + 4 : at + length]
        at += (length + 3) & ~3


def count(rule, is_wanted, found):
    """Adds what a rule counted to what its chain did."""
    chain = None
    # What comes before the attributes says nothing of a rule.
    for kind, value in attributes(rule[4:]):
        if kind == CHAIN:
            chain = bytes(value).rstrip(b"\0").decode(errors="replace")
            if not is_wanted(chain):
                return
        elif kind == EXPRESSIONS:
            for _, expression in attributes(value):
                parts = dict(attributes(expression))
                if bytes(parts.get(EXPRESSION_NAME, b"")) == b"counter\0":
                    packets = dict(attributes(parts[EXPRESSION_DATA]))[COUNTER_PACKETS]
                    frames = struct.unpack(">Q", packets)[0]
                    found[chain] = found.get(chain, 0) + frames


def follow(ear, asked, say):
    """Says so after each change of rules, until nobody listens, or nobody may ask any more."""
    while True:
        ready, _, _ = select.select([ear, asked], [], [])
        if asked in ready:
            return
        # One change is many messages.
        while heard(ear):
            pass
        if not say():
            return


def heard(ear):
    """Is there a message?"""
    try:
        return bool(ear.recv(1 << 16, socket.MSG_DONTWAIT))
    except OSError as error:
        # Some were lost: something changed.
        if error.errno == errno.ENOBUFS:
            return True
        if error.errno in (errno.EAGAIN, errno.EINTR):
            return False
        raise
