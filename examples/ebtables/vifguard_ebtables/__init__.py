"""A driver of vifguard's for Linux bridges, made of ebtables-nft.

conversation  the protocol: lines in, lines out
driver        what each call does
change        the lines that lead from what is there to what is to be there
counters      what was counted
ports         what is asked of a port, read from a request
chains        the rules for it: what the contract says, as far as ebtables sees it
plan          all chains that are to be there, with notes of whose they are
held          the chains that are there; what of them is not as it was left
tables        the only IO with ebtables: reading, and changing in one transaction
rules         rules as text, in one form however they were written
host          interfaces and bridges
kernel        counts, and the kernel's word that rules were changed, over netlink
capabilities  what ebtables can do
"""
