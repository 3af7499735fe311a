#!/bin/sh
exec 9>>/run/lock/job.lock
flock -n 9
rc=$?
if [ $rc -ne 0 ]; then
  echo busy >&2
  exit $rc
fi
work
