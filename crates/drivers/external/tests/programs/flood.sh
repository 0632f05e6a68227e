#!/bin/sh
# Complains without end, and answers.
. "${0%/*}/hello.inc"
hello
hear
head -c 4000000 /dev/zero | tr '\0' 'x' >&2
ok '{"devices":{}}'
hear
