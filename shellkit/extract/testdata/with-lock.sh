#!/bin/bash
source <(lockkit init bash)
deploy() { rsync -a build/ host:/srv/; }
with_lock -n deploy -- deploy || exit
