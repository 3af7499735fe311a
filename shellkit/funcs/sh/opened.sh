# shellcheck shell=sh disable=SC2034,SC2154
#
# What lock_fd opened: __lockkit_opened_FD is the absolute path. Sourced again, this
# forgets nothing.

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
