#!/bin/sh
[ "${LOCKED:-}" = "$0" ] || exec env LOCKED="$0" flock -en "$0" "$0" "$@"
work
