# shellcheck shell=bash disable=SC2034,SC2154
#
# What differs between zsh and the other shells: descriptors, and what the shell
# knows about itself.

# The highest digit that a lock may get for the time of a command with -o.
__lockkit_highest=${__lockkit_highest-9}

# Usage: __lockkit_open [FD] 2>/dev/null
# Opens __lockkit_path without truncating it, as FD or as a free descriptor from 10
# up. Sets __lockkit_fd, else the status is 66 cannot open, 71 no /dev/fd, 73
# cannot create.
__lockkit_open() {
  while :; do
    __lockkit_make || return "$?"
    __lockkit_fd=-1 # with noclobber, zsh overwrites no descriptor, such as 0
    if eval "\\builtin exec {__lockkit_fd}<${__lockkit_writable:+>}\"\$__lockkit_path\""; then
      break
    elif [ -e "$__lockkit_path" ]; then
      case ${2-} in
        ..) return 66 ;; # once or twice it may have been made anew meanwhile
      esac
      set -- "$1" "${2-}."
    fi
  done
  if [ -n "$1" ]; then
    __lockkit_spare=$__lockkit_fd
    __lockkit_fd=$1
    eval "\\builtin exec $1<&$__lockkit_spare" || __lockkit_fd=''
    __lockkit_close "$__lockkit_spare"
    if [ -z "$__lockkit_fd" ]; then
      return 66
    fi
  fi
}

# Usage: __lockkit_lock FD
# Locks FD, which is opened for __lockkit_path if there is one; where FD is the name
# of a variable, that receives the descriptor.
__lockkit_lock() {
  if [ -z "$__lockkit_path" ]; then
    __lockkit_lock_open "$1"
  elif __lockkit_is_descriptor "$1"; then
    __lockkit_take "$1" && __lockkit_remember "$1"
  elif __lockkit_take ''; then
    if printf -v "$1" %s "$__lockkit_fd"; then
      __lockkit_remember "$__lockkit_fd"
    else
      __lockkit_close "$__lockkit_fd"
      __lockkit_usage lock_fd "cannot set the variable $1"
    fi
  else
    return "$?"
  fi
}

# Usage: __lockkit_close FD
__lockkit_close() {
  __lockkit_spare=$1
  case $1 in
    ?) eval "\\builtin exec $1<&-" ;;
    *) eval "\\builtin exec {__lockkit_spare}<&-" ;;
  esac
}

# What FD may be: a number, or a variable that receives one.
__lockkit_is_descriptor() {
  __lockkit_is_number "$1"
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
