# shellcheck shell=sh disable=SC2034,SC2154
#
# What no shell can do with a descriptor alone is left to `lockkit run`: slots, an end after
# some time, locks of fcntl(2), locks of several machines (also by LOCKKIT_ON). COMMAND is a program then.

# The lockkit that was proved.
__lockkit_runner=''

# Usage: __lockkit_asks_run WORD...
# Whether the options among the first words ask for that. Sets __lockkit_name to COMMAND,
# which is empty where there is none: then `lockkit run` says so.
__lockkit_asks_run() {
  __lockkit_value=${LOCKKIT_ON-}
  while [ "$#" -gt 0 ]; do
    case $1 in
      --)
        shift
        break
        ;;
      --slots | --max | --kill-after | --on | --ttl)
        __lockkit_value=asked
        shift
        ;;
      --slots=* | --max=* | --kill-after=* | --on=* | --ttl=* | --fcntl) __lockkit_value=asked ;;
      --timeout | --conflict-exit-code) shift ;;
      --*) ;;
      -?*)
        __lockkit_letters=${1#-}
        __lockkit_letters=${__lockkit_letters#"${__lockkit_letters%%[wEj]*}"}
        case $__lockkit_letters in
          j*) __lockkit_value=asked ;;
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
  [ -n "$__lockkit_value" ]
}

# Usage: __lockkit_may_run
# Whether `lockkit run` is here and can run __lockkit_name: 0, or 69 with its message. It
# hears of LOCKKIT_ON through the environment.
__lockkit_may_run() {
  if [ -n "${LOCKKIT_ON-}" ]; then
    export LOCKKIT_ON
  fi
  if [ -z "$__lockkit_runner" ] && ! __lockkit_find_runner; then
    __lockkit_say 'with_lock: -j, --max, --fcntl and --on need lockkit, and none is here that locks'
    return 69
  fi
  case $__lockkit_name in
    '' | -* | */*) return 0 ;;
  esac
  case $(command -v "$__lockkit_name") in
    '' | */*) return 0 ;; # ksh93 has another status without
    *)
      __lockkit_say "with_lock: with -j, --max, --fcntl and --on COMMAND must be a program: $__lockkit_name is none"
      return 69
      ;;
  esac
}

# Usage: __lockkit_find_runner
# Whether there is a lockkit that proves to lock. The engine in use stays.
__lockkit_find_runner() {
  __lockkit_begin
  set -- "$__lockkit_engine" "$__lockkit_engine_for" "$__lockkit_program"
  __lockkit_engine=lockkit __lockkit_engine_for=''
  if __lockkit_lockkit_find 2>/dev/null; then
    __lockkit_runner=$__lockkit_program
  fi
  __lockkit_engine=$1 __lockkit_engine_for=$2 __lockkit_program=$3
  [ -n "$__lockkit_runner" ]
}
