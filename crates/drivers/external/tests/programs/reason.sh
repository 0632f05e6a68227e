#!/bin/sh
# Counts under a reason that nobody knows.
. "${0%/*}/hello.inc"
hello
hear
ok '{"devices":{"tap0":{"passed":1,"refused":{"bad-luck":1}}}}'
hear
