#!/bin/sh
# Declares a feature that nobody knows yet, and cannot watch.
. "${0%/*}/hello.inc"
hello
hear
ok '{"features":{"levitation":{"level":"full"},"drift":{"level":"full"}}}'
hear
