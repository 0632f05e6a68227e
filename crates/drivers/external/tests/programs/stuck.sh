#!/bin/sh
# Does not answer, nor does what it started end by itself.
. "${0%/*}/hello.inc"
hello
hear
sleep 1000 &
echo "waiting for $!" >&2
wait
