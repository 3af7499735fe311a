# shellcheck shell=bash disable=SC2154
#
# Opening a lock file, locking it, waiting for it.

# Usage: __lockkit_take '' COMMAND [ARG...], or __lockkit_take FD
# Opens __lockkit_path, locks it, and begins anew when the path leads elsewhere by
# then. Then runs COMMAND, or keeps it open as FD, a number or the name of a variable.
# While it waits and while COMMAND runs the descriptor is a redirection of one function
# call: bash undoes that whatever ends the call, an interrupt at the prompt included.
__lockkit_take() {
  local __lockkit_writable='' __lockkit_again='' __lockkit_status
  if [[ $__lockkit_fcntl && -z $__lockkit_shared ]]; then
    __lockkit_writable=writable
  fi
  while :; do
    __lockkit_status=0
    __lockkit_open "$1" 2>/dev/null || __lockkit_status=$?
    if ((__lockkit_status)); then
      __lockkit_explain_open "$__lockkit_status" "$1" || __lockkit_failed "$?"
      return "$?"
    fi
    __lockkit_free
    __lockkit_redirect "$__lockkit_free_fd" "$__lockkit_fd" "$@"
    __lockkit_status=$?
    if [[ -z $__lockkit_again ]]; then
      return "$__lockkit_status"
    fi
  done
}

# Usage: __lockkit_redirect HELD OTHER WORD...: the words of __lockkit_take
# The first ten are spelt out: deeper is hardly anything nested.
__lockkit_redirect() {
  case $1 in
    10) __lockkit_within "$@" 10<&"$2" ;;
    11) __lockkit_within "$@" 11<&"$2" ;;
    12) __lockkit_within "$@" 12<&"$2" ;;
    13) __lockkit_within "$@" 13<&"$2" ;;
    14) __lockkit_within "$@" 14<&"$2" ;;
    15) __lockkit_within "$@" 15<&"$2" ;;
    16) __lockkit_within "$@" 16<&"$2" ;;
    17) __lockkit_within "$@" 17<&"$2" ;;
    18) __lockkit_within "$@" 18<&"$2" ;;
    19) __lockkit_within "$@" 19<&"$2" ;;
    *) __lockkit_redirected "$1<&$2" __lockkit_within "$@" ;;
  esac
}

# Usage: __lockkit_within HELD OTHER WORD...: the words of __lockkit_take
# HELD is open for the time of this call, and a copy of OTHER; instead of FD the word
# entered says that it is locked.
__lockkit_within() {
  local __lockkit_held="$1"
  __lockkit_exec "$2<&-"
  if [[ $3 == entered ]]; then
    shift 3
    __lockkit_hold "$@"
  elif __lockkit_lock_path; then
    if [[ $__lockkit_next ]]; then
      shift 2
      __lockkit_gate=$__lockkit_held __lockkit_path=$__lockkit_next
      __lockkit_take "$@"
      return "$?"
    fi
    if [[ $3 ]]; then
      __lockkit_own "$3"
    else
      shift 3
      __lockkit_hold "$@"
    fi
  elif [[ -z $__lockkit_again ]]; then
    __lockkit_exec "$__lockkit_held<&-" # with all that asking why may have got
    __lockkit_failed "$__lockkit_status"
  fi
}

# Usage: __lockkit_has_slots
# Whether __lockkit_path was ever used with slots, and lockkit is here.
__lockkit_has_slots() {
  if [[ $__lockkit_named ]]; then
    [[ -e ${__lockkit_path%.lock}@0.lock ]] || return 1
  else
    [[ -e $__lockkit_path@0 ]] || return 1
  fi
  [[ $__lockkit_runner ]] || __lockkit_find_runner
}

# Usage: __lockkit_lock_path
# Locks __lockkit_held. Where it is not 0, __lockkit_again says that the path is to be
# opened anew: it leads elsewhere by then, or must be opened for writing too.
__lockkit_lock_path() {
  __lockkit_again=''
  __lockkit_acquire "$__lockkit_held" || __lockkit_status=$?
  if ((__lockkit_status == 0)) && [[ -z $__lockkit_slots && -z $__lockkit_fcntl ]] && __lockkit_has_slots; then
    local __lockkit_left=0 # it is ours; whether somebody has a slot, lockkit can tell
    (__lockkit_ask 0) <&"$__lockkit_held" || __lockkit_status=$?
  fi
  if ((__lockkit_status == 0)); then
    if [[ ! $__lockkit_path -ef /dev/fd/$__lockkit_held ]]; then
      __lockkit_again=again
      return 1
    elif [[ $__lockkit_next && $__lockkit_gate ]]; then
      __lockkit_path=$__lockkit_next
      __lockkit_again=again
      return 1
    elif [[ $__lockkit_named && -z $__lockkit_next ]]; then
      __lockkit_sign
    fi
  elif ((__lockkit_status == 65)); then
    if [[ -z $__lockkit_writable && -z $__lockkit_shared ]]; then
      __lockkit_writable=writable # NFS wants one for an exclusive lock
      __lockkit_again=again
      return 1
    fi
    __lockkit_cannot lock "$__lockkit_shown" "$(__lockkit_refusal "$__lockkit_held")"
    __lockkit_status=71
  fi
  return "$__lockkit_status"
}

# Usage: __lockkit_lock FD
# Locks FD, which is opened for __lockkit_path if there is one; where FD is the name
# of a variable, that receives the descriptor.
__lockkit_lock() {
  if [[ -z $__lockkit_path ]]; then
    __lockkit_lock_open "$1"
  else
    __lockkit_take "$1"
  fi
}

# Usage: __lockkit_own FD
# Makes FD, which is __lockkit_fd, a copy of __lockkit_held that stays, and remembers that
# lock_fd opened it. Where FD is the name of a variable, that receives a free descriptor.
__lockkit_own() {
  if ! __lockkit_is_number "$1"; then
    __lockkit_free
    __lockkit_fd=$__lockkit_free_fd
    # Before bash 5.0 printf says nothing of a variable that is readonly.
    if ! printf -v "$1" %s "$__lockkit_fd" || [[ ${!1-} != "$__lockkit_fd" ]]; then
      __lockkit_usage lock_fd "cannot set the variable $1"
      return 64
    fi
  fi
  if [[ -e /dev/fd/$__lockkit_fd ]]; then # a trap has opened it during the wait
    __lockkit_say "descriptor $__lockkit_fd is open already"
    return 65
  elif ! __lockkit_exec "$__lockkit_fd<&$__lockkit_held"; then
    __lockkit_say "descriptor $__lockkit_fd cannot be used"
    return 65
  fi
  case $__lockkit_path in
    /*) __lockkit_opened[__lockkit_fd]=$__lockkit_path ;;
    *) __lockkit_opened[__lockkit_fd]=$PWD/$__lockkit_path ;;
  esac
  __lockkit_kinds[__lockkit_fd]=$__lockkit_slots$__lockkit_fcntl
}

# Usage: __lockkit_lock_open FD
# Locks what the caller opened, whatever its name leads to.
__lockkit_lock_open() {
  local __lockkit_status=0
  unset "__lockkit_opened[$1]"
  __lockkit_acquire "$1" || __lockkit_status=$?
  if ((__lockkit_status == 65)); then
    __lockkit_cannot lock "$__lockkit_shown" "$(__lockkit_refusal "$1")"
  elif ((__lockkit_status > 128)); then
    __lockkit_release "$1" || :
  fi
  return "$__lockkit_status"
}

# Usage: __lockkit_open [FD] 2>/dev/null
# Opens __lockkit_path without truncating it, and creates it where it is missing
# without following a symbolic link. Sets __lockkit_fd, else the status is
# 65 FD is no descriptor, 66 cannot open, 71 no /dev/fd, 73 cannot create.
# The redirection belongs to the caller, because bash takes a descriptor for it.
__lockkit_open() {
  local __lockkit_how='<' __lockkit_tries=''
  if [[ $__lockkit_writable ]]; then
    __lockkit_how='<>'
  fi
  if [[ ! -e /dev/fd/2 ]]; then
    return 71
  fi
  while :; do
    if [[ -f $__lockkit_path || -d $__lockkit_path ]]; then
      __lockkit_free
      if __lockkit_evaluate "__lockkit_adopt $__lockkit_free_fd '$1' $__lockkit_free_fd$__lockkit_how\"\$__lockkit_path\""; then
        return 0
      elif [[ -e $__lockkit_path ]]; then
        __lockkit_tries+=.
      fi
    elif [[ -e $__lockkit_path ]]; then
      __lockkit_tries+=.
    elif [[ -L $__lockkit_path ]]; then
      return 73
    elif ! (set -C && true >"$__lockkit_path") && [[ ! -e $__lockkit_path ]]; then
      if [[ $__lockkit_tries == .. ]]; then
        return 73
      fi
      __lockkit_tries+=.
    fi
    if [[ $__lockkit_tries == ... ]]; then # once or twice it may have been made anew, or removed, meanwhile
      return 66
    fi
  done
}

# Usage: __lockkit_adopt OTHER [FD]
# OTHER is open for the time of this call; a copy of it, which is FD or, where that is no
# number, a free descriptor, stays. Sets __lockkit_fd.
__lockkit_adopt() {
  __lockkit_free_fd=$2
  if ! __lockkit_is_number "$2"; then
    __lockkit_free
  fi
  # Tried first, because in posix mode a failing exec ends the shell.
  __lockkit_evaluate "\\builtin true $__lockkit_free_fd<&$1" || return "$?"
  __lockkit_exec "$__lockkit_free_fd<&$1" || return "$?"
  __lockkit_fd=$__lockkit_free_fd
}

# Usage: __lockkit_exec REDIRECTION
# Opens or closes a descriptor for good, also where the caller has a function
# named exec. `command exec` would do; but in eval it ends a script before bash 4.2.
__lockkit_exec() {
  local __lockkit_function __lockkit_result=0
  if ! declare -F exec >/dev/null; then
    eval "\\exec $1 || \\builtin return 1"
  elif ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)) && __lockkit_obeyed command; then
    eval "\\command exec $1 || \\builtin return 1"
  else
    __lockkit_function=$(declare -f exec)
    if [[ $(declare -F) == *'declare -fx exec'* ]]; then
      __lockkit_function+=$'\n\\builtin export -f exec'
    fi
    unset -f exec
    __lockkit_evaluate "\\exec $1" || __lockkit_result=$?
    eval "$__lockkit_function"
    return "$__lockkit_result"
  fi
}

# Usage: __lockkit_evaluate COMMAND
# Runs what only eval can say, and may fail: inside `builtin eval`, which eval is where the
# user has a function of that name, set -e is in force though the caller asks for the
# status.
__lockkit_evaluate() {
  local __lockkit_result=0
  eval "$1 || __lockkit_result=\$?"
  return "$__lockkit_result"
}

# Usage: __lockkit_free
# Sets __lockkit_free_fd to the lowest free descriptor from 10 up.
__lockkit_free() {
  __lockkit_free_fd=10
  while [[ -e /dev/fd/$__lockkit_free_fd ]]; do
    __lockkit_free_fd=$((__lockkit_free_fd + 1))
  done
}

# Usage: __lockkit_acquire FD
# Locks an open descriptor as the options ask: 0, 75 busy, 69, 70, 71, 128+n, all
# with their message, or 65 without one. A wait is made in slices, so
# that no engine outlives a shell that was killed by more than 5 seconds, a
# trapped signal is answered, and somebody looks whether the wait can ever end.
__lockkit_acquire() {
  local __lockkit_slice __lockkit_clock='' __lockkit_left=0 __lockkit_result
  __lockkit_kinds[$1]=$__lockkit_slots$__lockkit_fcntl
  if [[ $__lockkit_slots$__lockkit_fcntl ]]; then
    __lockkit_leave_to "$1"
    return "$?"
  fi
  __lockkit_choose || return 69
  while :; do
    case $__lockkit_looks in
      0) __lockkit_slice=100 ;;
      1) __lockkit_slice=900 ;;
      *) __lockkit_slice=5000 ;;
    esac
    if [[ $__lockkit_nonblock || (-z $__lockkit_start && $__lockkit_verbose) ]]; then
      __lockkit_slice=0
    fi
    if [[ $__lockkit_limit$__lockkit_verbose ]]; then
      __lockkit_now
      if [[ $__lockkit_limit ]]; then
        __lockkit_left=$((__lockkit_limit - __lockkit_clock + ${__lockkit_start:-$__lockkit_clock}))
        if ((__lockkit_left < __lockkit_slice)); then
          __lockkit_slice=$((__lockkit_left > 0 ? __lockkit_left : 0))
        fi
      fi
    fi
    __lockkit_try "$1" "$__lockkit_slice" && break
    __lockkit_result=$?
    case $__lockkit_result in
      75) ;;
      69)
        __lockkit_engine=''
        __lockkit_say "cannot run $__lockkit_program, which locked before"
        return 69
        ;;
      71)
        __lockkit_cannot lock "$__lockkit_shown" "$(__lockkit_refusal "$1")"
        return 71
        ;;
      *) return "$__lockkit_result" ;;
    esac
    if [[ $__lockkit_nonblock || ($__lockkit_limit && $__lockkit_left -le $__lockkit_slice) ]]; then
      __lockkit_busy "$1"
      return 75
    fi
    __lockkit_look "$1" || return "$?"
  done
  if [[ $__lockkit_start && $__lockkit_verbose && -z $__lockkit_quiet ]]; then
    __lockkit_now
    __lockkit_decimal "$((__lockkit_clock - __lockkit_start))"
    __lockkit_say "got $__lockkit_shown after $__lockkit_left s"
  fi
}

# Usage: __lockkit_leave_to FD
# __lockkit_acquire where lockkit waits, in order of arrival, and locks through FD: a slot, when
# the gate was passed; __lockkit_next is the slot to open next, or empty.
__lockkit_leave_to() {
  local __lockkit_clock='' __lockkit_left=9000000000 __lockkit_result=0
  if [[ $__lockkit_limit ]]; then
    __lockkit_now
    __lockkit_start=${__lockkit_start:-$__lockkit_clock}
    __lockkit_left=$((__lockkit_limit - __lockkit_clock + __lockkit_start))
    __lockkit_decimal "$((__lockkit_left > 0 ? __lockkit_left : 0))"
  fi
  if [[ $__lockkit_gate ]]; then
    __lockkit_next=$(__lockkit_ask 0,3 <&"$__lockkit_gate" 3<&"$1") || __lockkit_result=$?
  else
    __lockkit_next=$(__lockkit_ask 0 <&"$1") || __lockkit_result=$?
  fi
  case $__lockkit_result in
    126 | 127)
      __lockkit_say "cannot run $__lockkit_runner, which locked before"
      __lockkit_runner='' __lockkit_result=69
      ;;
  esac
  return "$__lockkit_result"
}

# Usage: __lockkit_ask DESCRIPTORS
# In a subshell, which lockkit takes the place of: so it is a child of who asks, and ends with it.
__lockkit_ask() {
  set -- run "-${__lockkit_shared:-x}$__lockkit_nonblock$__lockkit_verbose$__lockkit_quiet" -E 75 -w "$__lockkit_left" \
    --through "$1" "${__lockkit_slots:--${__lockkit_shared:-x}}" "${__lockkit_fcntl:--${__lockkit_shared:-x}}" --
  if [[ $__lockkit_path ]]; then
    set -- "$@" "$__lockkit_shown"
  else
    set -- "$@" /dev/fd/0 "$__lockkit_shown"
  fi
  if [[ ${LOCKKIT_DIR-} ]]; then
    export LOCKKIT_DIR
  fi
  \builtin exec "$__lockkit_runner" "$@"
}

# Usage: __lockkit_busy FD — ends the wait: says who holds it, gives 75.
__lockkit_busy() {
  local __lockkit_waited=''
  if [[ -z $__lockkit_quiet ]]; then
    if [[ $__lockkit_limit && -z $__lockkit_nonblock && $__lockkit_limit != 0 ]]; then
      __lockkit_decimal "$__lockkit_limit"
      __lockkit_waited=" still busy after $__lockkit_left s"
    fi
    __lockkit_say "$__lockkit_shown is${__lockkit_waited:- busy}$(__lockkit_describe "$1")"
  fi
  return 75
}

# Usage: __lockkit_look FD
# What a waiter does between two slices: tell what it was asked to tell, and
# return 70 when waiting would never end.
__lockkit_look() {
  local __lockkit_pid='' __lockkit_family='' __lockkit_ancestor=''
  if [[ -z $__lockkit_start ]]; then
    __lockkit_start=${__lockkit_clock:-0}
    if [[ $__lockkit_verbose && -z $__lockkit_quiet ]]; then
      __lockkit_say "waiting for $__lockkit_shown$(__lockkit_describe "$1")"
      return 0
    fi
  fi
  __lockkit_looks=$((__lockkit_looks + 1))
  if __lockkit_self; then
    __lockkit_family=$(__lockkit_kin "$1") || __lockkit_result=$?
    if ((__lockkit_result > 128)); then # a signal that also we got
      return "$__lockkit_result"
    fi
  fi
  __lockkit_ancestor=${__lockkit_family% *}
  if [[ $__lockkit_family == *' stuck' && -z $__lockkit_limit ]]; then
    if [[ $__lockkit_ancestor == "$__lockkit_pid" ]]; then
      __lockkit_say "waiting for $__lockkit_shown would never end: this shell holds it"
    else
      __lockkit_say "waiting for $__lockkit_shown would never end: pid $__lockkit_ancestor holds it and waits for us"
    fi
    return 70
  fi
  if ((__lockkit_looks < 2)) || [[ $__lockkit_quiet ]]; then
    return 0
  fi
  if [[ ($__lockkit_ancestor && -z $__lockkit_told) || ($__lockkit_verbose && $((__lockkit_looks % 12)) == 0) ]]; then
    __lockkit_told=told
    __lockkit_say "waiting for $__lockkit_shown$(__lockkit_describe "$1")"
  fi
}

# Usage: __lockkit_release FD
# Unlocks an open file description, whoever else shares it.
__lockkit_release() {
  local __lockkit_result=0
  if [[ ${__lockkit_kinds[$1]-} == --fcntl ]]; then
    __lockkit_has_runner unlock || return 69
    "$__lockkit_runner" flock --fcntl -u 0 <&"$1" 2>/dev/null || __lockkit_result=$?
  else
    __lockkit_choose || return 69
    "__lockkit_${__lockkit_engine}_unlock" "$1" 2>/dev/null || __lockkit_result=$?
  fi
  if ((__lockkit_result)) && [[ -e /dev/fd/$1 ]]; then
    __lockkit_say "cannot free the lock on descriptor $1"
    return 71
  fi
}

# Usage: __lockkit_give_up FD
# What unlock does: removes the file where it was asked to and may, frees the lock,
# closes what lock_fd opened.
__lockkit_give_up() {
  local __lockkit_status=0
  __lockkit_choose || return 69
  if [[ $__lockkit_remove ]] && __lockkit_try "$1" 0 && [[ $__lockkit_path -ef /dev/fd/$1 ]]; then
    if ! command -p rm -f -- "$__lockkit_path" 2>/dev/null; then
      __lockkit_cannot remove "$__lockkit_path" "$(command -p rm -f -- "$__lockkit_path" 2>&1)"
      __lockkit_status=71
    fi
  fi
  __lockkit_release "$1" || __lockkit_status=71
  if [[ $__lockkit_path ]]; then
    unset "__lockkit_opened[$1]" "__lockkit_kinds[$1]"
    __lockkit_exec "$1<&-"
  fi
  return "$__lockkit_status"
}
