# shellcheck shell=sh disable=SC2030,SC2031,SC2034,SC2154,SC3013
#
# Who holds a lock. Nothing here runs unless somebody waits or is told.

# Usage: __lockkit_describe FD
# Prints `: pid PID (NAME) since TIME` as far as the kernel bears it out. Where
# several processes keep the lock alive, the one that the others descend from.
# Runs in a subshell.
__lockkit_describe() {
  __lockkit_slow
  __lockkit_pids=" $(__lockkit_holders "$1" /proc/[0-9]*/fdinfo/[0-9]*) "
  if [ -n "$__lockkit_named" ] &&
    read -r __lockkit_pid __lockkit_since __lockkit_name <"$__lockkit_path" &&
    __lockkit_is_number "$__lockkit_pid" && __lockkit_among; then
    case $__lockkit_since in
      '' | *[!0123456789]*) ;;
      *)
        __lockkit_since=$(__lockkit_date "$__lockkit_since")
        if __lockkit_shorten "$__lockkit_name"; then
          command -p printf ': pid %s (%s) since %s' "$__lockkit_pid" "$__lockkit_name" "$__lockkit_since"
        else
          command -p printf ': pid %s since %s' "$__lockkit_pid" "$__lockkit_since"
        fi
        return "$?"
        ;;
    esac
  fi
  __lockkit_rest=$__lockkit_pids
  while __lockkit_next; do
    __lockkit_pid=$__lockkit_parent
    __lockkit_stat "$__lockkit_pid"
    case $__lockkit_pids in
      *" $__lockkit_parent "*) continue ;;
    esac
    __lockkit_name=''
    read -r __lockkit_name <"/proc/$__lockkit_pid/comm"
    command -p printf ': pid %s' "$__lockkit_pid"
    if [ -n "$__lockkit_name" ]; then
      command -p printf ' (%s)' "$__lockkit_name"
    fi
    break
  done
} 2>/dev/null

# Usage: __lockkit_among: whether __lockkit_pid is one of __lockkit_pids
__lockkit_among() {
  case $__lockkit_pids in
    *" $__lockkit_pid "*) ;;
    *) return 1 ;;
  esac
}

# Usage: __lockkit_next: moves the first word of __lockkit_rest to __lockkit_parent
__lockkit_next() {
  __lockkit_rest=${__lockkit_rest# }
  __lockkit_parent=${__lockkit_rest%% *}
  __lockkit_rest=${__lockkit_rest#"$__lockkit_parent"}
  [ -n "$__lockkit_parent" ]
}

# Usage: __lockkit_shorten NAME: sets __lockkit_name to 64 characters; 1 for none
__lockkit_shorten() {
  __lockkit_name=${1#????????????????????????????????????????????????????????????????}
  case $__lockkit_name in
    "$1") ;;
    *) __lockkit_name=${1%"$__lockkit_name"} ;;
  esac
  [ -n "$__lockkit_name" ]
}

# Usage: __lockkit_kin FD
# Prints `PID stuck` when PID, which is this shell ($__lockkit_pid) or an
# ancestor, holds the lock and every process from it down to this shell does
# nothing but wait for the next; `PID free` when one of them does something else.
# Runs in a subshell.
__lockkit_kin() {
  __lockkit_slow
  __lockkit_child='' __lockkit_found='' __lockkit_stuck=stuck __lockkit_descent=''
  # Only our own line of descent is looked at: many waiters do this at once. Who waits for
  # us goes on to do so; who has a lock may let it go, and is asked for that afterwards.
  while [ "$__lockkit_pid" -gt 1 ]; do
    if [ -n "$__lockkit_child" ] && ! __lockkit_only_waits "$__lockkit_pid" "$__lockkit_child"; then
      __lockkit_stuck=free
    fi
    __lockkit_descent="$__lockkit_descent$__lockkit_pid $__lockkit_stuck "
    if [ -r "/proc/$__lockkit_pid/fdinfo" ]; then
      set -- "$@" /proc/"$__lockkit_pid"/fdinfo/[0-9]*
    fi
    __lockkit_child=$__lockkit_pid
    __lockkit_stat "$__lockkit_pid" || break
    __lockkit_pid=$__lockkit_parent
  done
  __lockkit_pids=" $(__lockkit_holders "$@") "
  while [ -n "$__lockkit_descent" ]; do
    __lockkit_pid=${__lockkit_descent%% *}
    __lockkit_descent=${__lockkit_descent#* }
    if __lockkit_among; then
      __lockkit_found="$__lockkit_pid ${__lockkit_descent%% *}"
    fi
    __lockkit_descent=${__lockkit_descent#* }
  done
  command -p printf %s "$__lockkit_found"
} 2>/dev/null

# Usage: __lockkit_holders FD FDINFO...
# Prints the processes of FDINFO that have a lock on FD's file which is in the way of ours.
# The kernel shows a lock with every descriptor that keeps it alive (proc(5)).
# Runs in a subshell.
__lockkit_holders() {
  __lockkit_told='' __lockkit_rest=/dev/fd/$1
  shift
  command -p grep -s 'lock:.*FLOCK' /dev/null "$@" | while read -r __lockkit_found; do
    __lockkit_name=${__lockkit_found%%:*}
    __lockkit_pid=${__lockkit_name#/proc/}
    __lockkit_pid=${__lockkit_pid%%/*}
    case $__lockkit_shared$__lockkit_found in
      s*WRITE* | [!s]*) ;;
      *) continue ;;
    esac
    if [ "$__lockkit_pid" != "$__lockkit_told" ] &&
      [ "/proc/$__lockkit_pid/fd/${__lockkit_name##*/}" -ef "$__lockkit_rest" ]; then
      __lockkit_told=$__lockkit_pid
      command -p printf '%s ' "$__lockkit_pid"
    fi
  done
}

# Usage: __lockkit_only_waits PID CHILD
# Whether PID has one thread, one child and no timer, and sleeps until that child
# ends: in wait, or reading its standard output. What cannot be seen counts as no, and so
# does who had another child meanwhile: its faults are counted with its parent's (proc(5)).
# Runs in a subshell.
__lockkit_only_waits() {
  __lockkit_stat "$1" && [ "$__lockkit_threads" -eq 1 ] || return "$?"
  __lockkit_rest=$__lockkit_since
  __lockkit_only_child "$1" "$2" || return "$?"
  __lockkit_name=''
  read -r __lockkit_name <"/proc/$1/timers"
  [ -r "/proc/$1/timers" ] && [ -z "$__lockkit_name" ] || return 1
  read -r __lockkit_name <"/proc/$1/wchan"
  case $__lockkit_name in
    do_wait | *sigsuspend*) ;; # yash and mksh wait for any signal, of which a child's end is one
    *pipe_read*)
      read -r __lockkit_name __lockkit_since <"/proc/$1/syscall" || return "$?"
      __lockkit_since=${__lockkit_since%% *}
      [ "/proc/$1/fd/$((__lockkit_since))" -ef "/proc/$2/fd/1" ] || return 1
      ;;
    *) return 1 ;;
  esac
  __lockkit_only_child "$1" "$2" && __lockkit_stat "$1" && [ "$__lockkit_since" = "$__lockkit_rest" ]
}

# Usage: __lockkit_only_child PID CHILD
# Runs in a subshell.
__lockkit_only_child() {
  __lockkit_name=''
  read -r __lockkit_name <"/proc/$1/task/$1/children"
  [ "${__lockkit_name% }" = "$2" ]
}

# Usage: __lockkit_stat PID: sets __lockkit_since, and of it __lockkit_parent and __lockkit_threads.
# Runs in a subshell.
__lockkit_stat() {
  __lockkit_parent=''
  read -r __lockkit_since <"/proc/$1/stat" || return "$?"
  # shellcheck disable=SC2086 # words, of which the fourth comes first here
  set -- ${__lockkit_since##*\) ? }
  __lockkit_parent=$1
  __lockkit_threads=${17}
}

# Usage: __lockkit_date SECONDS
# Prints a time of the last 24 hours, or date and time. GNU and busybox know -d,
# BSD knows -r.
__lockkit_date() {
  if [ "$(($(command -p date '+%s') - $1))" -lt 86400 ]; then
    set -- "$1" '+%H:%M:%S'
  else
    set -- "$1" '+%Y-%m-%d %H:%M:%S'
  fi
  command -p date -d "@$1" "$2" || command -p date -r "$1" "$2"
}

# Usage: __lockkit_sign
# Notes `PID SECONDS NAME` in the file of a named lock, which is held. That it
# cannot be written harms nobody: then the holder is only not named.
__lockkit_sign() {
  if [ ! -f "$__lockkit_path" ] || [ -L "$__lockkit_path" ] || ! __lockkit_self; then
    return 0
  fi
  __lockkit_script
  __lockkit_shorten "${__lockkit_name##*/}" || :
  case $__lockkit_name in
    *'
'*) __lockkit_name='?' ;;
  esac
  __lockkit_seconds || return 0
  (
    unset -f printf 2>/dev/null || :
    printf '%s %s %s\n' "$__lockkit_pid" "$__lockkit_since" "$__lockkit_name" >|"$__lockkit_path"
  ) 2>/dev/null || :
}

# Usage: __lockkit_self: sets __lockkit_pid, which $$ is not in a subshell
__lockkit_self() {
  if [ -r /proc/self/stat ]; then
    __lockkit_pid=$(__lockkit_above)
  else
    __lockkit_pid=$(exec sh -c 'echo "$PPID"')
  fi
  [ -n "$__lockkit_pid" ]
}

# Usage: __lockkit_above: prints the pid of the shell that this is a subshell of
__lockkit_above() {
  __lockkit_slow
  read -r __lockkit_name </proc/self/stat && __lockkit_stat "${__lockkit_name%% *}" && echo "$__lockkit_parent"
}

# Usage: __lockkit_seconds: sets __lockkit_since to the time of day
__lockkit_seconds() {
  __lockkit_since=$(__lockkit_tool date '+%s')
}
