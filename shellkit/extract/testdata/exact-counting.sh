#!/bin/bash
# A number that a turn makes of the last one is another number: it is asked anew.
n=0
while [ "$n" -lt 3 ]; do
  old=$n
  n=$((n + 1))
  mkdir /run/counting.lock && break
  if [ "$n" = "$old" ]; then
    rmdir /run/counting.lock
  fi
done
rmdir /run/counting.lock
