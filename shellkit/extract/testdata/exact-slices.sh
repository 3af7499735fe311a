#!/bin/sh
# A wait in slices: the first is short, then they are long; no turn is like the
# first, and all later ones are alike.
looks=0
acquire() {
  while :; do
    case $looks in
      0) slice=1 ;;
      *) slice=5 ;;
    esac
    result=0
    flock -w "$slice" -E 75 9 || result=$?
    case $result in
      0) return 0 ;;
      75) ;;
      *) return "$result" ;;
    esac
    looks=$((looks + 1))
  done
}
exec 9>/run/x
acquire || exit
work
