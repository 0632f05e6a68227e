#!/bin/sh
# Its last line has no end.
. "${0%/*}/hello.inc"
hello
hear
printf '{"id":%s,"ok' "$id"
