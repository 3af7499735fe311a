# shellcheck shell=sh disable=SC2034,SC2154,SC3013,SC3067
#
# What the words of a call mean.

# Usage: __lockkit_begin: every option at its default
__lockkit_begin() {
  __lockkit_shared='' __lockkit_nonblock='' __lockkit_limit='' __lockkit_code=75
  __lockkit_how='' __lockkit_quiet='' __lockkit_verbose='' __lockkit_remove=''
  __lockkit_words=0 __lockkit_shown='' __lockkit_path='' __lockkit_named=''
  __lockkit_fd='' __lockkit_start='' __lockkit_looks=0 __lockkit_told=''
  __lockkit_slots='' __lockkit_fcntl='' __lockkit_max='' __lockkit_patience=''
  __lockkit_gate='' __lockkit_next=''
}

# Usage: __lockkit_read_with_lock WORD...
# Reads a call of with_lock. COMMAND comes after __lockkit_words words.
__lockkit_read_with_lock() {
  __lockkit_begin
  __lockkit_options with_lock sxnwEokqvj--fcntl--max--kill-after--on--ttl "$@" || return "$?"
  shift "$__lockkit_words"
  if [ "$#" -eq 0 ]; then
    __lockkit_usage with_lock 'no LOCK'
    return 64
  fi
  __lockkit_shown=$1
  __lockkit_words=$((__lockkit_words + 1))
  shift
  if [ "${1-}" = -- ]; then
    __lockkit_words=$((__lockkit_words + 1))
    shift
  fi
  if [ "$#" -eq 0 ]; then
    __lockkit_usage with_lock 'no COMMAND'
    return 64
  elif [ "$__lockkit_how" = o ] && [ "$1" = exec ] && [ "$#" -gt 1 ]; then
    __lockkit_usage with_lock 'after exec nobody would hold the lock with -o'
    return 64
  fi
  case $1 in
    -*)
      __lockkit_usage with_lock "not a COMMAND: $1"
      return 64
      ;;
  esac
  __lockkit_resolve with_lock "$__lockkit_shown" && __lockkit_can with_lock
}

# Usage: __lockkit_read_lock_fd WORD...
# Reads a call of lock_fd and sets __lockkit_fd; __lockkit_path is empty where no
# LOCK is given.
__lockkit_read_lock_fd() {
  __lockkit_begin
  __lockkit_options lock_fd sxnwEqvj--fcntl "$@" || return "$?"
  shift "$__lockkit_words"
  if [ "$__lockkit_code" -eq 0 ]; then
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
  if ! __lockkit_is_descriptor "$1" && ! __lockkit_is_variable "$1"; then
    __lockkit_usage lock_fd "not a descriptor: $1"
  elif [ "$#" -eq 2 ]; then
    __lockkit_shown=$2
    __lockkit_opens "$1" || return "$?"
    __lockkit_resolve lock_fd "$2" && __lockkit_can lock_fd
  elif ! __lockkit_is_descriptor "$1"; then
    __lockkit_usage lock_fd "needs a LOCK to open for $1"
  elif [ -n "$__lockkit_slots" ]; then
    __lockkit_usage lock_fd '-j needs a LOCK, a slot of which it opens'
  else
    __lockkit_shown="descriptor $1"
    __lockkit_is_open "$1" && __lockkit_can lock_fd
  fi
}

# Usage: __lockkit_can WHO
# Whether lockkit is here, if the options ask for what it alone can do: 0, or 69 with its message.
__lockkit_can() {
  if [ -n "$__lockkit_slots$__lockkit_fcntl$__lockkit_max$__lockkit_patience" ]; then
    __lockkit_has_runner "$1"
  fi
}

# Usage: __lockkit_is_closed FD
# 0 when FD is no open descriptor; else says so, and the status is 65.
__lockkit_is_closed() {
  if [ -e "/dev/fd/$1" ]; then
    __lockkit_say "descriptor $1 is open already"
    return 65
  fi
}

# Usage: __lockkit_read_unlock WORD...
# Reads a call of unlock and sets __lockkit_fd.
__lockkit_read_unlock() {
  __lockkit_begin
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
    eval "__lockkit_fd=\${$1-}"
  fi
  if ! __lockkit_is_descriptor "$__lockkit_fd"; then
    __lockkit_usage unlock "not a descriptor: $1"
    return 64
  fi
  __lockkit_is_open "$__lockkit_fd" || return "$?"
  __lockkit_recall "$__lockkit_fd"
  if [ -n "$__lockkit_remove" ] && [ -z "$__lockkit_path" ]; then
    __lockkit_usage unlock "-r needs a descriptor that lock_fd opened, not $1"
    return 64
  fi
  __lockkit_kind_of "$__lockkit_fd"
  if [ -n "$__lockkit_remove" ] && [ -n "$__lockkit_kind" ]; then
    __lockkit_usage unlock "-r is for a file that is all of the lock: $1 was locked with $__lockkit_kind"
  fi
}

# Usage: __lockkit_options WHO ALLOWED WORD...
# Reads the options among the first words and sets __lockkit_words to their number.
__lockkit_options() {
  __lockkit_who=$1
  __lockkit_allowed=$2
  shift 2
  __lockkit_words=$#
  while [ "$#" -gt 0 ]; do
    case $1 in
      --)
        shift
        break
        ;;
      --*)
        __lockkit_long "$1" || return "$?"
        case $1 in
          *=*)
            __lockkit_set_option "$__lockkit_letters" "${1#*=}" || return "$?"
            shift
            continue
            ;;
        esac
        case $__lockkit_letters in
          --*) # what has no short form
            if [ "$1" != --fcntl ]; then
              if [ "$#" -eq 1 ]; then
                __lockkit_usage "$__lockkit_who" "needs a value: $1"
                return 64
              fi
              shift
            fi
            __lockkit_set_option "$__lockkit_letters" "$1" || return "$?"
            shift
            continue
            ;;
        esac
        ;;
      -?*) __lockkit_letters=${1#-} ;;
      *) break ;;
    esac
    while [ -n "$__lockkit_letters" ]; do
      __lockkit_value=${__lockkit_letters#?}
      __lockkit_letter=${__lockkit_letters%"$__lockkit_value"}
      __lockkit_letters=$__lockkit_value
      case ${__lockkit_allowed%%--*} in
        *"$__lockkit_letter"*) ;;
        *)
          __lockkit_usage "$__lockkit_who" "unknown option -$__lockkit_letter"
          return 64
          ;;
      esac
      case $__lockkit_letter in
        [wEj])
          __lockkit_letters=''
          if [ -z "$__lockkit_value" ]; then
            if [ "$#" -eq 1 ]; then
              __lockkit_usage "$__lockkit_who" "needs a value: $1"
              return 64
            fi
            shift
            __lockkit_value=$1
          fi
          ;;
      esac
      __lockkit_set_option "$__lockkit_letter" "$__lockkit_value" || return "$?"
    done
    shift
  done
  __lockkit_words=$((__lockkit_words - $#))
}

# Usage: __lockkit_long WORD: sets __lockkit_letters to what --WORD is short for
__lockkit_long() {
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
    *) __lockkit_letters='?' ;;
  esac
  case $__lockkit_allowed in
    *"$__lockkit_letters"*) ;;
    *)
      __lockkit_usage "$__lockkit_who" "unknown option $1"
      return 64
      ;;
  esac
  case $__lockkit_letters$1 in
    [!wEj-]*=* | --fcntl*=*) __lockkit_usage "$__lockkit_who" "takes no value: $1" ;;
  esac
}

# Usage: __lockkit_set_option LETTER VALUE
__lockkit_set_option() {
  case $1 in
    s) __lockkit_shared=s ;;
    x) __lockkit_shared='' ;;
    n) __lockkit_nonblock=n ;;
    o | k) __lockkit_how=$1 ;;
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
      __lockkit_code=999
      case $2 in
        '' | *[!0123456789]* | ????*) ;;
        *) __lockkit_strip "$2" && __lockkit_code=$__lockkit_whole ;;
      esac
      if [ "$__lockkit_code" -gt 255 ]; then
        __lockkit_usage "$__lockkit_who" "not an exit status from 0 to 255: $2"
      fi
      ;;
  esac
}

# Usage: __lockkit_strip DIGITS: sets __lockkit_whole, which is not octal
__lockkit_strip() {
  __lockkit_whole=$1
  while :; do
    case $__lockkit_whole in
      0?*) __lockkit_whole=${__lockkit_whole#0} ;;
      *) break ;;
    esac
  done
}

# Usage: __lockkit_milliseconds SECONDS
# Sets __lockkit_limit; what is more than 0 is at least 1. More than a century is
# a century, and where the shell's numbers have 32 bits, three weeks.
__lockkit_milliseconds() {
  __lockkit_part=''
  case $1 in
    *.*) __lockkit_part=${1#*.} ;;
  esac
  __lockkit_strip "0${1%%.*}"
  __lockkit_limit=3200000000
  if [ "$((2147483647 + 1))" -lt 0 ]; then
    __lockkit_limit=1900000
  fi
  if [ "${#__lockkit_whole}" -gt 9 ] || [ "$__lockkit_whole" -gt "$__lockkit_limit" ]; then
    __lockkit_whole=$__lockkit_limit
  fi
  __lockkit_left=${__lockkit_part}000
  __lockkit_left=${__lockkit_left%"${__lockkit_left#???}"}
  __lockkit_limit=$((__lockkit_whole * 1000 + 1$__lockkit_left - 1000))
  case $__lockkit_limit$__lockkit_part in
    0*[123456789]*) __lockkit_limit=1 ;;
  esac
}

# Usage: __lockkit_decimal MILLISECONDS: sets __lockkit_left to seconds, 2.500
__lockkit_decimal() {
  __lockkit_left=$((1000 + $1 % 1000))
  __lockkit_left=$(($1 / 1000)).${__lockkit_left#1}
}

# Usage: __lockkit_now
# Sets __lockkit_clock to milliseconds of a clock that nobody sets, where the
# system shows one, else of the time of day.
__lockkit_now() {
  if [ -r /proc/uptime ]; then
    __lockkit_clock=$(__lockkit_uptime)
    __lockkit_clock=${__lockkit_clock:-0.00}
    __lockkit_part=1${__lockkit_clock#*.} # no octal number; from where it counts says nothing
    __lockkit_clock=$((${__lockkit_clock%.*} * 1000 + __lockkit_part * 10))
  else
    __lockkit_clock=$(__lockkit_tool date '+%s')
    __lockkit_clock=$((__lockkit_clock * 1000))
  fi
}

# Usage: __lockkit_uptime: prints seconds, in a subshell
__lockkit_uptime() {
  __lockkit_slow
  read -r __lockkit_clock </proc/uptime && echo "${__lockkit_clock%% *}"
}

# Usage: __lockkit_is_number WORD: of at most nine digits, none of them to no end
__lockkit_is_number() {
  case $1 in
    0) return 0 ;;
    '' | 0* | *[!0123456789]* | ??????????*) return 1 ;;
  esac
}

# Usage: __lockkit_is_open FD: 0, or 65 with its message
__lockkit_is_open() {
  if [ ! -e "/dev/fd/$1" ]; then
    __lockkit_say "descriptor $1 is not open"
    return 65
  fi
}

# Usage: __lockkit_resolve WHO LOCK: sets __lockkit_path and __lockkit_named
__lockkit_resolve() {
  case $2 in
    */*) __lockkit_path=$2 ;;
    '' | [.-]* | *[!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-]*)
      __lockkit_usage "$1" "not a name for a lock: $2"
      ;;
    *)
      __lockkit_named=named
      __lockkit_directory "$1" || return "$?"
      __lockkit_path=$__lockkit_path/$2.lock
      ;;
  esac
}

# Usage: __lockkit_directory WHO
# Sets __lockkit_path to the directory of named locks, which is ours alone, or
# returns 73; or 64 for one that would be another in another folder.
__lockkit_directory() {
  if [ -n "${LOCKKIT_DIR-}" ]; then
    __lockkit_path=$LOCKKIT_DIR
    case $LOCKKIT_DIR in
      /*) ;;
      *)
        __lockkit_usage "$1" "LOCKKIT_DIR must be an absolute path, not $LOCKKIT_DIR"
        return 64
        ;;
    esac
  else
    __lockkit_whoami
    if [ "$__lockkit_user" = 0 ] && [ -d /run ]; then
      __lockkit_path=/run/lock/lockkit
      if [ ! -d /run/lock ]; then
        __lockkit_tool mkdir -m 755 /run/lock 2>/dev/null || :
      fi
    elif [ -d /run/lock ] && [ -k /run/lock ]; then
      __lockkit_path=/run/lock/lockkit-$__lockkit_user
    else
      __lockkit_path=/tmp/lockkit-$__lockkit_user
    fi
  fi
  if [ ! -e "$__lockkit_path" ] && [ ! -L "$__lockkit_path" ]; then
    __lockkit_tool mkdir -m 700 -- "$__lockkit_path" 2>/dev/null || :
  fi
  if [ -L "$__lockkit_path" ]; then
    __lockkit_say "$__lockkit_path is a symbolic link"
  elif [ ! -e "$__lockkit_path" ]; then
    __lockkit_cannot create "$__lockkit_path" "$(__lockkit_tool mkdir -- "$__lockkit_path" 2>&1)"
  elif [ ! -d "$__lockkit_path" ]; then
    __lockkit_say "$__lockkit_path is not a directory"
  elif [ ! -O "$__lockkit_path" ]; then
    __lockkit_say "$__lockkit_path belongs to another user"
  else
    return 0
  fi
  return 73
}
