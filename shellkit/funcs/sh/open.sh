# shellcheck shell=sh disable=SC2034,SC2154,SC3013,SC3040,SC3045
#
# What differs between these shells and the others: descriptors, which have one
# digit, and what the shell knows about itself.

# Usage: __lockkit_take '' HOW COMMAND [ARG...], or __lockkit_take FD ''
# Opens __lockkit_path, locks it, and begins anew when the path leads elsewhere by
# then. Then runs COMMAND, or keeps it open as FD. While it waits and while COMMAND
# runs the descriptor is a redirection of one function call: the shell undoes that
# whatever ends the call, an interrupt at the prompt included, unless just one
# descriptor was free.
__lockkit_take() {
  __lockkit_writable=''
  if [ -n "$__lockkit_fcntl" ] && [ -z "$__lockkit_shared" ]; then
    __lockkit_writable=writable
  fi
  while :; do
    __lockkit_status=0
    __lockkit_open "$1" 2>/dev/null || __lockkit_status=$?
    if [ "$__lockkit_status" -ne 0 ]; then
      __lockkit_explain_open "$__lockkit_status" "$1" || __lockkit_prepared "$?"
      return "$?"
    fi
    __lockkit_free "$__lockkit_fd"
    if [ "$__lockkit_spare" = "$__lockkit_fd" ]; then
      eval "\\: $__lockkit_fd<&-" # what mksh has put aside and back its programs inherit
    fi
    __lockkit_run "$__lockkit_spare" "$__lockkit_fd" "$@"
    set -- "$?" "$@"
    if [ -z "$__lockkit_again" ]; then
      return "$1"
    fi
    shift
  done
}

# Usage: __lockkit_within HELD OTHER WORD...: the words of __lockkit_take
# HELD is open for the time of this call.
__lockkit_within() {
  if [ "$1" != "$2" ]; then
    __lockkit_close "$2"
  fi
  if __lockkit_lock_path "$1"; then
    if [ -n "$__lockkit_next" ]; then
      __lockkit_past_gate "$@"
    elif [ -n "$3" ]; then
      __lockkit_own "$1" "$3"
    else
      __lockkit_preparing=''
      __lockkit_hold "$@"
    fi
  elif [ -z "$__lockkit_again" ]; then
    __lockkit_prepared "$__lockkit_status"
  fi
}

# Usage: __lockkit_past_gate HELD OTHER WORD...
# Takes the slot __lockkit_next, with the gate as HELD.
__lockkit_past_gate() {
  if [ "$1" = "$2" ]; then
    __lockkit_explain_open 69 || __lockkit_prepared "$?"
    return "$?"
  fi
  __lockkit_gate=$1 __lockkit_path=$__lockkit_next
  shift 2
  __lockkit_take "$@"
}

# Usage: __lockkit_own HELD FD
# Makes FD a copy of HELD that stays, and remembers that lock_fd opened it.
__lockkit_own() {
  if [ "$1" != "$2" ]; then
    __lockkit_is_closed "$2" || return "$?" # a trap may have opened it during the wait
    if ! __lockkit_exec "$2<&$1" "$2"; then
      __lockkit_say "descriptor $2 cannot be used"
      return 65
    fi
    __lockkit_note "$2"
  fi
  __lockkit_remember "$2"
}

# Usage: __lockkit_open [FD] 2>/dev/null
# Opens __lockkit_path without truncating it. Sets __lockkit_fd, which with_lock
# leaves the highest free descriptor for what it runs. Else the status is 66
# cannot open, 69 no descriptor is free, 71 no /dev/fd or a function called `command`,
# 73 cannot create.
__lockkit_open() {
  __lockkit_spare=$1
  if [ -z "$1" ]; then
    __lockkit_free ''
    __lockkit_free "$__lockkit_spare"
  fi
  if [ -z "$__lockkit_spare" ]; then
    return 69
  fi
  while :; do
    __lockkit_make || return "$?"
    if __lockkit_exec "$__lockkit_spare<${__lockkit_writable:+>}\"\$__lockkit_path\"" "$1"; then
      if [ ! -e "/dev/fd/$__lockkit_spare" ]; then
        return 71
      fi
      __lockkit_fd=$__lockkit_spare
      return 0
    elif [ -e "$__lockkit_path" ]; then
      case ${2-} in
        ..) return 66 ;; # once or twice it may have been made anew meanwhile
      esac
      set -- "$1" "${2-}."
    fi
  done
}

# Usage: __lockkit_exec REDIRECTION [FD]
# Opens a descriptor for good; FD says that it is lock_fd's. ksh93 runs the last
# command of a script in its own place, and what exec opened is closed by that, except
# in posix mode, which has two other options with it: as they are by default when it
# is turned off again.
__lockkit_exec() {
  case ${2-}${KSH_VERSION-} in
    [0123456789]*93u+m*)
      set -- "$1" ''
      if [ ! -o posix ]; then
        set -- "$1" 'set +o posix'
        if [ -o letoctal ]; then
          set -- "$1" "$2; set -o letoctal"
        fi
        if [ ! -o braceexpand ]; then
          set -- "$1" "$2; set +o braceexpand"
        fi
        set -o posix
      fi
      ;;
    *) set -- "$1" '' ;;
  esac
  __lockkit_result=0
  eval "\\command exec $1" || __lockkit_result=$?
  eval "$2"
  return "$__lockkit_result"
}

# Usage: __lockkit_lock FD
# Locks FD, which is opened for __lockkit_path if there is one.
__lockkit_lock() {
  if [ -z "$__lockkit_path" ]; then
    __lockkit_lock_open "$1"
  else
    __lockkit_take "$1" ''
  fi
}

# Usage: __lockkit_close FD
__lockkit_close() {
  eval "\\command exec $1<&-"
}

# What FD may be: one digit, and no variable, for none of these shells would
# choose a descriptor.
__lockkit_is_descriptor() {
  case $1 in
    [0123456789]) ;;
    *) return 1 ;;
  esac
}

# Usage: __lockkit_opens FD: whether a LOCK can be opened as FD, or why not
__lockkit_opens() {
  __lockkit_is_closed "$1"
}

__lockkit_is_variable() {
  return 1
}

# Usage: __lockkit_whoami: sets __lockkit_user to the effective uid
__lockkit_whoami() {
  __lockkit_user=$(__lockkit_tool id -u)
}

# Usage: __lockkit_process
# In a subshell: ksh93 need not make a process for one. This makes it one and changes nothing.
__lockkit_process() {
  case ${KSH_VERSION-} in
    *93u+m*) ulimit -S -t "$(ulimit -S -t)" ;;
  esac
}

# Usage: __lockkit_settle: undoes in COMMAND's subshell what that needed; only zsh does
__lockkit_settle() {
  :
}

# Usage: __lockkit_read: sets __lockkit_rest to a line, also where the user has a function read
__lockkit_read() {
  IFS='' command read -r __lockkit_rest
}

# Usage: __lockkit_become REDIRECTIONS [PROGRAM [ARG...]]
# In a subshell: exec, which ends it where that fails.
__lockkit_become() {
  eval "shift
    \\exec \"\$@\" $1"
}

# Usage: __lockkit_is_function NAME: no name with a slash is one here
__lockkit_is_function() {
  return 1
}

# Usage: __lockkit_script: sets __lockkit_name to the path of what runs
__lockkit_script() {
  __lockkit_name=$0
}

# Usage: __lockkit_slow
# In a subshell: the settings that the caller may have made otherwise.
__lockkit_slow() {
  __lockkit_process # or a trap of the caller would speak to whoever reads the subshell
  unset -f command echo printf read 2>/dev/null || :
  set +efu
  IFS=' 	
'
}
