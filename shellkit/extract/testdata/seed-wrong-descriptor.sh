#!/bin/sh
exec 3<$0
flock -n -x 0
# do stuff
echo stuff
exec 3<&-
