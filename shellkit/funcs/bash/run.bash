# shellcheck shell=bash disable=SC2154
#
# What no shell can do with a descriptor alone is left to `lockkit run`: slots, an end after
# some time, locks of fcntl(2), locks of several machines (also by LOCKKIT_ON). COMMAND is a program then.

# The lockkit that was proved.
__lockkit_runner=''

# Usage: __lockkit_asks_run WORD...
# Whether the options among the first words ask for that. Sets __lockkit_command, which is
# empty where there is none: then `lockkit run` says so.
__lockkit_asks_run() {
  local __lockkit_letters='' __lockkit_asked="${LOCKKIT_ON-}"
  while (($#)); do
    case $1 in
      --)
        shift
        break
        ;;
      --slots | --max | --kill-after | --on | --ttl)
        __lockkit_asked=asked
        shift
        ;;
      --slots=* | --max=* | --kill-after=* | --on=* | --ttl=* | --fcntl) __lockkit_asked=asked ;;
      --timeout | --conflict-exit-code) shift ;;
      --*) ;;
      -?*)
        __lockkit_letters=${1#-}
        __lockkit_letters=${__lockkit_letters#"${__lockkit_letters%%[wEj]*}"}
        if [[ $__lockkit_letters == j* ]]; then
          __lockkit_asked=asked
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
  if (($#)); then
    shift
  fi
  if [[ ${1-} == -- ]]; then
    shift
  fi
  __lockkit_command=${1-}
  [[ $__lockkit_asked ]]
}

# Usage: __lockkit_by_run WORD...: with_lock, of which __lockkit_asks_run has said yes
# `lockkit run` hears of LOCKKIT_ON through the environment.
__lockkit_by_run() {
  if [[ ${LOCKKIT_ON-} ]]; then
    export LOCKKIT_ON
  fi
  if [[ -z $__lockkit_runner ]] && ! __lockkit_find_runner; then
    __lockkit_say 'with_lock: -j, --max, --fcntl and --on need lockkit, and none is here that locks'
    return 69
  fi
  if declare -F "$__lockkit_command" >/dev/null; then
    __lockkit_say "with_lock: with -j, --max, --fcntl and --on COMMAND must be a program: $__lockkit_command is none"
    return 69
  fi
  case $__lockkit_command$(command -v "$__lockkit_command") in
    */* | "$__lockkit_command") "$__lockkit_runner" run "$@" ;;
    *)
      __lockkit_say "with_lock: with -j, --max, --fcntl and --on COMMAND must be a program: $__lockkit_command is none"
      return 69
      ;;
  esac
}

# Usage: __lockkit_find_runner: whether there is a lockkit that proves to lock
__lockkit_find_runner() {
  local __lockkit_engine=lockkit __lockkit_program=''
  __lockkit_lockkit_find && __lockkit_runner=$__lockkit_program
}
