# shellcheck shell=sh disable=SC2034,SC2154
#
# What lock_fd opened: __lockkit_opened_FD is the absolute path. __lockkit_kind_FD is how it was
# locked, where that was not with flock(2) alone. Sourced again, this forgets nothing.

# Usage: __lockkit_remember FD: that lock_fd opened it, for a path
__lockkit_remember() {
  case $__lockkit_path in
    /*) eval "__lockkit_opened_$1=\$__lockkit_path" ;;
    *) eval "__lockkit_opened_$1=\$PWD/\$__lockkit_path" ;;
  esac
}

# Usage: __lockkit_recall FD: sets __lockkit_path, to nothing if the caller opened it
__lockkit_recall() {
  eval "__lockkit_path=\${__lockkit_opened_$1-}"
}

# Usage: __lockkit_forget FD
__lockkit_forget() {
  eval "__lockkit_opened_$1=''"
}

# Usage: __lockkit_note FD: how the options have it locked
__lockkit_note() {
  eval "__lockkit_kind_$1=\$__lockkit_slots\$__lockkit_fcntl"
}

# Usage: __lockkit_note_lent FD: that whoever watches over COMMAND gives the lock back
__lockkit_note_lent() {
  eval "__lockkit_kind_$1=lent"
}

# Usage: __lockkit_kind_of FD: sets __lockkit_kind
__lockkit_kind_of() {
  eval "__lockkit_kind=\${__lockkit_kind_$1-}"
}
