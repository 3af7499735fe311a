# shellcheck shell=sh disable=SC2016,SC2034,SC2154
#
# What the user reads.

# Usage: __lockkit_say TEXT: one line, nothing unprintable in it
__lockkit_say() {
  case $1 in
    *[!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\ ./:\(\)_\;,=%+@~\"\'-]*)
      command -p printf 'lockkit: %s' "$1" | LC_ALL=C command -p tr -c ' -~' '?' >&2
      command -p printf '\n' >&2
      ;;
    *) command -p printf 'lockkit: %s\n' "$1" >&2 ;;
  esac
}

# Usage: __lockkit_tool PROGRAM [ARG...]
# Runs a program of the system, whatever is called so on PATH or is a function; a
# function called `command` is not kept away.
__lockkit_tool() {
  command -p "$@"
}

# Usage: __lockkit_usage WHO TEXT: gives 64
__lockkit_usage() {
  __lockkit_say "$1: $2"
  return 64
}

# Usage: __lockkit_cannot WHAT WHOM MESSAGE
# MESSAGE is a program's; what it says last is the reason.
__lockkit_cannot() {
  __lockkit_reason=${3##*: }
  __lockkit_reason=${__lockkit_reason#*\[}
  __lockkit_reason=${__lockkit_reason%%\]*}
  case $__lockkit_reason in
    *nonexistent | 'No such file') __lockkit_reason='No such file or directory' ;;
  esac
  __lockkit_say "cannot $1 $2${__lockkit_reason:+: $__lockkit_reason}"
}

# Usage: __lockkit_refusal FD: prints what the engine says about FD
__lockkit_refusal() {
  if [ -n "$__lockkit_slots$__lockkit_fcntl" ]; then
    echo 'it is not open for that'
    return 0
  fi
  "__lockkit_${__lockkit_engine}_lock" "$1" 0 2>&1 || :
}

# Usage: __lockkit_explain_open STATUS FD
# Says why __lockkit_open failed and returns the status for the user.
__lockkit_explain_open() {
  __lockkit_parent=${__lockkit_path%/*}
  case $1 in
    69) __lockkit_say 'every descriptor that a lock could have is open' ;;
    71)
      if [ -e /dev/fd/2 ]; then
        __lockkit_say 'no lock can be opened where command is a function'
      else
        __lockkit_say '/dev/fd is needed, and is not there'
      fi
      ;;
    73)
      if [ -L "$__lockkit_path" ]; then
        __lockkit_say "cannot create $__lockkit_path: a symbolic link that leads nowhere"
      elif [ -d "${__lockkit_parent:-/}" ] && [ ! -x "${__lockkit_parent:-/}" ]; then
        __lockkit_say "cannot open $__lockkit_path: permission denied"
        return 66
      else
        __lockkit_cannot create "$__lockkit_path" \
          "$(command -p sh -c 'set -C; : >"$1"' sh "$__lockkit_path" 2>&1)"
      fi
      ;;
    66)
      if [ -e "$__lockkit_path" ] && [ ! -f "$__lockkit_path" ] && [ ! -d "$__lockkit_path" ]; then
        __lockkit_say "cannot open $__lockkit_path: neither a file nor a directory"
      elif __lockkit_reason=$(command -p sh -c ": <${__lockkit_writable:+>}\"\$1\"" sh "$__lockkit_path" 2>&1) && [ -n "$2" ]; then
        __lockkit_say "descriptor $2 cannot be used"
        return 65
      else
        __lockkit_cannot open "$__lockkit_path" "$__lockkit_reason"
      fi
      ;;
  esac
  return "$1"
}
