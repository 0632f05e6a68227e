#!/bin/sh
# Closes its output and stays.
. "${0%/*}/hello.inc"
hello
hear
exec sleep 1000 >&-
