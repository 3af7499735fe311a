# shellcheck shell=bash
#
# Engines: what does the locking.
#
# An engine E is three functions, which go by __lockkit_shared and
# __lockkit_program:
#   __lockkit_E_find                   0 proved; a program is kept as a path
#   __lockkit_E_lock FD MILLISECONDS   0 locked, 75 busy (at once with 0, else when
#                                      the time is over), 65 FD does not take this
#                                      lock, 69 cannot run, 71 failed, 128+n
#   __lockkit_E_unlock FD              0 unlocked

# The names of the engines that there are, and of those to try; `lockkit init` may put
# other lists before. LOCKKIT_ENGINE is such a list: names with a blank between them.
__lockkit_known=${__lockkit_known-flock lockkit}
__lockkit_engines=${__lockkit_engines-flock lockkit}

# The engine in use, the list that it was chosen from, and its program.
__lockkit_engine='' __lockkit_engine_for='' __lockkit_program=''

# Usage: __lockkit_choose
# Sets __lockkit_engine to the first engine that proves to lock, or says that
# there is none and returns 69.
__lockkit_choose() {
  local __lockkit_names="${LOCKKIT_ENGINE:-$__lockkit_engines}"
  if [[ $__lockkit_engine && $__lockkit_engine_for == "$__lockkit_names" ]]; then
    return 0
  fi
  __lockkit_engine_for='' # till one is proved: an interrupt may end the search
  while [[ $__lockkit_names ]]; do
    __lockkit_engine=${__lockkit_names%% *}
    if [[ " $__lockkit_known " == *" $__lockkit_engine "* ]] && "__lockkit_${__lockkit_engine}_find"; then
      __lockkit_engine_for=${LOCKKIT_ENGINE:-$__lockkit_engines}
      return 0
    fi
    __lockkit_names=${__lockkit_names#"$__lockkit_engine"}
    __lockkit_names=${__lockkit_names# }
  done
  __lockkit_engine=''
  __lockkit_say "no engine can lock here, tried: ${LOCKKIT_ENGINE:-$__lockkit_engines}"
  return 69
}

# Usage: __lockkit_find PROGRAM
# Proves __lockkit_engine with each PROGRAM on PATH, then with /usr/bin/PROGRAM and
# /bin/PROGRAM, wherever PATH leads, and keeps the first that works.
__lockkit_find() {
  local __lockkit_rest="${PATH:+$PATH:}/usr/bin:/bin:" __lockkit_first='' __lockkit_second=''
  local __lockkit_shared __lockkit_free_fd=''
  while [[ $__lockkit_rest ]]; do
    __lockkit_program=${__lockkit_rest%%:*}
    __lockkit_program=${__lockkit_program:-.}/$1
    __lockkit_rest=${__lockkit_rest#*:}
    if [[ -f $__lockkit_program && -x $__lockkit_program ]]; then
      if __lockkit_prove 2>/dev/null; then
        return 0
      fi
    fi
  done
  return 1
}

# Usage: __lockkit_prove 2>/dev/null
# An engine is proved by what it refuses: with a shared lock on the root
# directory, which nobody minds, an exclusive one must be busy. (If the shared one
# is busy because somebody has locked that directory, the second shows as much.)
__lockkit_prove() {
  __lockkit_free
  __lockkit_first=$__lockkit_free_fd
  __lockkit_second=$((__lockkit_first + 1))
  while [[ -e /dev/fd/$__lockkit_second ]]; do
    __lockkit_second=$((__lockkit_second + 1))
  done
  __lockkit_evaluate "__lockkit_prove_on $__lockkit_first $__lockkit_second $__lockkit_first</ $__lockkit_second</"
}

# Usage: __lockkit_prove_on FD OTHER
__lockkit_prove_on() {
  local __lockkit_result=0
  __lockkit_shared=s
  __lockkit_try "$1" 0 || __lockkit_result=$?
  if ((__lockkit_result != 0 && __lockkit_result != 75)); then
    return 1
  fi
  __lockkit_shared=''
  __lockkit_result=0
  __lockkit_try "$2" 1 || __lockkit_result=$?
  ((__lockkit_result == 75))
}

# Usage: __lockkit_try FD MILLISECONDS
__lockkit_try() {
  "__lockkit_${__lockkit_engine}_lock" "$1" "$2" 2>/dev/null
}

# flock(1) of util-linux. Its -w reads a number as the locale writes it.
__lockkit_flock_find() {
  __lockkit_find flock
}

__lockkit_flock_lock() {
  local __lockkit_left __lockkit_result=0
  if (($2)); then
    __lockkit_decimal "$2"
    LC_ALL=C "$__lockkit_program" "-${__lockkit_shared}w" "$__lockkit_left" -E 75 "$1" || __lockkit_result=$?
  else
    "$__lockkit_program" "-n$__lockkit_shared" -E 75 "$1" || __lockkit_result=$?
  fi
  __lockkit_flock_status "$__lockkit_result"
}

__lockkit_flock_unlock() {
  "$__lockkit_program" -u "$1"
}

# Usage: __lockkit_flock_status STATUS
__lockkit_flock_status() {
  case $1 in
    0 | 65 | 75) return "$1" ;;
    126 | 127) return 69 ;;
    *) return "$(($1 > 128 ? $1 : 71))" ;;
  esac
}

# lockkit flock, which is flock(1) on every Unix.
__lockkit_lockkit_find() {
  __lockkit_find lockkit
}

__lockkit_lockkit_lock() {
  local __lockkit_left __lockkit_result=0
  __lockkit_decimal "$2"
  "$__lockkit_program" flock "-${__lockkit_shared}w" "$__lockkit_left" -E 75 "$1" || __lockkit_result=$?
  __lockkit_flock_status "$__lockkit_result"
}

__lockkit_lockkit_unlock() {
  "$__lockkit_program" flock -u "$1"
}
