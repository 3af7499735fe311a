#!/bin/bash
LOCK_FILE="/tmp/this.lock"
trap 'rm -f $LOCK_FILE' EXIT
if [ -e "$LOCK_FILE" ]; then
echo "task is doing"
exit 1
fi
touch "$LOCK_FILE"
sleep 10
