# shellcheck shell=bash disable=SC2016,SC2034,SC2154
#
# with_lock, lock_fd and unlock for zsh 5.3 and later.
#
# What these files share with other shells is written for sh and means the same
# under zsh's own options. All its variables are local to the call.
#
# Where -e ends zsh inside a function, no EXIT trap of the script runs. So a failure
# that is not a function's of the user comes out of each of the three as that of
# A in `A && B`, which -e does not mind; then it is their caller whom -e ends.

# Not empty when our functions were made anew, to call builtins without a word before, and
# while a call ends that was refused.
__lockkit_bared='' __lockkit_refused=''

# Usage: __lockkit_trust
# Whether our builtins are the shell's, whatever functions the user has: we call them
# behind the word `builtin`; where that itself is a function, bare, and our functions
# are made anew for that. 1 where one of them is a function as well. No word is asked for
# another one that has not shown itself what it is.
__lockkit_trust() {
  if [[ -n $__lockkit_bared ]]; then
    __lockkit_bare
  elif ! __lockkit_obeyed; then
    __lockkit_bare && __lockkit_reword
  fi
}

# Usage: __lockkit_obeyed
# Whether `builtin` is the shell's own, and the builtins without which our loops, questions
# and functions would end as if all were well are not disabled: nothing else makes this
# function return. Where it is a function by all accounts it is not called.
__lockkit_obeyed() {
  if \typeset -f "builtin" >/dev/null 2>&1 && \declare -f "builtin" >/dev/null 2>&1; then
    [[ -n '' ]]
  else
    \builtin : && \builtin [ : ] && \builtin return 0
    [[ -n '' ]]
  fi
}

# Usage: __lockkit_bare
# Whether none of our builtins is a function, as a typeset says that knows which of our
# own names are functions; and as above.
__lockkit_bare() {
  __lockkit_function=''
  if \typeset -f "__lockkit_bare" >/dev/null 2>&1 && ! \typeset -f "__lockkit_function" >/dev/null 2>&1; then
    for __lockkit_builtin in "[" : break continue declare echo emulate eval exec exit local printf read \
      return set shift trap typeset unset; do
      if \typeset -f "$__lockkit_builtin" >/dev/null 2>&1; then
        __lockkit_function=function
      fi
    done
    if [[ -z $__lockkit_function ]]; then
      # shellcheck disable=SC2288
      \: && \[ : ] && \return 0
    fi
  fi 2>/dev/null
  [[ -n '' ]]
}

# Usage: __lockkit_reword: makes our functions anew, all of them or none
__lockkit_reword() {
  \eval "$(__lockkit_reworded)"
  [[ -n $__lockkit_bared ]]
}

# Usage: __lockkit_reworded
# Prints our functions so, in a subshell, and last what says that they are all there: where
# a builtin is disabled that finds them, there are none.
__lockkit_reworded() {
  IFS=$' \t\n' __lockkit_word=''
  \typeset +f | {
    while \read -r __lockkit_piece; do
      case $__lockkit_piece in
        __lockkit_obeyed) ;;
        __lockkit_*)
          __lockkit_word=$(\typeset -f "$__lockkit_piece")
          \printf '%s\n' "${__lockkit_word//\\builtin /}"
          ;;
      esac
    done
    if [[ -n $__lockkit_word ]]; then
      \printf '__lockkit_bared=bared\n'
    fi
  }
}

# Usage: __lockkit_trusted: 0, or 69 with its message
__lockkit_trusted() {
  __lockkit_trust || __lockkit_refuse
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
  if ! __lockkit_trust; then
    __lockkit_refused=refused
  elif [[ -z $__lockkit_bared ]]; then
    local __lockkit_outcome=''
    __lockkit_do_with_lock "$@"
  else
    __lockkit_with_lock "$@"
  fi
  __lockkit_conclude "$?" && __lockkit_done
}

# Usage: __lockkit_with_lock WORD...: with_lock in our functions made anew
__lockkit_with_lock() {
  local __lockkit_outcome=''
  __lockkit_do_with_lock "$@"
  __lockkit_conclude "$?"
}

# Usage: __lockkit_conclude STATUS
# What with_lock returns: STATUS, which is COMMAND's, unless __lockkit_outcome is set or
# there are no builtins to do anything with.
__lockkit_conclude() {
  if [[ -n $__lockkit_refused ]]; then
    __lockkit_refused=''
    __lockkit_refuse
  else
    return "${__lockkit_outcome:-$1}"
  fi
}

# Usage: __lockkit_done: what follows the last && of a function
__lockkit_done() {
  :
}

__lockkit_do_with_lock() {
  local __lockkit_shared __lockkit_nonblock __lockkit_limit __lockkit_code __lockkit_how
  local __lockkit_quiet __lockkit_verbose __lockkit_remove __lockkit_words __lockkit_shown
  local __lockkit_path __lockkit_named __lockkit_fd __lockkit_start __lockkit_looks __lockkit_told
  local __lockkit_who __lockkit_allowed __lockkit_letters __lockkit_letter __lockkit_value
  local __lockkit_whole __lockkit_part __lockkit_left __lockkit_clock __lockkit_rest
  local __lockkit_slice __lockkit_result __lockkit_status __lockkit_writable __lockkit_spare
  local __lockkit_family __lockkit_pid __lockkit_name __lockkit_since __lockkit_user
  local __lockkit_reason __lockkit_parent __lockkit_names __lockkit_wanted __lockkit_proved
  local __lockkit_pass __lockkit_preparing __lockkit_again __lockkit_loose __lockkit_kind
  local __lockkit_slots __lockkit_fcntl __lockkit_max __lockkit_patience __lockkit_gate __lockkit_next
  local __lockkit_held __lockkit_hidden

  if __lockkit_asks_run "$@"; then
    if __lockkit_may_run; then
      __lockkit_mind "$__lockkit_name" __lockkit_by_run "$@"
    else
      __lockkit_outcome=69
    fi
  elif __lockkit_read_with_lock "$@" && __lockkit_room; then
    shift "$__lockkit_words"
    # zsh alone knows `always`, which is done also when an interrupt ends the wait or the
    # command
    eval '{ __lockkit_attempt "$@" } always { __lockkit_end_attempt "$1" }'
  else
    __lockkit_prepared "$?" || __lockkit_outcome=$?
  fi
}

# Usage: __lockkit_attempt COMMAND [ARG...]
# A trap may have taken the digit that -o needs during the wait.
__lockkit_attempt() {
  if __lockkit_take && __lockkit_room; then
    __lockkit_command "$@"
  else
    __lockkit_prepared "$?" || __lockkit_outcome=$?
  fi
}

# Usage: __lockkit_end_attempt [COMMAND]
# Frees what is locked, or waited for, and closes it.
__lockkit_end_attempt() {
  __lockkit_leave_gate
  if [ -n "$__lockkit_loose" ]; then
    if [ "$#" -gt 0 ]; then
      __lockkit_end 0 "$__lockkit_loose" '' '' "$__lockkit_how" "$1"
    fi
    __lockkit_close "$__lockkit_loose"
  fi
}

# Usage: __lockkit_command COMMAND [ARG...]
# Runs COMMAND while __lockkit_loose is locked, and with -o __lockkit_spare is free.
__lockkit_command() {
  if [ "$__lockkit_how" = o ]; then
    # only a descriptor of one digit can be closed for the time of a call
    __lockkit_mind "$1" __lockkit_run "$__lockkit_spare" "$__lockkit_loose" '' o "$@"
  elif [ -n "$__lockkit_max$__lockkit_patience" ]; then
    __lockkit_mind "$1" __lockkit_supervised "$__lockkit_loose" '' '' "$__lockkit_how" "$@"
  else
    __lockkit_mind "$1" __lockkit_call '' '' '' '' "$@"
  fi
}

# Usage: __lockkit_mind COMMAND WORD...: runs WORD..., which runs COMMAND
__lockkit_mind() {
  if ! __lockkit_is_script "$1"; then
    shift
    __lockkit_simple "$@"
  elif __lockkit_is_function "$1"; then
    shift
    "$@"
  else
    shift
    __lockkit_watched "$@"
  fi
}

# Usage: __lockkit_is_script COMMAND
# Whether COMMAND may end this shell or run commands in it, so that -e is to be in
# force inside it.
__lockkit_is_script() {
  case $1 in
    - | . | break | builtin | command | continue | coproc | emulate | eval | exec | exit | \
      fc | logout | noglob | nocorrect | r | return | source | wait | zstyle) ;;
    *) __lockkit_is_function "$1" ;;
  esac
}

# Usage: __lockkit_simple COMMAND [ARG...]
# Runs what is no script: its failure is __lockkit_outcome.
__lockkit_simple() {
  "$@" || __lockkit_outcome=$?
}

# Usage: __lockkit_watched COMMAND [ARG...]
# Runs what is a script and no function: outside, where -e ends it, the EXIT trap of the
# script runs; in here only where the shell is told to exit. A ZERR trap of the user's
# stays, and then the EXIT trap does not run.
__lockkit_watched() {
  case $(trap) in
    *ERR*) "$@" ;; # zsh has two names for it
    *)
      trap '__lockkit_ended "$?"' ZERR
      eval '{ "$@" } always { __lockkit_unwatch }'
      ;;
  esac
}

# Usage: __lockkit_ended STATUS: exits where -e ends the shell
__lockkit_ended() {
  if [[ -o errexit ]]; then
    set +e # which else is quicker, and runs no trap
    exit "$1"
  fi
}

# Usage: __lockkit_unwatch: takes our trap away, unless COMMAND has set another
__lockkit_unwatch() {
  case $(trap) in
    *__lockkit_ended*) trap - ZERR ;;
  esac
}

# Usage: __lockkit_room
# Whether -o finds the digit that it needs: 0, which sets __lockkit_spare to it, or 69.
__lockkit_room() {
  if [ "$__lockkit_how" = o ]; then
    __lockkit_free ''
    if [ -z "$__lockkit_spare" ]; then
      __lockkit_explain_open 69 ''
    fi
  fi
}

# Usage: lock_fd [-s|-x] [-n|-w SECONDS] [-E CODE] [-j N] [--fcntl] [-q|-v] [--] FD [LOCK]
#
# Locks descriptor FD, which is open, or opens it for LOCK first. FD may be the
# name of a variable that receives a free descriptor. The status is 0 when the
# lock is held; else one of with_lock's, or 65 when FD is not open (or, with
# LOCK, is open already), and nothing is locked or left open.
lock_fd() {
  __lockkit_trusted && __lockkit_do_lock_fd "$@" && __lockkit_done
}

__lockkit_do_lock_fd() {
  local __lockkit_shared __lockkit_nonblock __lockkit_limit __lockkit_code __lockkit_how
  local __lockkit_quiet __lockkit_verbose __lockkit_remove __lockkit_words __lockkit_shown
  local __lockkit_path __lockkit_named __lockkit_fd __lockkit_start __lockkit_looks __lockkit_told
  local __lockkit_who __lockkit_allowed __lockkit_letters __lockkit_letter __lockkit_value
  local __lockkit_whole __lockkit_part __lockkit_left __lockkit_clock __lockkit_rest
  local __lockkit_slice __lockkit_result __lockkit_status __lockkit_writable __lockkit_spare
  local __lockkit_family __lockkit_pid __lockkit_name __lockkit_since __lockkit_user
  local __lockkit_reason __lockkit_parent __lockkit_names __lockkit_wanted __lockkit_proved
  local __lockkit_preparing __lockkit_again __lockkit_loose __lockkit_kind
  local __lockkit_slots __lockkit_fcntl __lockkit_max __lockkit_patience __lockkit_gate __lockkit_next

  eval '{ __lockkit_lock_as_read "$@" } always { __lockkit_end_attempt }'
  return "$?"
}

# Usage: __lockkit_lock_as_read WORD...
__lockkit_lock_as_read() {
  { __lockkit_read_lock_fd "$@" && __lockkit_lock "$__lockkit_fd"; } || __lockkit_prepared "$?"
}

# Usage: unlock [-r] [--] FD
#
# Frees the lock on FD even if children still have the descriptor, and closes FD
# if lock_fd opened it. -r also removes the lock file, if nobody shares the lock.
# The status is 0, 64 usage, 65 not open, 69 no engine, 71 cannot.
unlock() {
  __lockkit_trusted && __lockkit_do_unlock "$@" && __lockkit_done
}

__lockkit_do_unlock() {
  local __lockkit_shared __lockkit_nonblock __lockkit_limit __lockkit_code __lockkit_how
  local __lockkit_quiet __lockkit_verbose __lockkit_remove __lockkit_words __lockkit_shown
  local __lockkit_path __lockkit_named __lockkit_fd __lockkit_start __lockkit_looks __lockkit_told
  local __lockkit_who __lockkit_allowed __lockkit_letters __lockkit_letter __lockkit_value
  local __lockkit_left __lockkit_rest __lockkit_result __lockkit_status __lockkit_spare
  local __lockkit_reason __lockkit_names __lockkit_wanted __lockkit_proved __lockkit_loose
  local __lockkit_slots __lockkit_fcntl __lockkit_max __lockkit_patience __lockkit_gate __lockkit_next
  local __lockkit_kind

  __lockkit_read_unlock "$@" && __lockkit_give_up "$__lockkit_fd"
}
