#!/bin/bash
# An acquirer that looks whether the name still leads to what it locked.
lock=/run/lock/job.lock
while :; do
  exec 9>>"$lock"
  flock 9 || exit 1
  [ "$lock" -ef /dev/fd/9 ] && break
done
work
rm -f "$lock"
