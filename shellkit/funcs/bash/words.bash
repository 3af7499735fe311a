# shellcheck shell=bash
#
# What the words of a call mean.

# Usage: __lockkit_read_with_lock WORD...
# Reads a call of with_lock. COMMAND comes after __lockkit_words words.
__lockkit_read_with_lock() {
  __lockkit_options with_lock sxnwEokqvj--fcntl--max--kill-after--on--ttl "$@" || return "$?"
  shift "$__lockkit_words"
  if (($# == 0)); then
    __lockkit_usage with_lock 'no LOCK'
    return 64
  fi
  __lockkit_shown=$1
  __lockkit_words=$((__lockkit_words + 1))
  shift
  if [[ ${1-} == -- ]]; then
    __lockkit_words=$((__lockkit_words + 1))
    shift
  fi
  if (($# == 0)); then
    __lockkit_usage with_lock 'no COMMAND'
  elif [[ $1 == -* ]]; then
    __lockkit_usage with_lock "not a COMMAND: $1"
  elif [[ $__lockkit_close && $1 == exec && $# -gt 1 ]]; then
    __lockkit_usage with_lock 'after exec nobody would hold the lock with -o'
  else
    __lockkit_resolve with_lock "$__lockkit_shown" && __lockkit_can with_lock
  fi
}

# Usage: __lockkit_read_lock_fd WORD...
# Reads a call of lock_fd and sets __lockkit_fd; __lockkit_path is empty where no
# LOCK is given.
__lockkit_read_lock_fd() {
  __lockkit_options lock_fd sxnwEqvj--fcntl "$@" || return "$?"
  shift "$__lockkit_words"
  if ((__lockkit_code == 0)); then
    __lockkit_usage lock_fd '-E 0 would claim a lock that is not held'
    return 64
  fi
  case $# in
    0)
      __lockkit_usage lock_fd 'no descriptor'
      return 64
      ;;
    1 | 2) ;;
    *)
      __lockkit_usage lock_fd "too many words: $3"
      return 64
      ;;
  esac
  __lockkit_fd=$1
  if ! __lockkit_is_number "$1" && ! __lockkit_is_variable "$1"; then
    __lockkit_usage lock_fd "not a descriptor: $1"
  elif (($# == 2)); then
    __lockkit_shown=$2
    if __lockkit_is_number "$1" && [[ -e /dev/fd/$1 ]]; then
      __lockkit_say "descriptor $1 is open already"
      return 65
    fi
    __lockkit_resolve lock_fd "$2" && __lockkit_can lock_fd
  elif ! __lockkit_is_number "$1"; then
    __lockkit_usage lock_fd "needs a LOCK to open for $1"
  elif [[ $__lockkit_slots ]]; then
    __lockkit_usage lock_fd '-j needs a LOCK, a slot of which it opens'
  else
    __lockkit_shown="descriptor $1"
    __lockkit_is_open "$1" && __lockkit_can lock_fd
  fi
}

# Usage: __lockkit_can WHO
# Whether lockkit is here, if the options ask for what it alone can do: 0, or 69 with its message.
__lockkit_can() {
  if [[ $__lockkit_slots$__lockkit_fcntl$__lockkit_max$__lockkit_patience ]]; then
    __lockkit_has_runner "$1"
  fi
}

# Usage: __lockkit_read_unlock WORD...
# Reads a call of unlock and sets __lockkit_fd.
__lockkit_read_unlock() {
  __lockkit_options unlock r "$@" || return "$?"
  shift "$__lockkit_words"
  case $# in
    0)
      __lockkit_usage unlock 'no descriptor'
      return 64
      ;;
    1) ;;
    *)
      __lockkit_usage unlock "too many words: $2"
      return 64
      ;;
  esac
  __lockkit_fd=$1
  if __lockkit_is_variable "$1"; then
    __lockkit_fd=${!1-}
  fi
  if ! __lockkit_is_number "$__lockkit_fd"; then
    __lockkit_usage unlock "not a descriptor: $1"
    return 64
  fi
  __lockkit_is_open "$__lockkit_fd" || return 65
  __lockkit_path=${__lockkit_opened[__lockkit_fd]-}
  if [[ $__lockkit_remove && -z $__lockkit_path ]]; then
    __lockkit_usage unlock "-r needs a descriptor that lock_fd opened, not $1"
  elif [[ $__lockkit_remove && ${__lockkit_kinds[__lockkit_fd]-} ]]; then
    __lockkit_usage unlock "-r is for a file that is all of the lock: $1 was locked with ${__lockkit_kinds[__lockkit_fd]}"
  fi
}

# Usage: __lockkit_options WHO ALLOWED WORD...
# Reads the options among the first words and sets __lockkit_words to their number.
__lockkit_options() {
  local __lockkit_who="$1" __lockkit_allowed="$2" __lockkit_letters __lockkit_letter __lockkit_value
  # shellcheck disable=SC2050
  if [[ a == A ]]; then # the caller has set nocasematch
    __lockkit_value=0
    shopt -u nocasematch
    __lockkit_options "$@" || __lockkit_value=$?
    shopt -s nocasematch
    return "$__lockkit_value"
  fi
  shift 2
  __lockkit_words=$#
  while (($#)); do
    case $1 in
      --)
        shift
        break
        ;;
      --*)
        __lockkit_letters=''
        case ${1%%=*} in
          --shared) __lockkit_letters=s ;;
          --exclusive) __lockkit_letters=x ;;
          --nonblock) __lockkit_letters=n ;;
          --timeout) __lockkit_letters=w ;;
          --conflict-exit-code) __lockkit_letters=E ;;
          --close) __lockkit_letters=o ;;
          --keep) __lockkit_letters=k ;;
          --quiet) __lockkit_letters=q ;;
          --verbose) __lockkit_letters=v ;;
          --remove) __lockkit_letters=r ;;
          --slots) __lockkit_letters=j ;;
          --fcntl | --max | --kill-after | --on | --ttl) __lockkit_letters=${1%%=*} ;;
        esac
        if [[ -z $__lockkit_letters || $__lockkit_allowed != *"$__lockkit_letters"* ]]; then
          __lockkit_usage "$__lockkit_who" "unknown option $1"
          return 64
        elif [[ $1 == *=* ]]; then
          if [[ wEj--max--kill-after--on--ttl != *"$__lockkit_letters"* ]]; then
            __lockkit_usage "$__lockkit_who" "takes no value: $1"
            return 64
          fi
          __lockkit_set_option "$__lockkit_letters" "${1#*=}" || return "$?"
          shift
          continue
        elif [[ $__lockkit_letters == --* ]]; then # what has no short form
          if [[ $1 != --fcntl ]]; then
            if (($# == 1)); then
              __lockkit_usage "$__lockkit_who" "needs a value: $1"
              return 64
            fi
            shift
          fi
          __lockkit_set_option "$__lockkit_letters" "$1" || return "$?"
          shift
          continue
        fi
        ;;
      -?*) __lockkit_letters=${1#-} ;;
      *) break ;;
    esac
    while [[ $__lockkit_letters ]]; do
      __lockkit_letter=${__lockkit_letters:0:1}
      __lockkit_letters=${__lockkit_letters:1}
      __lockkit_value=''
      if [[ ${__lockkit_allowed%%--*} != *"$__lockkit_letter"* ]]; then
        __lockkit_usage "$__lockkit_who" "unknown option -$__lockkit_letter"
        return 64
      elif [[ wEj == *"$__lockkit_letter"* ]]; then
        __lockkit_value=$__lockkit_letters
        __lockkit_letters=''
        if [[ -z $__lockkit_value ]]; then
          if (($# == 1)); then
            __lockkit_usage "$__lockkit_who" "needs a value: $1"
            return 64
          fi
          shift
          __lockkit_value=$1
        fi
      fi
      __lockkit_set_option "$__lockkit_letter" "$__lockkit_value" || return "$?"
    done
    shift
  done
  __lockkit_words=$((__lockkit_words - $#))
}

# Usage: __lockkit_set_option LETTER VALUE
__lockkit_set_option() {
  case $1 in
    s) __lockkit_shared=s ;;
    x) __lockkit_shared='' ;;
    n) __lockkit_nonblock=n ;;
    o) __lockkit_close=o __lockkit_keep='' ;;
    k) __lockkit_keep=k __lockkit_close='' ;;
    q) __lockkit_quiet=q ;;
    v) __lockkit_verbose=v ;;
    r) __lockkit_remove=r ;;
    j) __lockkit_slots=--slots=$2 ;;
    --fcntl) __lockkit_fcntl=--fcntl ;;
    w | --max | --kill-after)
      case $2 in
        '' | . | *[!0123456789.]* | *.*.*)
          __lockkit_usage "$__lockkit_who" "not a number of seconds: $2"
          return 64
          ;;
      esac
      case $1 in
        w) __lockkit_milliseconds "$2" ;;
        --max) __lockkit_max=--max=$2 ;;
        *) __lockkit_patience=--kill-after=$2 ;;
      esac
      ;;
    E)
      case $2 in
        '' | *[!0123456789]* | ????*)
          __lockkit_usage "$__lockkit_who" "not an exit status from 0 to 255: $2"
          return 64
          ;;
      esac
      __lockkit_code=$((10#$2))
      if ((__lockkit_code > 255)); then
        __lockkit_usage "$__lockkit_who" "not an exit status from 0 to 255: $2"
        return 64
      fi
      ;;
  esac
}

# Usage: __lockkit_milliseconds SECONDS
# Sets __lockkit_limit; what is more than 0 is at least 1. More than a century is
# a century.
__lockkit_milliseconds() {
  local __lockkit_whole="${1%%.*}" __lockkit_part=''
  if [[ $1 == *.* ]]; then
    __lockkit_part=${1#*.}
  fi
  while [[ $__lockkit_whole == 0?* ]]; do
    __lockkit_whole=${__lockkit_whole#0}
  done
  if ((${#__lockkit_whole} > 9)); then
    __lockkit_whole=3200000000
  fi
  __lockkit_limit=${__lockkit_part}000
  __lockkit_limit=$((10#0$__lockkit_whole * 1000 + 10#${__lockkit_limit:0:3}))
  if [[ $__lockkit_limit == 0 && $__lockkit_part == *[123456789]* ]]; then
    __lockkit_limit=1
  fi
}

# Usage: __lockkit_decimal MILLISECONDS — sets __lockkit_left to seconds, 2.500
__lockkit_decimal() {
  __lockkit_left=$((1000 + $1 % 1000))
  __lockkit_left=$(($1 / 1000)).${__lockkit_left#1}
}

# Usage: __lockkit_now
# Sets __lockkit_clock to milliseconds of a clock that nobody sets, where the
# system shows one, else to those of the shell's SECONDS.
__lockkit_now() {
  if [[ -r /proc/uptime ]]; then
    read -r __lockkit_clock </proc/uptime
    __lockkit_clock=${__lockkit_clock%% *}
    __lockkit_clock=$((10#${__lockkit_clock%.*} * 1000 + 10#${__lockkit_clock#*.} * 10))
  else
    __lockkit_clock=$((SECONDS * 1000))
  fi
}

__lockkit_is_number() {
  case $1 in
    0) return 0 ;;
    '' | 0* | *[!0123456789]* | ??????????*) return 1 ;;
  esac
}

__lockkit_is_variable() {
  case $1 in
    '' | [0123456789]* | __lockkit_*) return 1 ;;
    *[!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_]*) return 1 ;;
  esac
}

# Usage: __lockkit_is_open FD — 0, or 65 with its message
__lockkit_is_open() {
  if [[ ! -e /dev/fd/$1 ]]; then
    __lockkit_say "descriptor $1 is not open"
    return 65
  fi
}

# Usage: __lockkit_resolve WHO LOCK — sets __lockkit_path and __lockkit_named
__lockkit_resolve() {
  case $2 in
    */*) __lockkit_path=$2 ;;
    '' | [.-]* | *[!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-]*)
      __lockkit_usage "$1" "not a name for a lock: $2"
      return 64
      ;;
    *)
      __lockkit_named=named
      __lockkit_directory "$1" || return "$?"
      __lockkit_path=$__lockkit_path/$2.lock
      ;;
  esac
  case $__lockkit_path in
    /dev/*) __lockkit_path=/.$__lockkit_path ;; # bash opens no connection for that
  esac
}

# Usage: __lockkit_directory WHO
# Sets __lockkit_path to the directory of named locks, which is ours alone, or
# returns 73; or 64 for one that would be another in another folder.
__lockkit_directory() {
  if [[ ${LOCKKIT_DIR-} ]]; then
    __lockkit_path=$LOCKKIT_DIR
    if [[ $LOCKKIT_DIR != /* ]]; then
      __lockkit_usage "$1" "LOCKKIT_DIR must be an absolute path, not $LOCKKIT_DIR"
      return 64
    fi
  elif ((EUID == 0)) && [[ -d /run ]]; then
    __lockkit_path=/run/lock/lockkit
    if [[ ! -d /run/lock ]]; then
      command -p mkdir -m 755 /run/lock 2>/dev/null || :
    fi
  elif [[ -d /run/lock && -k /run/lock ]]; then
    __lockkit_path=/run/lock/lockkit-$EUID
  else
    __lockkit_path=/tmp/lockkit-$EUID
  fi
  if [[ ! -e $__lockkit_path && ! -L $__lockkit_path ]]; then
    command -p mkdir -m 700 -- "$__lockkit_path" 2>/dev/null || :
  fi
  if [[ -L $__lockkit_path ]]; then
    __lockkit_say "$__lockkit_path is a symbolic link"
  elif [[ ! -e $__lockkit_path ]]; then
    __lockkit_cannot create "$__lockkit_path" "$(command -p mkdir -- "$__lockkit_path" 2>&1)"
  elif [[ ! -d $__lockkit_path ]]; then
    __lockkit_say "$__lockkit_path is not a directory"
  elif [[ ! -O $__lockkit_path ]]; then
    __lockkit_say "$__lockkit_path belongs to another user"
  else
    return 0
  fi
  return 73
}
