#!/bin/sh
# Functions and variables whose names are made up, and what a function forgets.
for engine in flock lockkit; do
  if command -v "lock_with_$engine" >/dev/null; then
    break
  fi
done
lock_with_flock() { flock -n "$1"; }
remember() { eval "opened_$1=\$path"; }
recall() { eval "path=\${opened_$1-}"; }
temporary() {
  left=$1
  while [ "$left" -gt 0 ]; do
    left=$((left - 1))
  done
}
path=/run/x
exec 9>"$path"
remember 9
path=
temporary 3
"lock_with_$engine" 9 || exit
recall 9
work
rm -f "$path"
