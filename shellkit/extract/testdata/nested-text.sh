#!/bin/bash
flock /run/lock/job.lock -c 'work; rm -f /run/lock/job.lock'
eval "exec 8>>/run/lock/other.lock"
flock -n 8 || exit
( work ) 8>&-
