# shellcheck shell=sh disable=SC2034,SC2154
#
# What no shell can do alone is left to `lockkit run`: slots, an end after some time, locks of
# fcntl(2), locks of several machines (also by LOCKKIT_ON). A program it runs itself. What the
# shell alone knows is run by the shell, with a lock that lockkit takes through the shell's
# descriptor; where it may have to be ended, that is in a subshell.

# The lockkit that was proved.
__lockkit_runner=''

# Usage: __lockkit_asks_run WORD...
# Whether the options among the first words ask for that, and `lockkit run` is to take the lock
# too: COMMAND is a program, or the lock one of several machines; then __lockkit_how is apart.
# Sets __lockkit_name to COMMAND, which is empty where there is none: then `lockkit run` says so.
# COMMAND comes after __lockkit_words words.
__lockkit_asks_run() {
  __lockkit_how=${LOCKKIT_ON:+apart}
  __lockkit_words=$#
  while [ "$#" -gt 0 ]; do
    case $1 in
      --)
        shift
        break
        ;;
      --on)
        __lockkit_how=asked
        if [ -n "${2-}" ]; then
          __lockkit_how=apart
        fi
        shift
        ;;
      --on=) __lockkit_how=asked ;;
      --on=*) __lockkit_how=apart ;;
      --slots | --max | --kill-after | --ttl)
        __lockkit_how=${__lockkit_how:-asked}
        shift
        ;;
      --slots=* | --max=* | --kill-after=* | --ttl=* | --fcntl) __lockkit_how=${__lockkit_how:-asked} ;;
      --timeout | --conflict-exit-code) shift ;;
      --*) ;;
      -?*)
        __lockkit_letters=${1#-}
        __lockkit_letters=${__lockkit_letters#"${__lockkit_letters%%[wEj]*}"}
        case $__lockkit_letters in
          j*) __lockkit_how=${__lockkit_how:-asked} ;;
        esac
        case $__lockkit_letters in
          [wEj]) shift ;;
        esac
        ;;
      *) break ;;
    esac
    if [ "$#" -gt 0 ]; then
      shift
    fi
  done
  if [ "$#" -gt 0 ]; then
    shift
  fi
  if [ "${1-}" = -- ]; then
    shift
  fi
  __lockkit_name=${1-}
  __lockkit_words=$((__lockkit_words - $#))
  [ "$__lockkit_how" = apart ] || { [ -n "$__lockkit_how" ] && ! __lockkit_is_own "$__lockkit_name"; }
}

# Usage: __lockkit_may_run
# Whether `lockkit run` is here and can run __lockkit_name: 0, or 69 with its message.
# __lockkit_how is empty where that is a program.
__lockkit_may_run() {
  __lockkit_has_runner with_lock || return "$?"
  if ! __lockkit_is_own "$__lockkit_name"; then
    __lockkit_how=''
  fi
}

# Usage: __lockkit_has_runner WHO: 0, or 69 with its message
__lockkit_has_runner() {
  if [ -z "$__lockkit_runner" ] && ! __lockkit_find_runner; then
    __lockkit_say "$1: -j, --max, --fcntl and --on need lockkit, and none is here that locks"
    return 69
  fi
}

# Usage: __lockkit_is_own COMMAND: whether the shell alone knows what it is
__lockkit_is_own() {
  case $1 in
    '' | -*) return 1 ;;
    */*) __lockkit_is_function "$1" || return 1 ;;
    *)
      case $(
        __lockkit_slow
        command -v "$1"
      ) in
        '' | */*) return 1 ;; # ksh93 has another status without
      esac
      ;;
  esac
}

# Usage: __lockkit_find_runner
# Whether there is a lockkit that proves to lock. The engine in use stays.
__lockkit_find_runner() {
  __lockkit_shared=${__lockkit_shared-}
  set -- "$__lockkit_engine" "$__lockkit_engine_for" "$__lockkit_program"
  __lockkit_engine=lockkit __lockkit_engine_for=''
  if __lockkit_lockkit_find 2>/dev/null; then
    __lockkit_runner=$__lockkit_program
  fi
  __lockkit_engine=$1 __lockkit_engine_for=$2 __lockkit_program=$3
  [ -n "$__lockkit_runner" ]
}

# Usage: __lockkit_by_run WORD...
# with_lock, of which __lockkit_may_run has said yes. LOCKKIT_ON need not be exported.
__lockkit_by_run() {
  if [ -n "${LOCKKIT_ON-}" ]; then
    set -- --on "$LOCKKIT_ON" "$@"
    __lockkit_words=$((__lockkit_words + 2))
  fi
  if [ -n "$__lockkit_how" ]; then
    __lockkit_held='' __lockkit_hidden=''
    __lockkit_apart "$@"
  else
    "$__lockkit_runner" run "$@"
  fi
}

# Usage: __lockkit_supervised HELD OTHER FD HOW COMMAND [ARG...]
# Runs COMMAND where it can be ended with all that it has started. The lock is given back by who
# watches over it: where that is killed, the lock is its as long as somebody has it.
__lockkit_supervised() {
  __lockkit_note_lent "$1"
  __lockkit_held=$1 __lockkit_hidden=$4 __lockkit_words=9
  case $4 in
    k) __lockkit_value=-k ;;
    *) __lockkit_value=-x ;;
  esac
  shift 4
  __lockkit_apart --through="$__lockkit_held" "${__lockkit_max:--x}" "${__lockkit_patience:--x}" \
    "${__lockkit_fcntl:--x}" "-${__lockkit_quiet:-x}" "$__lockkit_value" -- "$__lockkit_shown" -- "$@"
}

# Usage: __lockkit_apart WORD...
# Runs COMMAND in a subshell that is a child of `lockkit run` and has a process group of its
# own. So there is a shell between that forks the one and becomes the other. COMMAND begins when
# `lockkit run` says so through a pipe, of which nobody else has the end where one writes by
# then. Before that it tells whether the caller asks for the status (see __lockkit_heed).
__lockkit_apart() {
  if [ ! -e /proc/self/fd ]; then
    __lockkit_say 'with_lock: --max and --on need /proc where COMMAND is no program'
    return 69
  elif [ ! -e /dev/fd/0 ]; then
    __lockkit_apart "$@" </dev/null
    return "$?"
  fi
  __lockkit_free ''
  set -- "$__lockkit_spare" "$@"
  __lockkit_free "$1"
  if [ "$__lockkit_spare" = "$1" ]; then
    __lockkit_explain_open 69
    return "$?"
  fi
  case $1 in
    9) __lockkit_piped "$@" 9<&0 ;;
    8) __lockkit_piped "$@" 8<&0 ;;
    7) __lockkit_piped "$@" 7<&0 ;;
    6) __lockkit_piped "$@" 6<&0 ;;
    5) __lockkit_piped "$@" 5<&0 ;;
    *) __lockkit_piped "$@" 4<&0 ;;
  esac
}

# Usage: __lockkit_piped STDIN WORD...
# The pipe is __lockkit_spare in the end.
__lockkit_piped() {
  case ${KSH_VERSION-} in
    # ksh93 has sockets in its pipelines, which nobody can open again.
    *93u+m*) eval "( __lockkit_between \"\$@\" ) < <(__lockkit_heed)" ;;
    *) __lockkit_heed | (__lockkit_between "$@") ;;
  esac
}

# Usage: __lockkit_heed
# In a subshell: says whether `set -e` is heeded here, or ignored because the caller asks for
# the status. Many shells forget that in what runs beside them.
__lockkit_heed() {
  __lockkit_slow
  (
    set -e
    __lockkit_fail
    echo ignored
  )
  echo said # a trap of zsh has no status to go by
}

# Usage: __lockkit_fail: a failure, whatever the user's functions are called
__lockkit_fail() {
  return 1
}

# Usage: __lockkit_between STDIN WORD...
# The pipe is standard input, and is opened for writing before anybody reads from it. In an
# EXIT trap the subshells of zsh have no status but the one that they exit with.
__lockkit_between() {
  __lockkit_process
  __lockkit_fd=$1
  shift
  __lockkit_become "$__lockkit_spare<&0" || return 69
  __lockkit_become "0<>/proc/self/fd/$__lockkit_spare" || return 69
  eval "{ __lockkit_await \"\$@\"; \\exit \"\$?\"; } <&$__lockkit_fd $__lockkit_fd<&- &"
  __lockkit_become "$__lockkit_fd<&- $__lockkit_spare<&-" "$__lockkit_runner" run --child "$!" "$@"
}

# Usage: __lockkit_await WORD...: runs COMMAND when the lock is held, or nothing
__lockkit_await() {
  shift "$__lockkit_words"
  __lockkit_settle
  eval "__lockkit_line <&$__lockkit_spare"
  case $__lockkit_rest in
    *' held '*)
      LOCKKIT_FENCE=${__lockkit_rest#* held }
      export LOCKKIT_FENCE
      ;;
    *' held') ;;
    *) return 1 ;;
  esac
  # The terminal is another group's: who reads from it gets nothing, and is not stopped.
  trap '' TTIN TTOU
  if [ -t 0 ]; then
    __lockkit_become '</dev/null'
  fi
  case $__lockkit_rest in
    ignored*) eval "__lockkit_pass \"\$__lockkit_held\" '' '' \"\$__lockkit_hidden\" \"\$@\" $__lockkit_spare<&- || return \"\$?\"" ;;
    *) eval "__lockkit_pass \"\$__lockkit_held\" '' '' \"\$__lockkit_hidden\" \"\$@\" $__lockkit_spare<&-" ;;
  esac
}

# Usage: __lockkit_line
# Sets __lockkit_rest to what comes through the pipe, as one line. No subshell does it: it would
# be born into the caller's process group and have its parent in COMMAND's, and when it ends
# Linux may hang up the caller's group, if that is orphaned and somebody in it is stopped.
__lockkit_line() {
  __lockkit_value=heeded
  while
    __lockkit_rest=''
    __lockkit_read
  do
    case $__lockkit_rest in
      ignored) __lockkit_value=ignored ;;
      said) ;;
      *) break ;;
    esac
  done
  __lockkit_rest="$__lockkit_value $__lockkit_rest"
}
