#!/bin/sh
# Goes on speaking.
. "${0%/*}/hello.inc"
hello
hear
ok '{"devices":{}}'
ok '{"devices":{}}'
hear
