# shellcheck shell=sh disable=SC2034,SC2154
#
# Running the command.

# Usage: __lockkit_run HELD OTHER FD HOW [COMMAND [ARG...]]
# HELD is open for the time of a call, and a copy of OTHER; it is the same where no
# other descriptor was free. Spelt out, because in mksh `set -e` is in force again
# inside eval.
__lockkit_run() {
  case $1 in
    9) __lockkit_within "$@" 9<&"$2" ;;
    8) __lockkit_within "$@" 8<&"$2" ;;
    7) __lockkit_within "$@" 7<&"$2" ;;
    6) __lockkit_within "$@" 6<&"$2" ;;
    5) __lockkit_within "$@" 5<&"$2" ;;
    4) __lockkit_within "$@" 4<&"$2" ;;
    *) __lockkit_within "$@" 3<&"$2" ;;
  esac
  __lockkit_end_run "$?" "$@"
}

# Usage: __lockkit_end_run STATUS HELD OTHER FD
# Closes what no redirection closes, but not the FD that lock_fd has got.
__lockkit_end_run() {
  if [ "$2" = "$3" ] && { [ -z "$4" ] || [ "$1" -ne 0 ] || [ -n "$__lockkit_again" ]; }; then
    __lockkit_close "$2"
  fi
  return "$1"
}

# Usage: __lockkit_hold HELD OTHER FD HOW COMMAND [ARG...]
# Runs COMMAND while HELD is locked.
__lockkit_hold() {
  if [ -n "$__lockkit_max$__lockkit_patience" ]; then
    __lockkit_supervised "$@"
  else
    __lockkit_pass "$@"
    __lockkit_end "$?" "$@"
  fi
}

# Usage: __lockkit_pass HELD OTHER FD HOW COMMAND [ARG...]
# Runs COMMAND with HELD, or without where it is not to have that.
__lockkit_pass() {
  case $4$1 in
    o9) __lockkit_call "$@" 9<&- ;;
    o8) __lockkit_call "$@" 8<&- ;;
    o7) __lockkit_call "$@" 7<&- ;;
    o6) __lockkit_call "$@" 6<&- ;;
    o5) __lockkit_call "$@" 5<&- ;;
    o4) __lockkit_call "$@" 4<&- ;;
    o3) __lockkit_call "$@" 3<&- ;;
    *) __lockkit_call "$@" ;;
  esac
}

# Usage: __lockkit_call HELD OTHER FD HOW COMMAND [ARG...]
# A function of its own, so that `return` ends here; and loops, because in some
# shells `break 3` in a function ends the loops of its callers.
# shellcheck disable=SC2043,SC2165,SC2167
__lockkit_call() {
  shift 4
  for __lockkit_pass in once; do
    for __lockkit_pass in once; do
      for __lockkit_pass in once; do
        "$@"
      done
    done
  done
}

# Usage: __lockkit_end STATUS HELD OTHER FD HOW COMMAND [ARG...]
# Frees the lock, for what COMMAND left behind may still have it; `:` leaves nothing.
__lockkit_end() {
  if [ "$5" != k ] && [ "$6" != : ]; then
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
