#!/bin/sh
# Puts nothing in force and cannot watch, but answers.
. "${0%/*}/hello.inc"
hello
while hear; do
    case $call in
    probe) ok '{"features":{}}' ;;
    preview) ok '{"plan":"","difference":[]}' ;;
    apply) ok '{}' ;;
    observe) ok '{"present":false,"ports":[]}' ;;
    counters) ok '{"devices":{}}' ;;
    remove) ok '{"released":[]}' ;;
    watch) ok '{}' ;;
    esac
done
