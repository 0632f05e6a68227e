#!/bin/sh
# Declares what is no level.
. "${0%/*}/hello.inc"
hello
hear
ok '{"features":{"mac":{"level":"mostly"}}}'
hear
