#!/bin/sh
# Ends after an answer, as if nobody would ask again.
. "${0%/*}/hello.inc"
hello
hear
ok "{\"present\":true,\"ports\":[],\"drift\":[{\"what\":\"$$\"}]}"
