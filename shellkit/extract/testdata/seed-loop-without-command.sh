#!/bin/bash
while ! flock -n /tmp/a.lock; do
sleep 0.5
done
echo work
