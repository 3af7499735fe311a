# shellcheck shell=bash disable=SC2154
#
# What no shell can do alone is left to `lockkit run`: slots, an end after some time, locks of
# fcntl(2), locks of several machines (also by LOCKKIT_ON). A program it runs itself. What the
# shell alone knows is run by the shell, with a lock that lockkit takes through the shell's
# descriptor; where it may have to be ended, that is in a subshell.

# The lockkit that was proved.
__lockkit_runner=''

# Usage: __lockkit_asks_run WORD...
# Whether the options among the first words ask for that, and `lockkit run` is to take the lock
# too: COMMAND is a program, or the lock one of several machines. Sets __lockkit_how, which is
# empty where they do not ask, __lockkit_first, LOCK, and __lockkit_command, which is empty where
# there is none: then `lockkit run` says so. COMMAND comes after __lockkit_words words.
__lockkit_asks_run() {
  local __lockkit_letters=''
  __lockkit_how=${LOCKKIT_ON:+apart} __lockkit_words=$#
  while (($#)); do
    case $1 in
      --)
        shift
        break
        ;;
      --on)
        __lockkit_how=asked
        if [[ ${2-} ]]; then
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
        if [[ $__lockkit_letters == j* ]]; then
          __lockkit_how=${__lockkit_how:-asked}
        fi
        if [[ $__lockkit_letters == [wEj] ]]; then
          shift
        fi
        ;;
      *) break ;;
    esac
    if (($#)); then
      shift
    fi
  done
  __lockkit_first=${1-}
  if (($#)); then
    shift
  fi
  if [[ ${1-} == -- ]]; then
    shift
  fi
  __lockkit_command=${1-}
  __lockkit_words=$((__lockkit_words - $#))
  if [[ $__lockkit_how != apart ]] && { [[ -z $__lockkit_how ]] || __lockkit_is_own; }; then
    __lockkit_words=0
    return 1
  fi
}

# Usage: __lockkit_is_own: whether the shell alone knows what __lockkit_command is
__lockkit_is_own() {
  if ! declare -F "$__lockkit_command" >/dev/null; then
    case $__lockkit_command$(command -v "$__lockkit_command") in
      */* | "$__lockkit_command") return 1 ;;
    esac
  fi
}

# Usage: __lockkit_has_runner WHO: 0, or 69 with its message
__lockkit_has_runner() {
  if [[ -z $__lockkit_runner ]] && ! __lockkit_find_runner; then
    __lockkit_say "$1: -j, --max, --fcntl and --on need lockkit, and none is here that locks"
    return 69
  fi
}

# Usage: __lockkit_by_run WORD...: with_lock, of which __lockkit_asks_run has said yes
# LOCKKIT_ON need not be exported.
__lockkit_by_run() {
  if [[ ${LOCKKIT_ON-} ]]; then
    set -- --on "$LOCKKIT_ON" "$@"
    __lockkit_words=$((__lockkit_words + 2))
  fi
  __lockkit_has_runner with_lock || return "$?"
  if [[ $__lockkit_how == apart ]] && __lockkit_is_own; then
    __lockkit_apart "$@"
  else
    "$__lockkit_runner" run "$@"
  fi
}

# Usage: __lockkit_supervised COMMAND [ARG...]
# Runs COMMAND where it can be ended with all that it has started. The lock is given back by who
# watches over it: where that is killed, the lock is its as long as somebody has it.
__lockkit_supervised() {
  __lockkit_words=9
  __lockkit_apart --through="$__lockkit_held" "${__lockkit_max:--x}" "${__lockkit_patience:--x}" \
    "${__lockkit_fcntl:--x}" "-${__lockkit_quiet:-x}" "-${__lockkit_keep:-x}" -- "$__lockkit_shown" -- "$@"
}

# Usage: __lockkit_apart WORD...
# Runs COMMAND in a subshell that is a child of `lockkit run` and has a process group of its
# own. So there is a shell between that forks the one and becomes the other. COMMAND begins when
# a line comes through a pipe, of which only `lockkit run` has the end where one writes.
__lockkit_apart() {
  if [[ ! -e /proc/self/fd ]]; then
    __lockkit_say 'with_lock: --max and --on need /proc where COMMAND is no program'
    return 69
  fi
  __lockkit_free
  if [[ -e /dev/fd/0 ]]; then
    __lockkit_redirected "$__lockkit_free_fd<&0" __lockkit_piped "$__lockkit_free_fd" "$@"
  else
    __lockkit_redirected "$__lockkit_free_fd</dev/null" __lockkit_piped "$__lockkit_free_fd" "$@"
  fi
}

# Usage: __lockkit_piped STDIN WORD...
__lockkit_piped() {
  __lockkit_free
  : | (__lockkit_redirected "$__lockkit_free_fd<&0" __lockkit_between "$@")
}

# Usage: __lockkit_between STDIN WORD...
# The pipe is __lockkit_free_fd. It is opened for writing before anybody reads from it.
__lockkit_between() {
  __lockkit_exec "0<>/proc/self/fd/$__lockkit_free_fd" || return 69
  __lockkit_fd=$1
  shift
  eval "{ __lockkit_await \"\$@\"; } <&$__lockkit_fd $__lockkit_fd<&- &"
  eval "\\builtin exec \"\$__lockkit_runner\" run --child \"\$!\" \"\$@\" $__lockkit_fd<&- $__lockkit_free_fd<&-"
}

# Usage: __lockkit_await WORD...: runs COMMAND when the lock is held, or nothing
__lockkit_await() {
  shift "$__lockkit_words"
  local __lockkit_state='' __lockkit_line=''
  IFS=' ' read -r __lockkit_state __lockkit_line <&"$__lockkit_free_fd"
  if [[ $__lockkit_state != held ]]; then
    return 1
  elif [[ $__lockkit_line ]]; then
    export LOCKKIT_FENCE="$__lockkit_line" || return 69 # the user has made it readonly
  fi
  # The terminal is another group's: who reads from it gets nothing, and is not stopped.
  \builtin trap '' TTIN TTOU
  if [[ -t 0 ]]; then
    __lockkit_exec '0</dev/null'
  fi
  __lockkit_redirected "$__lockkit_free_fd<&-" __lockkit_pass "$@"
}

# Usage: __lockkit_find_runner: whether there is a lockkit that proves to lock
__lockkit_find_runner() {
  local __lockkit_engine=lockkit __lockkit_program=''
  __lockkit_lockkit_find && __lockkit_runner=$__lockkit_program
}
