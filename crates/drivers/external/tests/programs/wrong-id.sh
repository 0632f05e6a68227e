#!/bin/sh
# Answers another request.
. "${0%/*}/hello.inc"
hello
hear
id=7
ok '{}'
hear
