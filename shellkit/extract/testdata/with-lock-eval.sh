#!/bin/bash
eval "$("$LOCKKIT" init bash)"
with_lock -n deploy rsync -a build/ host:/srv/ || exit
