#!/bin/sh
# Answers nothing.
. "${0%/*}/hello.inc"
hello
hear
say "{\"id\":$id}"
hear
