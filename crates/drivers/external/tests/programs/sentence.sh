#!/bin/sh
# Does not say what is missing.
. "${0%/*}/hello.inc"
hello
hear
ok '{"features":{"mac":{"level":"partial"}}}'
hear
