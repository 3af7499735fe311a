#!/bin/bash
# lockkit run takes a lock as with_lock does, for a program; its options have values.
lockkit run -n --kill-after 5 --max 60 deploy -- rotate
lockkit run -j 1 ./one rotate
# With slots several are let in.
lockkit run -nj3 deploy -- rotate
with_lock --slots 2 ./two rotate
# A lock of fcntl(2) is another kind.
lockkit run --fcntl /var/lib/dpkg/lock-frontend -- rotate
with_lock --on etcd://h1,h2:2379 --ttl=5 deploy rotate
lockkit run --on=etcd://h1 --ttl 5 -n deploy -- rotate
