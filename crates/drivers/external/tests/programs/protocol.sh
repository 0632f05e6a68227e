#!/bin/sh
# Speaks a later protocol.
. "${0%/*}/hello.inc"
hear
ok '{"protocol":2,"name":"scripted","version":"9"}'
hear
