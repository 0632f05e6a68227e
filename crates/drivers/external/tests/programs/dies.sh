#!/bin/sh
# Ends in the middle of it.
. "${0%/*}/hello.inc"
hello
hear
echo "first line" >&2
echo "no luck today" >&2
exit 3
