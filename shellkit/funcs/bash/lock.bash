# shellcheck shell=bash
#
# with_lock, lock_fd and unlock for bash 3.2 and later.
#
# Three things shape the code. Whatever stands between taking a lock and running
# the command starts no process: no command substitution, no subshell. Nothing
# of the caller's is trusted to be what it is by default: builtins are called as
# such, patterns name their characters, no option or trap is changed. And each
# status that is not 0 means that the command did not run.

# What lock_fd opened: __lockkit_opened[FD] is the absolute path. Sourced again,
# this forgets nothing.
__lockkit_opened+=()

# Usage: with_lock [-s|-x] [-n|-w SECONDS] [-E CODE] [-o|-k] [-q|-v] [--] LOCK [--] COMMAND [ARG...]
#
# Runs COMMAND in this shell while LOCK is held. The status is COMMAND's, or
# 75 busy, 64 usage, 66 cannot open, 69 no engine, 70 would wait for ever,
# 71 cannot lock, 73 cannot create, 128+n ended by signal n.
with_lock() {
  builtin local __lockkit_shared='' __lockkit_nonblock='' __lockkit_limit='' __lockkit_code=75
  builtin local __lockkit_close='' __lockkit_keep='' __lockkit_quiet='' __lockkit_verbose=''
  builtin local __lockkit_remove='' __lockkit_words=0 __lockkit_shown='' __lockkit_path=''
  builtin local __lockkit_named='' __lockkit_fd='' __lockkit_free_fd='' __lockkit_pass=''
  builtin local __lockkit_start='' __lockkit_looks=0 __lockkit_told=''

  __lockkit_options with_lock sxnwEokqv "$@" || return
  shift "$__lockkit_words"
  if (($# == 0)); then
    __lockkit_usage with_lock 'no LOCK'
    return
  fi
  __lockkit_shown=$1
  shift
  if [[ ${1-} == -- ]]; then
    shift
  fi
  if (($# == 0)); then
    __lockkit_usage with_lock 'no COMMAND'
    return
  elif [[ $1 == -* ]]; then
    __lockkit_usage with_lock "not a COMMAND: $1"
    return
  elif [[ $__lockkit_close && $1 == exec && $# -gt 1 ]]; then
    __lockkit_usage with_lock 'after exec nobody would hold the lock with -o'
    return
  fi
  __lockkit_resolve with_lock "$__lockkit_shown" || return
  __lockkit_take '' || return

  # From here on the descriptor is a redirection of one function call: bash undoes
  # that whatever ends the call, an interrupt at the prompt included.
  __lockkit_free
  eval "__lockkit_hold $__lockkit_free_fd $__lockkit_fd \"\$@\" $__lockkit_free_fd<&$__lockkit_fd"
}

# Usage: lock_fd [-s|-x] [-n|-w SECONDS] [-E CODE] [-q|-v] [--] FD [LOCK]
#
# Locks descriptor FD, which is open, or opens it for LOCK first. FD may be the
# name of a variable that receives a free descriptor. The status is 0 when the
# lock is held; else one of with_lock's, or 65 when FD is not open (or, with
# LOCK, is open already), and nothing is locked or left open.
lock_fd() {
  builtin local __lockkit_shared='' __lockkit_nonblock='' __lockkit_limit='' __lockkit_code=75
  builtin local __lockkit_close='' __lockkit_keep='' __lockkit_quiet='' __lockkit_verbose=''
  builtin local __lockkit_remove='' __lockkit_words=0 __lockkit_shown='' __lockkit_path=''
  builtin local __lockkit_named='' __lockkit_fd='' __lockkit_free_fd=''
  builtin local __lockkit_start='' __lockkit_looks=0 __lockkit_told='' __lockkit_status=0

  __lockkit_options lock_fd sxnwEqv "$@" || return
  shift "$__lockkit_words"
  if ((__lockkit_code == 0)); then
    __lockkit_usage lock_fd '-E 0 would claim a lock that is not held'
    return
  fi
  case $# in
    0)
      __lockkit_usage lock_fd 'no descriptor'
      return
      ;;
    1 | 2) ;;
    *)
      __lockkit_usage lock_fd "too many words: $3"
      return
      ;;
  esac
  if ! __lockkit_is_number "$1" && ! __lockkit_is_variable "$1"; then
    __lockkit_usage lock_fd "not a descriptor: $1"
    return
  fi

  if (($# == 1)); then
    if ! __lockkit_is_number "$1"; then
      __lockkit_usage lock_fd "needs a LOCK to open for $1"
      return
    fi
    __lockkit_is_open "$1" || return
    builtin unset "__lockkit_opened[$1]"
    __lockkit_shown="descriptor $1"
    __lockkit_acquire "$1" || __lockkit_status=$?
    if ((__lockkit_status == 65)); then
      __lockkit_cannot lock "$__lockkit_shown" "$(__lockkit_refusal "$1")"
    elif ((__lockkit_status > 128)); then
      __lockkit_release "$1"
    fi
    return "$__lockkit_status"
  fi

  __lockkit_shown=$2
  if __lockkit_is_number "$1" && [[ -e /dev/fd/$1 ]]; then
    __lockkit_say "descriptor $1 is open already"
    return 65
  fi
  __lockkit_resolve lock_fd "$2" || return
  if __lockkit_is_number "$1"; then
    __lockkit_take "$1" || return
  else
    __lockkit_take '' || return
    if ! builtin printf -v "$1" %s "$__lockkit_fd"; then
      __lockkit_exec "$__lockkit_fd<&-"
      __lockkit_usage lock_fd "cannot set the variable $1"
      return
    fi
  fi
  case $__lockkit_path in
    /*) __lockkit_opened[__lockkit_fd]=$__lockkit_path ;;
    *) __lockkit_opened[__lockkit_fd]=$PWD/$__lockkit_path ;;
  esac
}

# Usage: unlock [-r] [--] FD
#
# Frees the lock on FD even if children still have the descriptor, and closes FD
# if lock_fd opened it. -r also removes the lock file, if nobody shares the lock.
# The status is 0, 64 usage, 65 not open, 69 no engine, 71 cannot.
unlock() {
  builtin local __lockkit_shared='' __lockkit_nonblock='' __lockkit_limit='' __lockkit_code=75
  builtin local __lockkit_close='' __lockkit_keep='' __lockkit_quiet='' __lockkit_verbose=''
  builtin local __lockkit_remove='' __lockkit_words=0 __lockkit_status=0 __lockkit_path=''

  __lockkit_options unlock r "$@" || return
  shift "$__lockkit_words"
  case $# in
    0)
      __lockkit_usage unlock 'no descriptor'
      return
      ;;
    1) ;;
    *)
      __lockkit_usage unlock "too many words: $2"
      return
      ;;
  esac
  if __lockkit_is_variable "$1" && __lockkit_is_number "${!1-}"; then
    builtin set -- "${!1}"
  fi
  if ! __lockkit_is_number "$1"; then
    __lockkit_usage unlock "not a descriptor: $1"
    return
  fi
  __lockkit_is_open "$1" || return
  __lockkit_path=${__lockkit_opened[$1]-}
  if [[ $__lockkit_remove && -z $__lockkit_path ]]; then
    __lockkit_usage unlock "-r needs a descriptor that lock_fd opened, not $1"
    return
  fi
  __lockkit_choose || return

  if [[ $__lockkit_remove ]] && __lockkit_try "$1" 0 && [[ $__lockkit_path -ef /dev/fd/$1 ]]; then
    if ! builtin command -p rm -f -- "$__lockkit_path" 2>/dev/null; then
      __lockkit_cannot remove "$__lockkit_path" "$(builtin command -p rm -f -- "$__lockkit_path" 2>&1)"
      __lockkit_status=71
    fi
  fi
  __lockkit_release "$1" || __lockkit_status=71
  if [[ $__lockkit_path ]]; then
    builtin unset "__lockkit_opened[$1]"
    __lockkit_exec "$1<&-"
  fi
  return "$__lockkit_status"
}
