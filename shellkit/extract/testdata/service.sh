#!/bin/sh
pidfile=/run/serviced.pid
case "$1" in
  start)
    if [ -f "$pidfile" ] && kill -0 "$(cat "$pidfile")" 2>/dev/null; then
      echo running
      exit 0
    fi
    serviced &
    echo $! >"$pidfile"
    ;;
  stop)
    kill "$(cat "$pidfile")"
    rm -f "$pidfile"
    ;;
esac
