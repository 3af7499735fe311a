#!/bin/bash
(
echo 'unlocked'
flock 9 || exit 1
sleep 1
sleep 2
) 9>/tmp/a.lock
