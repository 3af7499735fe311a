#!/bin/bash
# The lowest free descriptor from 10 up is looked for, and then it is another one.
take() { flock -n "$1" && work; }
free() {
  fd=10
  while [[ -e /dev/fd/$fd ]]; do
    fd=$((fd + 1))
  done
}
free
eval "exec $fd>/run/a"
free
eval "exec $fd>/run/b"
eval "exec 10>&-"
free
eval "take $fd $fd>/run/c"
flock -n 11 && work
