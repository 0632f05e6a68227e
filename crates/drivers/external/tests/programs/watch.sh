#!/bin/sh
# Says twice that something changed, and ends.
. "${0%/*}/hello.inc"
hello
while hear; do
    case $call in
    probe) ok '{"features":{},"watch":true}' ;;
    watch)
        ok '{}'
        say '{"event":"changed"}'
        say '{"event":"changed"}'
        exit 0
        ;;
    esac
done
