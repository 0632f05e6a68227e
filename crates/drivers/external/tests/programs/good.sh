#!/bin/sh
# Answers everything as the protocol has it.
. "${0%/*}/hello.inc"
hello
while hear; do
    case $call in
    probe) ok '{"features":{"mac":{"level":"full"},"arp":{"level":"partial","sentence":"refuses too much"},
"ipv4":{"level":"none","sentence":"passes too much"},"drift":{"level":"full"}},"notes":["a note"],"watch":true}' ;;
    preview) ok '{"plan":"all of it\n","difference":["one line"]}' ;;
    apply) ok '{"added":["a"],"changed":["b"],"removed":["c"],"unchanged":1,"repaired":["d"],"otherwise":true}' ;;
    observe) ok '{"present":true,"ports":[{"port":"a","device":"tap0","guards":["mac","l2"],"mode":"audit",
"degraded":["a little"]}],"guarded":["tap*"],"unknown":"audit","drift":[{"port":"a","what":"changed"},{"what":"all"}]}' ;;
    counters) ok '{"devices":{"tap0":{"passed":3,"refused":{"mac":2},"audited":{"arp-ip":1}}}}' ;;
    remove) ok '{"released":["a"]}' ;;
    esac | tr -d '\n'
    echo
done
