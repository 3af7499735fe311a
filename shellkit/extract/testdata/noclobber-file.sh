#!/bin/sh
# noclobber makes the file that is locked; it is no lock itself.
if ! (set -C; : >/run/x) 2>/dev/null && [ ! -e /run/x ]; then
  echo "cannot create /run/x" >&2
  exit 73
fi
exec 9</run/x
flock -n 9 || exit 75
work
