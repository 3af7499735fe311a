#!/bin/bash
. /usr/lib/nothing/locks.sh
exec 9>>/run/lock/job.lock
flock -n "$LOCK_FD" || exit 1
take_lock job || exit 1
work
