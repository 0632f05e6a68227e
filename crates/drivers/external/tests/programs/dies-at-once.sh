#!/bin/sh
# Ends before anything is said.
. "${0%/*}/hello.inc"
echo "cannot find my library" >&2
exit 127
