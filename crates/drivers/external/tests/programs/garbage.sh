#!/bin/sh
# Says what is no JSON.
. "${0%/*}/hello.inc"
hello
hear
say 'Traceback (most recent call last):'
hear
