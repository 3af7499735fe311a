# shellcheck shell=bash disable=SC2154,SC2317
#
# The builtins of lockkit.so, which lock without a fork. They do the work of the functions
# when a loadable is to be had that speaks the version meant here and that proves to lock;
# otherwise the functions do it. What lockkit itself locks they know nothing of.

# Usage: __lockkit_load
# Puts the builtins in place; 1 when there are none, and nothing has changed.
__lockkit_load() {
  local __lockkit_rest="${PATH-}:" __lockkit_file="${LOCKKIT_LOADABLE-}" __lockkit_dir
  if [[ -z $__lockkit_file ]]; then
    while [[ $__lockkit_rest ]]; do
      __lockkit_dir=${__lockkit_rest%%:*}
      __lockkit_rest=${__lockkit_rest#*:}
      if [[ $__lockkit_dir == /* && -x $__lockkit_dir/lockkit ]]; then
        for __lockkit_file in "$__lockkit_dir/../lib/lockkit/lockkit.so" "$__lockkit_dir/lockkit.so" ''; do
          if [[ -f $__lockkit_file ]]; then
            break 2
          fi
        done
      fi
    done
  fi
  if [[ -z $__lockkit_file ]] ||
    ! enable -f "$__lockkit_file" __lockkit_loadable 2>/dev/null ||
    ! __lockkit_loadable 3 ||
    ! enable -f "$__lockkit_file" lock_fd unlock __lockkit_enter 2>/dev/null; then
    return 1
  fi
  unset -f lock_fd unlock

  # Usage: with_lock: as above
  with_lock() {
    if __lockkit_trust; then
      __lockkit_with_builtin "$@"
    else
      __lockkit_refuse
    fi
  }

  # Usage: lock_fd, unlock: as above, the builtins' but for what lockkit locks
  lock_fd() {
    if __lockkit_trust; then
      __lockkit_lock_with_builtin "$@"
    else
      __lockkit_refuse
    fi
  }
  unlock() {
    if __lockkit_trust; then
      __lockkit_unlock_with_builtin "$@"
    else
      __lockkit_refuse
    fi
  }
}

# Usage: __lockkit_lock_with_builtin WORD...: lock_fd where the builtins are in place
__lockkit_lock_with_builtin() {
  local __lockkit_words=0 __lockkit_command='' __lockkit_how='' __lockkit_first="${1-}" __lockkit_status=0
  if [[ ${1-} == -* ]] && { __lockkit_asks_run "$@" || [[ $__lockkit_how ]]; }; then
    __lockkit_do_lock_fd "$@"
    return "$?"
  fi
  "$__lockkit_word" lock_fd "$@" || __lockkit_status=$?
  if [[ $__lockkit_how == slots ]]; then
    __lockkit_do_lock_fd "$@"
    return "$?"
  elif ((__lockkit_status)); then
    return "$__lockkit_status"
  fi
  __lockkit_number "$__lockkit_first"
  __lockkit_kinds[__lockkit_words]=''
}

# Usage: __lockkit_unlock_with_builtin WORD...: unlock where the builtins are in place
__lockkit_unlock_with_builtin() {
  local __lockkit_words=0
  if __lockkit_number "${!#}" && [[ ${__lockkit_kinds[__lockkit_words]-} ]]; then
    __lockkit_do_unlock "$@"
  else
    "$__lockkit_word" unlock "$@"
  fi
}

# Usage: __lockkit_number FD: sets __lockkit_words to it, if it is one, or a variable that has one
__lockkit_number() {
  __lockkit_words=$1
  if __lockkit_is_variable "$1"; then
    __lockkit_words=${!1-}
  fi
  __lockkit_is_number "$__lockkit_words"
}

# Usage: __lockkit_with_builtin WORD...: with_lock where the builtins are in place
__lockkit_with_builtin() {
  local __lockkit_fd='' __lockkit_free_fd='' __lockkit_words=0
  local __lockkit_close='' __lockkit_keep='' __lockkit_pass='' __lockkit_code=75 __lockkit_command='' __lockkit_how='' __lockkit_first=''
  if [[ ${1-} == -* || ${LOCKKIT_ON-} ]] && __lockkit_asks_run "$@"; then
    __lockkit_by_run "$@"
  elif [[ $__lockkit_how ]]; then
    __lockkit_do_with_lock "$@"
  elif __lockkit_enter "$@"; then
    shift "$__lockkit_words"
    __lockkit_redirect "$__lockkit_free_fd" "$__lockkit_fd" entered "$@"
  else
    __lockkit_entered "$?" "$@"
  fi
}

# Usage: __lockkit_entered STATUS WORD...: what comes of with_lock where the builtin has no lock
__lockkit_entered() {
  if [[ $__lockkit_how == slots ]]; then
    shift
    __lockkit_do_with_lock "$@"
  else
    __lockkit_failed "$1"
  fi
}

# The engine builtin; the builtins themselves need none of this.
__lockkit_builtin_find() {
  __lockkit_load && __lockkit_prove 2>/dev/null
}

__lockkit_builtin_lock() {
  local __lockkit_left
  if (($2)); then
    __lockkit_decimal "$2"
    lock_fd "-q${__lockkit_shared}w" "$__lockkit_left" "$1"
  else
    lock_fd "-qn$__lockkit_shared" "$1"
  fi
}

__lockkit_builtin_unlock() {
  unlock "$1"
}

__lockkit_engine_for=${LOCKKIT_ENGINE:-$__lockkit_engines}
case $__lockkit_engine_for in
  builtin | 'builtin '*)
    if __lockkit_trust && __lockkit_load; then
      __lockkit_engine=builtin
    fi
    ;;
esac
