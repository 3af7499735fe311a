# shellcheck shell=bash disable=SC2154
#
# What the user reads.

# Usage: __lockkit_say TEXT — one line, nothing unprintable in it
__lockkit_say() {
  printf 'lockkit: %s\n' "${1//[![:print:]]/?}" >&2
}

# Usage: __lockkit_usage WHO TEXT — gives 64
__lockkit_usage() {
  __lockkit_say "$1: $2"
  return 64
}

# Usage: __lockkit_cannot WHAT WHOM MESSAGE
# MESSAGE is a program's or the shell's own; what it says last is the reason.
__lockkit_cannot() {
  local __lockkit_reason="${3##*: }"
  __lockkit_say "cannot $1 $2${__lockkit_reason:+: $__lockkit_reason}"
}

# Usage: __lockkit_refusal FD — prints what the engine says about FD
__lockkit_refusal() {
  if [[ $__lockkit_slots$__lockkit_fcntl ]]; then
    echo 'it is not open for that'
    return 0
  fi
  "__lockkit_${__lockkit_engine}_lock" "$1" 0 2>&1 || :
}

# Usage: __lockkit_explain_open STATUS FD
# Says why __lockkit_open failed and returns the status for the user.
__lockkit_explain_open() {
  local __lockkit_reason __lockkit_parent="${__lockkit_path%/*}"
  case $1 in
    71) __lockkit_say '/dev/fd is needed, and is not there' ;;
    73)
      if [[ -L $__lockkit_path ]]; then
        __lockkit_say "cannot create $__lockkit_path: a symbolic link that leads nowhere"
      elif [[ -d ${__lockkit_parent:-/} && ! -x ${__lockkit_parent:-/} ]]; then
        __lockkit_say "cannot open $__lockkit_path: permission denied"
        return 66
      else
        __lockkit_reason=$({ set -C && true >"$__lockkit_path"; } 2>&1)
        __lockkit_cannot create "$__lockkit_path" "$__lockkit_reason"
      fi
      ;;
    66)
      if [[ -e $__lockkit_path && ! -f $__lockkit_path && ! -d $__lockkit_path ]]; then
        __lockkit_say "cannot open $__lockkit_path: neither a file nor a directory"
      elif __lockkit_reason=$(__lockkit_try_open 2>&1) && [[ $2 ]]; then
        __lockkit_say "descriptor $2 cannot be used"
        return 65
      else
        __lockkit_cannot open "$__lockkit_path" "$__lockkit_reason"
      fi
      ;;
  esac
  return "$1"
}

# Usage: __lockkit_try_open: opens __lockkit_path, which exists, as it has to be opened
__lockkit_try_open() {
  if [[ $__lockkit_writable ]]; then
    true <>"$__lockkit_path"
  else
    true <"$__lockkit_path"
  fi
}
