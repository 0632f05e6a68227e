#!/bin/sh
# Does not read what it is asked.
. "${0%/*}/hello.inc"
hello
exec sleep 1000
