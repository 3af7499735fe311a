# shellcheck shell=bash disable=SC2078,SC2154 # [[ '' ]] is false: no function can stand in its place
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
# __lockkit_kinds[FD] is how it was locked, where that was not with flock(2) alone.
__lockkit_opened+=() __lockkit_kinds+=()

# The word behind which our functions call the shell's own builtins, and whether eval,
# which else stands alone, is among them: in bash, set -e is in force again behind
# `builtin eval`. Both say how our functions were made; sourced again, they are as here.
__lockkit_word=builtin __lockkit_eval=''

# Usage: __lockkit_trust
# Whether our builtins are the shell's, whatever functions the user has; our functions
# are made anew where they have to call them otherwise. No word is asked for another one
# that has not shown itself what it is.
__lockkit_trust() {
  if __lockkit_obeyed "$__lockkit_word"; then
    if [[ $__lockkit_eval ]] || ! "$__lockkit_word" declare -F eval >/dev/null 2>&1; then
      [[ $__lockkit_eval != bare ]] || __lockkit_bare
    else
      __lockkit_reword "$__lockkit_word" behind
    fi
  elif [[ $__lockkit_word == builtin ]] && __lockkit_obeyed command; then
    if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 402)); then # there `command eval` can crash
      __lockkit_bare && __lockkit_reword command bare
    elif "command" declare -F eval >/dev/null 2>&1; then
      __lockkit_reword command behind
    else
      __lockkit_reword command ''
    fi
  else
    [[ '' ]]
  fi
}

# Usage: __lockkit_obeyed WORD
# Whether WORD is the shell's own, and the builtins without which our loops and functions
# would end as if all were well are not disabled: nothing else makes this function return.
# Where WORD is a function by all accounts it is not called.
__lockkit_obeyed() {
  if \typeset -F "$1" >/dev/null 2>&1 && \declare -F "$1" >/dev/null 2>&1; then
    [[ '' ]]
  else
    "$1" : && "$1" return 0
    [[ '' ]]
  fi
}

# Usage: __lockkit_bare: whether none of our builtins is a function, asked behind `command`
__lockkit_bare() {
  for __lockkit_builtin in "[" : break continue declare echo enable eval export local printf read \
    return set shift shopt true unset; do
    if "command" declare -F "$__lockkit_builtin" >/dev/null 2>&1; then
      "command" return 1
    fi
  done
}

# Usage: __lockkit_reword WORD EVAL
# Makes our functions anew so that they call builtins behind WORD, and eval too where
# EVAL is behind, or all of them bare. 1 where that failed.
__lockkit_reword() {
  if [[ $2 == behind ]]; then
    "$1" eval "$(__lockkit_reworded "$1" "\\$1 " "\\$1 eval " "$2")"
  elif [[ $2 == bare ]]; then
    \eval "$(__lockkit_reworded "$1" '' '\eval ' "$2")"
  else
    \eval "$(__lockkit_reworded "$1" "\\$1 " '\eval ' "$2")"
  fi
  [[ $__lockkit_word.$__lockkit_eval == "$1.$2" ]]
}

# Usage: __lockkit_reworded WORD BUILTIN EVAL HOW
# Prints our functions so, in a subshell, and last what says that they are all there: where
# a builtin is disabled that finds them, there are none.
__lockkit_reworded() {
  IFS=$' \t\n' __lockkit_text=''
  "$1" declare -F | {
    while "$1" read -r __lockkit_word __lockkit_word __lockkit_name; do
      case $__lockkit_name in
        __lockkit_trust | __lockkit_obeyed | __lockkit_bare | __lockkit_reword*) ;; # bash 3.2 minds what is made anew while it runs
        __lockkit_*)
          __lockkit_text=$("$1" declare -f "$__lockkit_name")
          __lockkit_text=${__lockkit_text//'\builtin '/$2}
          "$1" printf '%s\n' "${__lockkit_text//'\eval '/$3}"
          ;;
      esac
    done
    if [[ $__lockkit_text ]]; then
      "$1" printf '__lockkit_word=%s __lockkit_eval=%s\n' "$1" "$4"
    fi
  }
}

# Usage: __lockkit_refuse: the functions of the user leave us no builtins: 69
__lockkit_refuse() {
  /bin/sh -c 'echo "lockkit: functions called as the builtins of the shell are in the way" >&2; exit 69'
}

# Usage: with_lock [-s|-x] [-n|-w SECONDS] [-E CODE] [-o|-k] [-q|-v] [--] LOCK [--] COMMAND [ARG...]
#                  [-j N] [--fcntl] [--max SECONDS] [--kill-after SECONDS] [--on URL]
#
# Runs COMMAND in this shell while LOCK is held, with --max, --kill-after and --on in a
# subshell. The status is COMMAND's, or 75 busy, 64 usage, 66 cannot open, 69 no engine, 70
# would wait for ever, 71 cannot lock, 73 cannot create, 79 lost, 124 or 137 ended by --max,
# 128+n ended by signal n.
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
  local __lockkit_start='' __lockkit_looks=0 __lockkit_told='' __lockkit_command='' __lockkit_how='' __lockkit_first=''
  local __lockkit_slots='' __lockkit_fcntl='' __lockkit_max='' __lockkit_patience='' __lockkit_gate='' __lockkit_next=''

  if [[ ${1-} == -* || ${LOCKKIT_ON-} ]] && __lockkit_asks_run "$@"; then
    __lockkit_by_run "$@"
  elif __lockkit_read_with_lock "$@"; then
    shift "$__lockkit_words"
    __lockkit_take '' "$@"
  else
    __lockkit_failed "$?"
  fi
}

# Usage: lock_fd [-s|-x] [-n|-w SECONDS] [-E CODE] [-j N] [--fcntl] [-q|-v] [--] FD [LOCK]
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
  local __lockkit_slots='' __lockkit_fcntl='' __lockkit_max='' __lockkit_patience='' __lockkit_gate='' __lockkit_next=''

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
