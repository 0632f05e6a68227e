#!/bin/sh
# Says more than anybody reads.
. "${0%/*}/hello.inc"
hello
hear
printf '{"id":%s,"ok":"' "$id"
exec tr '\0' 'x' </dev/zero
