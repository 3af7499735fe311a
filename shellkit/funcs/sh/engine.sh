# shellcheck shell=sh disable=SC2034,SC2154
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
# A program gets the lock's descriptor as its standard input: so it has one also
# in shells that close what `exec` opened before they run a program.

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
  __lockkit_names=${LOCKKIT_ENGINE:-$__lockkit_engines}
  if [ -n "$__lockkit_engine" ] && [ "$__lockkit_engine_for" = "$__lockkit_names" ]; then
    return 0
  fi
  __lockkit_engine_for='' # till one is proved: an interrupt may end the search
  while [ -n "$__lockkit_names" ]; do
    __lockkit_engine=${__lockkit_names%% *}
    if __lockkit_is_engine "$__lockkit_engine" && "__lockkit_${__lockkit_engine}_find" 2>/dev/null; then
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

# Usage: __lockkit_is_engine NAME
# Whether NAME is one that we have. What is no function of ours is not called: what the
# shell then finds, or a handler of the user's for what it does not find, locks nothing.
__lockkit_is_engine() {
  case " $__lockkit_known " in
    *" $1 "*) ;;
    *) return 1 ;;
  esac
}

# Usage: __lockkit_find PROGRAM
# Proves __lockkit_engine with each PROGRAM on PATH, then with /usr/bin/PROGRAM and
# /bin/PROGRAM, wherever PATH leads, and keeps the first that works.
__lockkit_find() {
  __lockkit_rest=${PATH:+$PATH:}/usr/bin:/bin:
  while [ -n "$__lockkit_rest" ]; do
    __lockkit_program=${__lockkit_rest%%:*}
    __lockkit_program=${__lockkit_program:-.}/$1
    __lockkit_rest=${__lockkit_rest#*:}
    if [ -f "$__lockkit_program" ] && [ -x "$__lockkit_program" ]; then
      __lockkit_wanted=$__lockkit_shared
      __lockkit_proved=''
      __lockkit_prove 0</ 1</ 2>/dev/null && __lockkit_proved=proved
      __lockkit_shared=$__lockkit_wanted
      if [ -n "$__lockkit_proved" ]; then
        return 0
      fi
    fi
  done
  return 1
}

# Usage: __lockkit_prove 0</ 1</ 2>/dev/null
# An engine is proved by what it refuses: with a shared lock on the root
# directory, which nobody minds, an exclusive one must be busy. (If the shared one
# is busy because somebody has locked that directory, the second shows as much.)
__lockkit_prove() {
  __lockkit_shared=s
  "__lockkit_${__lockkit_engine}_lock" 0 0
  case $? in
    0 | 75) ;;
    *) return 1 ;;
  esac
  __lockkit_shared=''
  "__lockkit_${__lockkit_engine}_lock" 1 1
  [ "$?" -eq 75 ]
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
  __lockkit_result=0
  if [ "$2" -gt 0 ]; then
    __lockkit_decimal "$2"
    LC_ALL=C "$__lockkit_program" "-${__lockkit_shared}w" "$__lockkit_left" -E 75 0 <&"$1" ||
      __lockkit_result=$?
  else
    "$__lockkit_program" "-n$__lockkit_shared" -E 75 0 <&"$1" || __lockkit_result=$?
  fi
  __lockkit_program_status "$__lockkit_result"
}

__lockkit_flock_unlock() {
  "$__lockkit_program" -u 0 <&"$1"
}

# Usage: __lockkit_program_status STATUS
# A program that signal n ended is 128+n here, 256+n in ksh93, 384+n in yash.
__lockkit_program_status() {
  case $1 in
    0 | 65 | 75) return "$1" ;;
    126 | 127) return 69 ;;
  esac
  if [ "$1" -gt 384 ]; then
    return "$(($1 - 256))"
  elif [ "$1" -gt 256 ]; then
    return "$(($1 - 128))"
  elif [ "$1" -gt 128 ]; then
    return "$1"
  fi
  return 71
}

# lockkit flock, which is flock(1) on every Unix.
__lockkit_lockkit_find() {
  __lockkit_find lockkit
}

__lockkit_lockkit_lock() {
  __lockkit_result=0
  __lockkit_decimal "$2"
  "$__lockkit_program" flock "-${__lockkit_shared}w" "$__lockkit_left" -E 75 0 <&"$1" ||
    __lockkit_result=$?
  __lockkit_program_status "$__lockkit_result"
}

__lockkit_lockkit_unlock() {
  "$__lockkit_program" flock -u 0 <&"$1"
}
