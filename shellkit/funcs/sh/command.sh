# shellcheck shell=sh disable=SC2034,SC2154
#
# Running the command.

# Usage: __lockkit_run FD OTHER HOW COMMAND [ARG...]
# OTHER has the lock; FD, which COMMAND gets, is free, or the same where no other
# was. Spelt out, because in mksh `set -e` is in force again inside eval.
__lockkit_run() {
  case $1 in
    9) __lockkit_hold "$@" 9<&"$2" ;;
    8) __lockkit_hold "$@" 8<&"$2" ;;
    7) __lockkit_hold "$@" 7<&"$2" ;;
    6) __lockkit_hold "$@" 6<&"$2" ;;
    5) __lockkit_hold "$@" 5<&"$2" ;;
    4) __lockkit_hold "$@" 4<&"$2" ;;
    *) __lockkit_hold "$@" 3<&"$2" ;;
  esac
  __lockkit_end_run "$?" "$@"
}

# Usage: __lockkit_end_run STATUS FD OTHER
__lockkit_end_run() {
  if [ "$2" = "$3" ]; then
    __lockkit_close "$2"
  fi
  return "$1"
}

# Usage: __lockkit_hold FD OTHER HOW COMMAND [ARG...]
# FD is open for the time of this call and shares OTHER's lock.
__lockkit_hold() {
  __lockkit_preparing=''
  if [ "$1" != "$2" ]; then
    __lockkit_close "$2"
  fi
  case $3$1 in
    o9) __lockkit_call "$@" 9<&- ;;
    o8) __lockkit_call "$@" 8<&- ;;
    o7) __lockkit_call "$@" 7<&- ;;
    o6) __lockkit_call "$@" 6<&- ;;
    o5) __lockkit_call "$@" 5<&- ;;
    o4) __lockkit_call "$@" 4<&- ;;
    o3) __lockkit_call "$@" 3<&- ;;
    *) __lockkit_call "$@" ;;
  esac
  __lockkit_end "$?" "$@"
}

# Usage: __lockkit_call FD OTHER HOW COMMAND [ARG...]
# A function of its own, so that `return` ends here; and loops, because in some
# shells `break 3` in a function ends the loops of its callers.
# shellcheck disable=SC2043,SC2165,SC2167
__lockkit_call() {
  shift 3
  for __lockkit_pass in 1; do
    for __lockkit_pass in 1; do
      for __lockkit_pass in 1; do
        "$@"
      done
    done
  done
}

# Usage: __lockkit_end STATUS FD OTHER HOW COMMAND [ARG...]
# Frees the lock, for what COMMAND left behind may still have it; `:` leaves nothing.
__lockkit_end() {
  if [ "$4" != k ] && [ "$5" != : ]; then
    __lockkit_release "$2" || :
  fi
  return "$1"
}

# Usage: __lockkit_free FD
# Sets __lockkit_spare to the highest free descriptor but FD, from
# __lockkit_highest down to 3; to FD when there is no other.
__lockkit_free() {
  __lockkit_spare=$__lockkit_highest
  while [ "$__lockkit_spare" -gt 2 ]; do
    if [ "$__lockkit_spare" != "$1" ] && [ ! -e "/dev/fd/$__lockkit_spare" ]; then
      return 0
    fi
    __lockkit_spare=$((__lockkit_spare - 1))
  done
  __lockkit_spare=$1
}
