#!/bin/bash
exec 9>>/run/lock/job.lock
flock -n 9 || exit 1
worker &
quiet 9>&- &
wait
daemon --daemon
