#!/bin/sh
# Whether the lock was got is told by the counter.
try=0
while [ $try -lt 5 ]; do
  mkdir /run/lock/job.d && break
  sleep 1
  try=$((try + 1))
done
if [ $try -ge 5 ]; then
  echo busy >&2
  exit 1
fi
trap 'rmdir /run/lock/job.d' EXIT
trap 'exit 1' HUP INT TERM
work
