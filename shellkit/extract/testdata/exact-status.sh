#!/bin/bash
# What an exit status says is followed through functions.
try() {
  local result=0
  flock -n -E 75 9 || result=$?
  case $result in
    0 | 65 | 75) return "$result" ;;
  esac
  return $((result > 128 ? result : 71))
}
explain() {
  [[ $1 == 7? ]] && return 75
  return "$1"
}
exec 9>/run/x
status=0
try || status=$?
((status)) && explain "$status"
if (($? == 75)); then
  exit 1
fi
work
