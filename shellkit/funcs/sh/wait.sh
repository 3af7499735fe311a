# shellcheck shell=sh disable=SC2034,SC2154,SC3013
#
# Taking a lock, waiting for it, giving it up.

# Usage: __lockkit_lock_path FD
# Locks FD, which was opened for __lockkit_path. Where it is not 0, __lockkit_again says
# that the path is to be opened anew: it leads elsewhere by then, or must be opened for
# writing too.
__lockkit_lock_path() {
  __lockkit_again='' __lockkit_status=0
  __lockkit_acquire "$1" || __lockkit_status=$?
  if [ "$__lockkit_status" -eq 0 ] && [ -z "$__lockkit_slots$__lockkit_fcntl" ] && __lockkit_has_slots; then
    __lockkit_left=0 # it is ours; whether somebody has a slot, lockkit can tell
    (__lockkit_ask 0) <&"$1" || __lockkit_status=$?
  fi
  if [ "$__lockkit_status" -eq 0 ]; then
    if [ ! "$__lockkit_path" -ef "/dev/fd/$1" ]; then
      __lockkit_again=again
      return 1
    elif [ -n "$__lockkit_next" ] && [ -n "$__lockkit_gate" ]; then
      __lockkit_path=$__lockkit_next
      __lockkit_again=again
      return 1
    elif [ -n "$__lockkit_named" ] && [ -z "$__lockkit_next" ]; then
      __lockkit_sign
    fi
  elif [ "$__lockkit_status" -eq 65 ]; then
    if [ -z "$__lockkit_writable$__lockkit_shared" ]; then
      __lockkit_writable=writable # NFS wants one for an exclusive lock
      __lockkit_again=again
      return 1
    fi
    __lockkit_cannot lock "$__lockkit_shown" "$(__lockkit_refusal "$1")"
    __lockkit_status=71
  fi
  return "$__lockkit_status"
}

# Usage: __lockkit_has_slots
# Whether __lockkit_path was ever used with slots, and lockkit is here.
__lockkit_has_slots() {
  case $__lockkit_named in
    '') [ -e "$__lockkit_path@0" ] || return 1 ;;
    *) [ -e "${__lockkit_path%.lock}@0.lock" ] || return 1 ;;
  esac
  [ -n "$__lockkit_runner" ] || __lockkit_find_runner
}

# Usage: __lockkit_prepared STATUS
# The call ends here without success; only here busy becomes what the caller wants
# to read, which may be 0.
__lockkit_prepared() {
  case $1 in
    75) set -- "$__lockkit_code" ;;
  esac
  __lockkit_preparing=''
  return "$1"
}

# Usage: __lockkit_make
# Whether __lockkit_path can be opened; it is created where it is missing, without
# following a symbolic link: 0, 66 cannot be opened, 71 no /dev/fd, 73 cannot be
# created.
__lockkit_make() {
  if [ ! -e /dev/fd/2 ]; then
    return 71
  fi
  while :; do
    if [ -f "$__lockkit_path" ] || [ -d "$__lockkit_path" ]; then
      return 0
    elif [ -e "$__lockkit_path" ]; then
      case ${1-} in
        ..) return 66 ;; # once or twice it may have been made just now
      esac
      set -- "${1-}."
    elif [ -L "$__lockkit_path" ]; then
      return 73
    elif ! (set -C && : >"$__lockkit_path") && [ ! -e "$__lockkit_path" ]; then
      case ${1-} in
        ..) return 73 ;; # once or twice it may have been made and removed meanwhile
      esac
      set -- "${1-}."
    fi
  done
}

# Usage: __lockkit_lock_open FD
# Locks what the caller opened, whatever its name leads to.
__lockkit_lock_open() {
  __lockkit_forget "$1"
  __lockkit_status=0
  __lockkit_acquire "$1" || __lockkit_status=$?
  if [ "$__lockkit_status" -eq 65 ]; then
    __lockkit_cannot lock "$__lockkit_shown" "$(__lockkit_refusal "$1")"
  elif [ "$__lockkit_status" -gt 128 ]; then
    __lockkit_release "$1" || :
  fi
  return "$__lockkit_status"
}

# Usage: __lockkit_acquire FD
# Locks an open descriptor as the options ask: 0, 75 busy, 69, 70, 71, 128+n, all
# with their message, or 65 without one. A wait is made in slices, so
# that no engine outlives a shell that was killed by more than 5 seconds, a
# trapped signal is answered, and somebody looks whether the wait can ever end.
__lockkit_acquire() {
  __lockkit_note "$1"
  if [ -n "$__lockkit_slots$__lockkit_fcntl" ]; then
    __lockkit_leave_to "$1"
    return "$?"
  fi
  __lockkit_choose || return 69
  __lockkit_clock='' __lockkit_rest=0
  while :; do
    case $__lockkit_looks in
      0) __lockkit_slice=100 ;;
      1) __lockkit_slice=900 ;;
      *) __lockkit_slice=5000 ;;
    esac
    if [ -n "$__lockkit_nonblock" ] || [ "$__lockkit_start.$__lockkit_verbose" = .v ]; then
      __lockkit_slice=0
    fi
    if [ -n "$__lockkit_limit$__lockkit_verbose" ]; then
      __lockkit_now
      if [ -n "$__lockkit_limit" ]; then
        __lockkit_rest=$((__lockkit_limit - __lockkit_clock + ${__lockkit_start:-$__lockkit_clock}))
        if [ "$__lockkit_rest" -lt 0 ]; then
          __lockkit_rest=0
        fi
        if [ "$__lockkit_rest" -lt "$__lockkit_slice" ]; then
          __lockkit_slice=$__lockkit_rest
        fi
      fi
    fi
    __lockkit_try "$1" "$__lockkit_slice" && break
    __lockkit_result=$?
    case $__lockkit_result in
      75) ;;
      69)
        __lockkit_engine=''
        __lockkit_say "cannot run $__lockkit_program, which locked before"
        return 69
        ;;
      71)
        __lockkit_cannot lock "$__lockkit_shown" "$(__lockkit_refusal "$1")"
        return 71
        ;;
      *) return "$__lockkit_result" ;;
    esac
    if [ -n "$__lockkit_nonblock" ] ||
      { [ -n "$__lockkit_limit" ] && [ "$__lockkit_rest" -le "$__lockkit_slice" ]; }; then
      __lockkit_busy "$1"
      return 75
    fi
    __lockkit_look "$1" || return "$?"
  done
  if [ -n "$__lockkit_start" ] && [ -n "$__lockkit_verbose" ] && [ -z "$__lockkit_quiet" ]; then
    __lockkit_now
    __lockkit_decimal "$((__lockkit_clock - __lockkit_start))"
    __lockkit_say "got $__lockkit_shown after $__lockkit_left s"
  fi
}

# Usage: __lockkit_leave_to FD
# __lockkit_acquire where lockkit waits, in order of arrival, and locks through FD: a slot, when
# the gate was passed; __lockkit_next is the slot to open next, or empty.
__lockkit_leave_to() {
  __lockkit_left=9000000000 __lockkit_result=0
  if [ -n "$__lockkit_limit" ]; then
    __lockkit_now
    __lockkit_start=${__lockkit_start:-$__lockkit_clock}
    __lockkit_rest=$((__lockkit_limit - __lockkit_clock + __lockkit_start))
    if [ "$__lockkit_rest" -lt 0 ]; then
      __lockkit_rest=0
    fi
    __lockkit_decimal "$__lockkit_rest"
  fi
  if [ -n "$__lockkit_gate" ]; then
    __lockkit_next=$(__lockkit_ask 0,3 <&"$__lockkit_gate" 3<&"$1") || __lockkit_result=$?
  else
    __lockkit_next=$(__lockkit_ask 0 <&"$1") || __lockkit_result=$?
  fi
  case $__lockkit_result in
    0 | 6[4569] | 7[0135]) return "$__lockkit_result" ;;
    126 | 127)
      __lockkit_say "cannot run $__lockkit_runner, which locked before"
      __lockkit_runner=''
      ;;
  esac
  __lockkit_program_status "$__lockkit_result"
}

# Usage: __lockkit_ask DESCRIPTORS
# In a subshell, which lockkit takes the place of: so it is a child of who asks, and ends with it.
__lockkit_ask() {
  __lockkit_process
  set -- run "-${__lockkit_shared:-x}$__lockkit_nonblock$__lockkit_verbose$__lockkit_quiet" -E 75 -w "$__lockkit_left" \
    --through "$1" "${__lockkit_slots:--${__lockkit_shared:-x}}" "${__lockkit_fcntl:--${__lockkit_shared:-x}}" --
  if [ -n "$__lockkit_path" ]; then
    set -- "$@" "$__lockkit_shown"
  else
    set -- "$@" /dev/fd/0 "$__lockkit_shown"
  fi
  if [ -n "${LOCKKIT_DIR-}" ]; then
    export LOCKKIT_DIR
  fi
  __lockkit_become '' "$__lockkit_runner" "$@"
}

# Usage: __lockkit_busy FD: ends the wait: says who holds it, gives 75.
__lockkit_busy() {
  if [ -n "$__lockkit_quiet" ]; then
    return 75
  fi
  if [ -n "$__lockkit_nonblock" ] || [ "${__lockkit_limit:-0}" -eq 0 ]; then
    __lockkit_say "$__lockkit_shown is busy$(__lockkit_describe "$1")"
  else
    __lockkit_decimal "$__lockkit_limit"
    __lockkit_say "$__lockkit_shown is still busy after $__lockkit_left s$(__lockkit_describe "$1")"
  fi
  return 75
}

# Usage: __lockkit_look FD
# What a waiter does between two slices: tell what it was asked to tell, and
# return 70 when waiting would never end.
__lockkit_look() {
  __lockkit_family=''
  if [ -z "$__lockkit_start" ]; then
    __lockkit_start=${__lockkit_clock:-0}
    if [ -n "$__lockkit_verbose" ] && [ -z "$__lockkit_quiet" ]; then
      __lockkit_say "waiting for $__lockkit_shown$(__lockkit_describe "$1")"
      return 0
    fi
  fi
  __lockkit_looks=$((__lockkit_looks + 1))
  if __lockkit_self; then
    __lockkit_result=0
    __lockkit_family=$(__lockkit_kin "$1") || __lockkit_result=$?
    case $__lockkit_result.${KSH_VERSION-} in
      0.*) ;;
      ?.?* | ??.?*) # ksh93 forgets to add anything to the signal's number
        return "$((128 + __lockkit_result))"
        ;;
      *)
        if [ "$__lockkit_result" -gt 128 ]; then # a signal that also we got
          __lockkit_program_status "$__lockkit_result"
          return "$?"
        fi
        ;;
    esac
  fi
  case $__lockkit_family.$__lockkit_limit in
    "$__lockkit_pid stuck.")
      __lockkit_say "waiting for $__lockkit_shown would never end: this shell holds it"
      return 70
      ;;
    *' stuck.')
      __lockkit_say "waiting for $__lockkit_shown would never end: pid ${__lockkit_family% *} holds it and waits for us"
      return 70
      ;;
  esac
  if [ "$__lockkit_looks" -lt 2 ] || [ -n "$__lockkit_quiet" ]; then
    return 0
  fi
  if { [ -n "$__lockkit_family" ] && [ -z "$__lockkit_told" ]; } ||
    { [ -n "$__lockkit_verbose" ] && [ "$((__lockkit_looks % 12))" -eq 0 ]; }; then
    __lockkit_told=told
    __lockkit_say "waiting for $__lockkit_shown$(__lockkit_describe "$1")"
  fi
}

# Usage: __lockkit_release FD
# Unlocks an open file description, whoever else shares it.
__lockkit_release() {
  __lockkit_kind_of "$1"
  case $__lockkit_kind in
    lent) return 0 ;;
    --fcntl)
      __lockkit_has_runner unlock || return 69
      "$__lockkit_runner" flock --fcntl -u 0 <&"$1" 2>/dev/null && return 0
      ;;
    *)
      __lockkit_choose || return 69
      "__lockkit_${__lockkit_engine}_unlock" "$1" 2>/dev/null && return 0
      ;;
  esac
  if [ -e "/dev/fd/$1" ]; then
    __lockkit_say "cannot free the lock on descriptor $1"
    return 71
  fi
}

# Usage: __lockkit_give_up FD
# What unlock does: removes the file where it was asked to and may, frees the lock,
# closes what lock_fd opened.
__lockkit_give_up() {
  __lockkit_status=0
  __lockkit_choose || return 69
  if [ -n "$__lockkit_remove" ] && __lockkit_try "$1" 0 && [ "$__lockkit_path" -ef "/dev/fd/$1" ]; then
    if ! __lockkit_tool rm -f -- "$__lockkit_path" 2>/dev/null; then
      __lockkit_cannot remove "$__lockkit_path" "$(__lockkit_tool rm -f -- "$__lockkit_path" 2>&1)"
      __lockkit_status=71
    fi
  fi
  __lockkit_release "$1" || __lockkit_status=71
  if [ -n "$__lockkit_path" ]; then
    __lockkit_forget "$1"
    __lockkit_close "$1"
  fi
  return "$__lockkit_status"
}
