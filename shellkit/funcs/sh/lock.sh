# shellcheck shell=sh disable=SC2034,SC2154
#
# with_lock, lock_fd and unlock for dash, busybox ash, yash, mksh and ksh93.
#
# Four things shape the code. Not all of these shells have local variables, so
# what must survive COMMAND is in positional parameters. A program inherits from
# some of them only what a redirection opened, not what `exec` did. Whatever is
# the caller's may be other than usual: builtins are called as such, patterns name
# their characters, no option or trap is changed. And each status that is not 0
# means that the command did not run.
#
# One name nothing can be done about: exec is called behind `command`, so that it does
# not end the shell when it fails. Where that is a function, no lock can be opened, and
# the status is 71.

# The highest descriptor that a lock may get; `lockkit init` may put another before.
: "${__lockkit_highest=9}"

# Not empty while a call is being prepared: then a call comes from a trap.
: "${__lockkit_preparing=}"

# Usage: with_lock [-s|-x] [-n|-w SECONDS] [-E CODE] [-o|-k] [-q|-v] [--] LOCK [--] COMMAND [ARG...]
#                  [-j N] [--fcntl] [--max SECONDS] [--kill-after SECONDS] [--on URL]
#
# Runs COMMAND in this shell while LOCK is held, with --max, --kill-after and --on in a
# subshell. The status is COMMAND's, or 75 busy, 64 usage, 66 cannot open, 69 no engine, 70
# would wait for ever, 71 cannot lock, 73 cannot create, 79 lost, 124 or 137 ended by --max,
# 128+n ended by signal n.
with_lock() {
  if [ -n "$__lockkit_preparing" ]; then
    __lockkit_aside with_lock "$@"
    return "$?"
  fi
  __lockkit_preparing=preparing
  if __lockkit_asks_run "$@"; then
    if __lockkit_may_run; then
      __lockkit_preparing=''
      __lockkit_by_run "$@"
    else
      __lockkit_prepared "$?"
    fi
  elif __lockkit_read_with_lock "$@"; then
    shift "$__lockkit_words"
    __lockkit_take '' "$__lockkit_how" "$@"
  else
    __lockkit_prepared "$?"
  fi
}

# Usage: lock_fd [-s|-x] [-n|-w SECONDS] [-E CODE] [-j N] [--fcntl] [-q|-v] [--] FD [LOCK]
#
# Locks descriptor FD, which is open, or opens it for LOCK first. The status is 0
# when the lock is held; else one of with_lock's, or 65 when FD is not open (or,
# with LOCK, is open already), and nothing is locked or left open.
lock_fd() {
  if [ -n "$__lockkit_preparing" ]; then
    __lockkit_aside lock_fd "$@"
    return "$?"
  fi
  __lockkit_preparing=preparing
  if __lockkit_read_lock_fd "$@" && __lockkit_lock "$__lockkit_fd"; then
    __lockkit_preparing=''
  else
    __lockkit_prepared "$?"
  fi
}

# Usage: unlock [-r] [--] FD
#
# Frees the lock on FD even if children still have the descriptor, and closes FD
# if lock_fd opened it. -r also removes the lock file, if nobody shares the lock.
# The status is 0, 64 usage, 65 not open, 69 no engine, 71 cannot.
unlock() {
  if [ -n "$__lockkit_preparing" ]; then
    __lockkit_aside unlock "$@"
    return "$?"
  fi
  __lockkit_preparing=preparing
  if __lockkit_read_unlock "$@" && __lockkit_give_up "$__lockkit_fd"; then
    __lockkit_preparing=''
  else
    __lockkit_prepared "$?"
  fi
}

# Usage: __lockkit_aside FUNCTION [ARG...]
# Calls one of the three from a trap, without disturbing what the trap interrupts.
__lockkit_aside() {
  __lockkit_with "${__lockkit_shared-}" "${__lockkit_nonblock-}" "${__lockkit_limit-}" "${__lockkit_code-}" \
    "${__lockkit_how-}" "${__lockkit_quiet-}" "${__lockkit_verbose-}" "${__lockkit_remove-}" \
    "${__lockkit_words-}" "${__lockkit_shown-}" "${__lockkit_path-}" "${__lockkit_named-}" \
    "${__lockkit_fd-}" "${__lockkit_start-}" "${__lockkit_looks-}" "${__lockkit_told-}" \
    "${__lockkit_who-}" "${__lockkit_allowed-}" "${__lockkit_letters-}" "${__lockkit_letter-}" \
    "${__lockkit_value-}" "${__lockkit_whole-}" "${__lockkit_part-}" "${__lockkit_left-}" \
    "${__lockkit_clock-}" "${__lockkit_rest-}" "${__lockkit_slice-}" "${__lockkit_result-}" \
    "${__lockkit_status-}" "${__lockkit_writable-}" "${__lockkit_spare-}" "${__lockkit_family-}" \
    "${__lockkit_pid-}" "${__lockkit_name-}" "${__lockkit_since-}" "${__lockkit_user-}" \
    "${__lockkit_reason-}" "${__lockkit_parent-}" "${__lockkit_names-}" "${__lockkit_wanted-}" \
    "${__lockkit_proved-}" "${__lockkit_again-}" "${__lockkit_slots-}" "${__lockkit_fcntl-}" \
    "${__lockkit_max-}" "${__lockkit_patience-}" "${__lockkit_gate-}" "${__lockkit_next-}" "$@"
}

# Usage: __lockkit_with VALUE... FUNCTION [ARG...]: as many as __lockkit_aside gives
__lockkit_with() {
  __lockkit_call_aside "$@"
  __lockkit_restore "$?" "$@"
}

# Usage: __lockkit_call_aside VALUE... FUNCTION [ARG...]
__lockkit_call_aside() {
  shift 48
  __lockkit_preparing=''
  "$@"
}

# Usage: __lockkit_restore STATUS VALUE...
__lockkit_restore() {
  __lockkit_shared=$2 __lockkit_nonblock=$3 __lockkit_limit=$4 __lockkit_code=$5
  __lockkit_how=$6 __lockkit_quiet=$7 __lockkit_verbose=$8 __lockkit_remove=$9
  __lockkit_words=${10} __lockkit_shown=${11} __lockkit_path=${12} __lockkit_named=${13}
  __lockkit_fd=${14} __lockkit_start=${15} __lockkit_looks=${16} __lockkit_told=${17}
  __lockkit_who=${18} __lockkit_allowed=${19} __lockkit_letters=${20} __lockkit_letter=${21}
  __lockkit_value=${22} __lockkit_whole=${23} __lockkit_part=${24} __lockkit_left=${25}
  __lockkit_clock=${26} __lockkit_rest=${27} __lockkit_slice=${28} __lockkit_result=${29}
  __lockkit_status=${30} __lockkit_writable=${31} __lockkit_spare=${32} __lockkit_family=${33}
  __lockkit_pid=${34} __lockkit_name=${35} __lockkit_since=${36} __lockkit_user=${37}
  __lockkit_reason=${38} __lockkit_parent=${39} __lockkit_names=${40} __lockkit_wanted=${41}
  __lockkit_proved=${42} __lockkit_again=${43} __lockkit_slots=${44} __lockkit_fcntl=${45}
  __lockkit_max=${46} __lockkit_patience=${47} __lockkit_gate=${48} __lockkit_next=${49}
  __lockkit_preparing=preparing
  return "$1"
}
