"""The kernel's word that somebody changed rules of nf_tables, of which ebtables-nft's are."""

import errno
import select
import socket

NETLINK_NETFILTER = 12
# NFNLGRP_NFTABLES of linux/netfilter/nfnetlink.h, as a bit.
RULES = 1 << (7 - 1)


def listen():
    """From now on nothing is missed."""
    ear = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_NETFILTER)
    ear.bind((0, RULES))
    return ear


def follow(ear, asked, say):
    """Says so after each change, until nobody listens, or nobody may ask any more."""
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
