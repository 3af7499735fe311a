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

# Not empty when our functions were made anew for another word.
__lockkit_worded=''

# Usage: __lockkit_trust
# Whether our builtins are the shell's, whatever functions the user has: we call them
# behind the word `builtin`; where that itself is a function, behind `command`, and our
# functions are made anew for that. 1 where both are functions. `eval` stands alone: in
# bash, set -e is in force again behind `builtin eval`.
__lockkit_trust() {
  if \typeset -F "builtin" >/dev/null 2>&1 && \declare -F "builtin" >/dev/null 2>&1; then
    if \typeset -F "command" >/dev/null; then
      \return 1
    elif [[ -z $__lockkit_worded ]]; then
      \eval "$(__lockkit_reworded '\builtin ' '\command ')"
      __lockkit_worded=1
    fi
  elif \typeset -F "eval" >/dev/null 2>&1 && \declare -F "eval" >/dev/null 2>&1; then
    if [[ -z $__lockkit_worded ]]; then
      \builtin eval "$(__lockkit_reworded '\eval ' '\builtin eval ')"
      __lockkit_worded=1
    fi
  fi
}

# Usage: __lockkit_reworded OLD NEW: prints our functions so, in a subshell
__lockkit_reworded() {
  if [[ $2 == *command* ]] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 402)); then
    \set -- "$1" '' # there `command eval` can crash
  fi
  IFS=$' \t\n'
  \declare -F | while \read -r __lockkit_word __lockkit_word __lockkit_name; do
    case $__lockkit_name in
      __lockkit_trust | __lockkit_reworded) ;; # bash 3.2 minds what is made anew while it runs
      __lockkit_*)
        __lockkit_word=$(\declare -f "$__lockkit_name")
        \printf '%s\n' "${__lockkit_word//"$1"/$2}"
        ;;
    esac
  done
}

# Usage: __lockkit_refuse: the functions of the user leave us no builtins: 69
__lockkit_refuse() {
  /bin/sh -c 'echo "lockkit: functions called as the builtins of the shell are in the way" >&2; exit 69'
}

# Usage: with_lock [-s|-x] [-n|-w SECONDS] [-E CODE] [-o|-k] [-q|-v] [--] LOCK [--] COMMAND [ARG...]
#
# Runs COMMAND in this shell while LOCK is held. The status is COMMAND's, or
# 75 busy, 64 usage, 66 cannot open, 69 no engine, 70 would wait for ever,
# 71 cannot lock, 73 cannot create, 128+n ended by signal n.
with_lock() {
  if __lockkit_trust; then
    __lockkit_do_with_lock "$@"
  else
    __lockkit_refuse
  fi
}

__lockkit_do_with_lock() {
  local __lockkit_shared='' __lockkit_nonblock='' __lockkit_limit='' __lockkit_code=75
  local __lockkit_close='' __lockkit_keep='' __lockkit_quiet='' __lockkit_verbose=''
  local __lockkit_remove='' __lockkit_words=0 __lockkit_shown='' __lockkit_path=''
  local __lockkit_named='' __lockkit_fd='' __lockkit_free_fd='' __lockkit_pass=''
  local __lockkit_start='' __lockkit_looks=0 __lockkit_told=''

  if __lockkit_read_with_lock "$@"; then
    shift "$__lockkit_words"
    __lockkit_take '' "$@"
  else
    __lockkit_failed "$?"
  fi
}

# Usage: lock_fd [-s|-x] [-n|-w SECONDS] [-E CODE] [-q|-v] [--] FD [LOCK]
#
# Locks descriptor FD, which is open, or opens it for LOCK first. FD may be the
# name of a variable that receives a free descriptor. The status is 0 when the
# lock is held; else one of with_lock's, or 65 when FD is not open (or, with
# LOCK, is open already), and nothing is locked or left open.
lock_fd() {
  if __lockkit_trust; then
    __lockkit_do_lock_fd "$@"
  else
    __lockkit_refuse
  fi
}

__lockkit_do_lock_fd() {
  local __lockkit_shared='' __lockkit_nonblock='' __lockkit_limit='' __lockkit_code=75
  local __lockkit_close='' __lockkit_keep='' __lockkit_quiet='' __lockkit_verbose=''
  local __lockkit_remove='' __lockkit_words=0 __lockkit_shown='' __lockkit_path=''
  local __lockkit_named='' __lockkit_fd='' __lockkit_free_fd=''
  local __lockkit_start='' __lockkit_looks=0 __lockkit_told='' __lockkit_status=0

  { __lockkit_read_lock_fd "$@" && __lockkit_lock "$__lockkit_fd"; } || __lockkit_failed "$?"
}

# Usage: unlock [-r] [--] FD
#
# Frees the lock on FD even if children still have the descriptor, and closes FD
# if lock_fd opened it. -r also removes the lock file, if nobody shares the lock.
# The status is 0, 64 usage, 65 not open, 69 no engine, 71 cannot.
unlock() {
  if __lockkit_trust; then
    __lockkit_do_unlock "$@"
  else
    __lockkit_refuse
  fi
}

__lockkit_do_unlock() {
  local __lockkit_shared='' __lockkit_nonblock='' __lockkit_limit='' __lockkit_code=75
  local __lockkit_close='' __lockkit_keep='' __lockkit_quiet='' __lockkit_verbose=''
  local __lockkit_remove='' __lockkit_words=0 __lockkit_status=0 __lockkit_path=''
  local __lockkit_fd=''

  __lockkit_read_unlock "$@" && __lockkit_give_up "$__lockkit_fd"
}

# Usage: __lockkit_failed STATUS
# What a call without success returns: only here busy becomes what the caller wants
# to read, which may be 0.
__lockkit_failed() {
  if (($1 == 75)); then
    return "$__lockkit_code"
  fi
  return "$1"
}
