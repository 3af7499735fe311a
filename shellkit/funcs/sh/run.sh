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
# __lockkit_how is empty where that is a program. It hears of LOCKKIT_ON through the environment.
__lockkit_may_run() {
  if [ -n "${LOCKKIT_ON-}" ]; then
    export LOCKKIT_ON
  fi
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
      case $(command -v "$1") in
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

# Usage: __lockkit_by_run WORD...: with_lock, of which __lockkit_may_run has said yes
__lockkit_by_run() {
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
# a line comes through a pipe, of which only `lockkit run` has the end where one writes.
__lockkit_apart() {
  if [ ! -e /proc/self/fd ]; then
    __lockkit_say 'with_lock: --max and --on need /proc where COMMAND is no program'
    return 69
  fi
  __lockkit_free ''
  set -- "$__lockkit_spare" "$@"
  __lockkit_free "$1"
  if [ "$__lockkit_spare" = "$1" ]; then
    __lockkit_explain_open 69
    return "$?"
  fi
  __lockkit_value='&0'
  if [ ! -e /dev/fd/0 ]; then
    __lockkit_value=/dev/null
  fi
  case ${KSH_VERSION-} in
    # ksh93 has sockets in its pipelines, which nobody can open again.
    *93u+m*) eval "( __lockkit_between \"\$@\" ) $1<$__lockkit_value $__lockkit_spare< <(__lockkit_nothing)" ;;
    *) eval "{ __lockkit_nothing | ( __lockkit_between \"\$@\" ) $__lockkit_spare<&0; } $1<$__lockkit_value" ;;
  esac
}

# Usage: __lockkit_nothing: writes nothing, and is no name that users have for a function
__lockkit_nothing() {
  :
}

# Usage: __lockkit_between STDIN WORD...
# The pipe is __lockkit_spare. It is opened for writing before anybody reads from it.
__lockkit_between() {
  __lockkit_process
  __lockkit_fd=$1
  shift
  __lockkit_become "0<>/proc/self/fd/$__lockkit_spare" || return 69
  eval "{ __lockkit_await \"\$@\"; } <&$__lockkit_fd $__lockkit_fd<&- &"
  __lockkit_become "$__lockkit_fd<&- $__lockkit_spare<&-" "$__lockkit_runner" run --child "$!" "$@"
}

# Usage: __lockkit_await WORD...: runs COMMAND when the lock is held, or nothing
__lockkit_await() {
  shift "$__lockkit_words"
  __lockkit_settle
  eval "__lockkit_rest=\$(__lockkit_slow; __lockkit_line <&$__lockkit_spare)"
  case $__lockkit_rest in
    'held '*)
      LOCKKIT_FENCE=${__lockkit_rest#held }
      export LOCKKIT_FENCE
      ;;
    held) ;;
    *) return 1 ;;
  esac
  eval "__lockkit_pass \"\$__lockkit_held\" '' '' \"\$__lockkit_hidden\" \"\$@\" $__lockkit_spare<&-"
}

# Usage: __lockkit_line, in a subshell: prints the line that it reads
__lockkit_line() {
  read -r __lockkit_rest
  echo "$__lockkit_rest"
}
