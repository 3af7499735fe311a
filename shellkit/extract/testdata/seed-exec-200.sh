#!/bin/bash
LOCK_FILE="/tmp/mylock.lock"
exec 200>"$LOCK_FILE"
if flock -n 200; then
    echo "got"
    sleep 10
else
    echo "busy"
    exit 1
fi
trap 'flock -u 200' EXIT
echo "done"
exit 0
