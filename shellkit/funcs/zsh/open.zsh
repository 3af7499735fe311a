# shellcheck shell=bash disable=SC2034,SC2154
#
# What differs between zsh and the other shells: descriptors, and what the shell
# knows about itself.

# The highest digit that a lock may get for the time of a command with -o.
__lockkit_highest=${__lockkit_highest-9}

# Usage: __lockkit_take
# Opens __lockkit_path, locks it, and begins anew when the path leads elsewhere by
# then. Sets __lockkit_loose.
__lockkit_take() {
  __lockkit_writable=''
  if [ -n "$__lockkit_fcntl" ] && [ -z "$__lockkit_shared" ]; then
    __lockkit_writable=writable
  fi
  while :; do
    __lockkit_status=0
    __lockkit_open 2>/dev/null || __lockkit_status=$?
    if [ "$__lockkit_status" -ne 0 ]; then
      __lockkit_explain_open "$__lockkit_status" ''
      return "$?"
    elif __lockkit_lock_path "$__lockkit_loose"; then
      if [ -z "$__lockkit_next" ]; then
        __lockkit_leave_gate
        return 0
      fi
      __lockkit_gate=$__lockkit_loose __lockkit_path=$__lockkit_next
      continue
    fi
    __lockkit_close "$__lockkit_loose"
    if [ -z "$__lockkit_again" ]; then
      return "$__lockkit_status"
    fi
  done
}

# Usage: __lockkit_leave_gate: closes it, where we stood at one
__lockkit_leave_gate() {
  if [ -n "$__lockkit_gate" ]; then
    __lockkit_close "$__lockkit_gate"
    __lockkit_gate=''
  fi
}

# Usage: __lockkit_open 2>/dev/null
# Opens __lockkit_path without truncating it, as a free descriptor from 10 up. Sets
# __lockkit_loose to it: it is closed when the call ends, however that is. Else the
# status is 66 cannot open, 71 no /dev/fd, 73 cannot create.
__lockkit_open() {
  while :; do
    __lockkit_make || return "$?"
    __lockkit_spare=-1 # with noclobber, zsh overwrites no descriptor, such as 0
    if eval "\\builtin exec {__lockkit_spare}<${__lockkit_writable:+>}\"\$__lockkit_path\""; then
      __lockkit_loose=$__lockkit_spare
      return 0
    elif [ -e "$__lockkit_path" ]; then
      case ${1-} in
        ..) return 66 ;; # once or twice it may have been made anew meanwhile
      esac
      set -- "${1-}."
    fi
  done
}

# Usage: __lockkit_within HELD OTHER FD HOW COMMAND [ARG...]
# HELD is open for the time of this call and shares OTHER's lock.
__lockkit_within() {
  __lockkit_close "$2"
  __lockkit_hold "$@"
}

# Usage: __lockkit_lock FD
# Locks FD, which is opened for __lockkit_path if there is one; where FD is the name
# of a variable, that receives the descriptor.
__lockkit_lock() {
  if [ -z "$__lockkit_path" ]; then
    __lockkit_lock_open "$1"
    return "$?"
  fi
  __lockkit_take || return "$?"
  if ! __lockkit_is_descriptor "$1"; then
    if ! eval '\builtin printf -v "$1" %s "$__lockkit_loose"'; then # it ends us where that is readonly
      __lockkit_usage lock_fd "cannot set the variable $1"
      return 64
    fi
    __lockkit_remember "$__lockkit_loose"
    __lockkit_note "$__lockkit_loose"
    __lockkit_loose=''
    return 0
  fi
  __lockkit_is_closed "$1" || return "$?" # a trap may have opened it during the wait
  if ! eval "\\builtin exec $1<&$__lockkit_loose"; then
    __lockkit_say "descriptor $1 cannot be used"
    return 65
  fi
  __lockkit_remember "$1"
  __lockkit_note "$1"
}

# Usage: __lockkit_close FD
__lockkit_close() {
  __lockkit_spare=$1
  if [ "$1" = "$__lockkit_loose" ]; then
    __lockkit_loose=''
  fi
  eval '\builtin exec {__lockkit_spare}<&-'
}

# What FD may be: a number, or a variable that receives one.
__lockkit_is_descriptor() {
  __lockkit_is_number "$1"
}

# Usage: __lockkit_opens FD: whether a LOCK can be opened as FD, or why not
__lockkit_opens() {
  case $1 in
    [0123456789]) __lockkit_is_closed "$1" ;;
    *[!0123456789]*) ;;
    *) # zsh would take such a number for a program
      __lockkit_usage lock_fd "zsh opens one digit, or what it chooses for a variable, and not $1"
      return 64
      ;;
  esac
}

__lockkit_is_variable() {
  case $1 in
    '' | [0123456789]* | __lockkit_*) return 1 ;;
    *[!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_]*) return 1 ;;
  esac
}

# Usage: __lockkit_whoami: sets __lockkit_user to the effective uid
__lockkit_whoami() {
  __lockkit_user=$EUID
}

# Usage: __lockkit_process
# In a subshell: what it runs in the background is to be no nicer than the shell. Where it
# would have been, __lockkit_how says so.
__lockkit_process() {
  if [[ -o bgnice ]]; then
    set +6
    __lockkit_how=bgnice
  fi
}

# Usage: __lockkit_settle: undoes that, where it has begun
__lockkit_settle() {
  if [[ $__lockkit_how == bgnice ]]; then
    set -6
  fi
}

# Usage: __lockkit_read: sets __lockkit_rest to a line, also where the user has a function read
__lockkit_read() {
  IFS='' builtin read -r __lockkit_rest
}

# Usage: __lockkit_become REDIRECTIONS [PROGRAM [ARG...]]: exec, in a subshell
__lockkit_become() {
  eval "\\builtin shift
    \\builtin exec \"\$@\" $1"
}

# Usage: __lockkit_is_function NAME
__lockkit_is_function() {
  typeset -f -- "$1" >/dev/null
}

# Usage: __lockkit_script: sets __lockkit_name to the path of what runs
__lockkit_script() {
  __lockkit_name=$ZSH_ARGZERO
}

# Usage: __lockkit_slow
# In a subshell: the settings that the caller may have made otherwise.
__lockkit_slow() {
  unset -f command echo printf read 2>/dev/null || :
  emulate sh
  set +e +u -o glob
  IFS=$' \t\n'
}
