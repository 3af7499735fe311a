# shellcheck shell=bash disable=SC2154
#
# Running the command.

# Usage: __lockkit_hold COMMAND [ARG...]
# Runs COMMAND while __lockkit_held is locked, which is open for the time of a call.
__lockkit_hold() {
  local __lockkit_childless='' __lockkit_status=0
  case $1 in
    : | true | false | echo | pwd)
      if ! declare -F "$1" >/dev/null 2>&1; then
        __lockkit_childless=childless
      fi
      ;;
  esac
  if [[ $__lockkit_max$__lockkit_patience ]]; then
    __lockkit_supervised "$@"
    return "$?"
  fi
  __lockkit_pass "$@"
  __lockkit_status=$?
  if [[ -z $__lockkit_keep && -z $__lockkit_childless ]]; then
    __lockkit_release "$__lockkit_held" || :
  fi
  return "$__lockkit_status"
}

# Usage: __lockkit_pass COMMAND [ARG...]
# Runs COMMAND with the lock's descriptor, or without where it is not to have that.
__lockkit_pass() {
  if [[ -z $__lockkit_close ]]; then
    __lockkit_call "$@"
  elif ((BASH_VERSINFO[0] > 3)); then
    case $__lockkit_held in
      10) __lockkit_call "$@" 10<&- ;;
      11) __lockkit_call "$@" 11<&- ;;
      12) __lockkit_call "$@" 12<&- ;;
      13) __lockkit_call "$@" 13<&- ;;
      14) __lockkit_call "$@" 14<&- ;;
      15) __lockkit_call "$@" 15<&- ;;
      16) __lockkit_call "$@" 16<&- ;;
      17) __lockkit_call "$@" 17<&- ;;
      18) __lockkit_call "$@" 18<&- ;;
      19) __lockkit_call "$@" 19<&- ;;
      *) __lockkit_redirected "$__lockkit_held<&-" __lockkit_call "$@" ;;
    esac
  elif [[ -e /dev/fd/0 ]]; then
    __lockkit_free
    __lockkit_redirected "$__lockkit_free_fd<&0 0<&$__lockkit_held" __lockkit_hide "$__lockkit_free_fd" "$@"
  else
    __lockkit_redirected "0<&$__lockkit_held" __lockkit_hide '' "$@"
  fi
}

# Usage: __lockkit_hide STDIN COMMAND [ARG...]
# Descriptor 0 carries the lock. What bash 3.2 puts aside to restore it later is
# close-on-exec for descriptors 0 to 2 alone; so the lock is hidden behind the
# caller's standard input, a copy of which is STDIN (empty when it is closed).
__lockkit_hide() {
  local __lockkit_status=0
  __lockkit_exec "$__lockkit_held<&-"
  __lockkit_redirected "0<&${1:--}" __lockkit_hidden "$@"
  __lockkit_status=$?
  if [[ -z $__lockkit_max$__lockkit_patience ]]; then
    __lockkit_kinds[0]=${__lockkit_kinds[__lockkit_held]-}
    __lockkit_release 0 || :
  fi
  __lockkit_childless=childless
  return "$__lockkit_status"
}

# Usage: __lockkit_hidden STDIN COMMAND [ARG...]
__lockkit_hidden() {
  if [[ $1 ]]; then
    __lockkit_exec "$1<&-"
  fi
  shift
  __lockkit_call "$@"
}

# Usage: __lockkit_redirected REDIRECTIONS WORD...
# Calls WORD... with REDIRECTIONS, by a function that eval makes and does not call: inside
# eval bash 5.2 complains of itself when `set -e` ends it, and inside `builtin eval`, which
# it is where the user has a function of that name, set -e is in force though the caller
# asks for the status. Each REDIRECTIONS has its own, for a trap may come in between.
__lockkit_redirected() {
  set -- "__lockkit_with_${1//[!0123456789]/_}" "$@"
  if ! declare -F "$1" >/dev/null; then
    eval "$1() { \\builtin shift 2; \"\$@\" $2; }"
  fi
  "$1" "$@"
}

# Usage: __lockkit_call COMMAND [ARG...]
# A function of its own, so that `return` ends here; and loops, because before
# bash 4.4 `break 3` in a function ends the loops of its callers.
# shellcheck disable=SC2043,SC2165,SC2167
__lockkit_call() {
  for __lockkit_pass in once; do
    for __lockkit_pass in once; do
      for __lockkit_pass in once; do
        "$@"
      done
    done
  done
}
