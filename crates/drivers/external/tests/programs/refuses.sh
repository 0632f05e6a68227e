#!/bin/sh
# Does nothing that it is asked, each time for another reason.
. "${0%/*}/hello.inc"
hello
while hear; do
    no() { say "{\"id\":$id,\"error\":$1}"; }
    case $call in
    probe) no '{"kind":"unsupported","cause":"no tables here","remedy":"install them"}' ;;
    preview) no '{"kind":"privilege"}' ;;
    apply) no '{"kind":"port","port":"web","cause":"tap0 is no bridge port","remedy":"put it in one"}' ;;
    observe) no '{"kind":"disturbed","what":"the table"}' ;;
    counters) no '{"kind":"step","step":"read the table","cause":"it is locked"}' ;;
    remove) no '{"kind":"no-such-port","port":"web"}' ;;
    esac
done
