#!/bin/bash
set -e
die() {
  echo "$*" >&2
  exit 1
}
acquire() {
  exec {fd}>>"$1"
  flock -n "$fd" || die "busy: $1"
}
release() { flock -u "$fd"; }
acquire "${LOCK:-/run/lock/job.lock}"
work
release
