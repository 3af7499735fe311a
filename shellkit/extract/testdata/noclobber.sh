#!/bin/dash
if ( set -C; echo $$ >/tmp/app/lock ) 2>/dev/null; then
  trap 'rm -f /tmp/app/lock' EXIT
  trap 'exit 143' TERM
  work
else
  pid=$(cat /tmp/app/lock)
  kill -0 "$pid" || rm -f /tmp/app/lock
fi
