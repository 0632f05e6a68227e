#!/bin/sh
# Says more than the protocol has.
. "${0%/*}/hello.inc"
hello
hear
ok '{"devices":{},"weather":"fine"}'
hear
