# shellcheck shell=bash disable=SC2154
#
# Who holds a lock. Nothing here runs unless somebody waits or is told.

# Usage: __lockkit_describe FD
# Prints `: pid PID (NAME) since TIME` as far as the kernel bears it out. Where
# several processes keep the lock alive, the one that the others descend from.
# Runs in a subshell.
__lockkit_describe() {
  __lockkit_slow
  __lockkit_pids=" $(__lockkit_holders "$1" /proc/[0-9]*/fdinfo/[0-9]*) "
  if [[ $__lockkit_named ]] &&
    read -r __lockkit_pid __lockkit_since __lockkit_name <"$__lockkit_path" &&
    __lockkit_is_number "$__lockkit_pid" && [[ $__lockkit_since && $__lockkit_since != *[!0123456789]* && $__lockkit_pids == *" $__lockkit_pid "* ]]; then
    __lockkit_since=$(__lockkit_date "$__lockkit_since" '+%Y-%m-%d %H:%M:%S')
    __lockkit_today=$(command -p date '+%s')
    __lockkit_today=$(__lockkit_date "$((__lockkit_today - 86399))" '+%Y-%m-%d %H:%M:%S')
    if [[ ! $__lockkit_since < $__lockkit_today ]]; then
      __lockkit_since=${__lockkit_since#* }
    fi
    printf ': pid %s%s since %s' "$__lockkit_pid" "${__lockkit_name:+ (${__lockkit_name:0:64})}" "$__lockkit_since"
    return "$?"
  fi
  for __lockkit_pid in $__lockkit_pids; do
    __lockkit_stat "$__lockkit_pid"
    if [[ $__lockkit_pids != *" $__lockkit_parent "* ]]; then
      __lockkit_name=''
      read -r __lockkit_name <"/proc/$__lockkit_pid/comm"
      printf ': pid %s%s' "$__lockkit_pid" "${__lockkit_name:+ ($__lockkit_name)}"
      break
    fi
  done
} 2>/dev/null

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
  while ((__lockkit_pid > 1)); do
    if [[ $__lockkit_child ]] && ! __lockkit_only_waits "$__lockkit_pid" "$__lockkit_child"; then
      __lockkit_stuck=free
    fi
    __lockkit_descent+="$__lockkit_pid $__lockkit_stuck "
    if [[ -r /proc/$__lockkit_pid/fdinfo ]]; then
      set -- "$@" /proc/"$__lockkit_pid"/fdinfo/[0-9]*
    fi
    __lockkit_child=$__lockkit_pid
    __lockkit_stat "$__lockkit_pid" || break
    __lockkit_pid=$__lockkit_parent
  done
  __lockkit_pids=" $(__lockkit_holders "$@") "
  while [[ $__lockkit_descent ]]; do
    __lockkit_pid=${__lockkit_descent%% *}
    __lockkit_descent=${__lockkit_descent#* }
    if [[ $__lockkit_pids == *" $__lockkit_pid "* ]]; then
      __lockkit_found="$__lockkit_pid ${__lockkit_descent%% *}"
    fi
    __lockkit_descent=${__lockkit_descent#* }
  done
  printf %s "$__lockkit_found"
} 2>/dev/null

# Usage: __lockkit_holders FD FDINFO...
# Prints the processes of FDINFO that have a lock on FD's file which is in the way of ours.
# The kernel shows a lock with every descriptor that keeps it alive (proc(5)).
# Runs in a subshell.
__lockkit_holders() {
  __lockkit_last=''
  command -p grep -s 'lock:.*FLOCK' /dev/null "${@:2}" | while read -r __lockkit_line; do
    __lockkit_info=${__lockkit_line%%:*}
    __lockkit_pid=${__lockkit_info#/proc/}
    __lockkit_pid=${__lockkit_pid%%/*}
    if [[ $__lockkit_shared && $__lockkit_line != *WRITE* || $__lockkit_pid == "$__lockkit_last" ]]; then
      continue
    fi
    if [[ /proc/$__lockkit_pid/fd/${__lockkit_info##*/} -ef /dev/fd/$1 ]]; then
      __lockkit_last=$__lockkit_pid
      printf '%s ' "$__lockkit_pid"
    fi
  done
}

# Usage: __lockkit_only_waits PID CHILD
# Whether PID has one thread, one child and no timer, and sleeps until that child
# ends: in wait, or reading its standard output. What cannot be seen counts as no, and so
# does who had another child meanwhile: its faults are counted with its parent's (proc(5)).
# Runs in a subshell.
__lockkit_only_waits() {
  __lockkit_stat "$1" && ((__lockkit_threads == 1)) || return "$?"
  __lockkit_before=$__lockkit_figures
  __lockkit_only_child "$1" "$2" || return "$?"
  __lockkit_text=''
  read -r __lockkit_text <"/proc/$1/timers"
  [[ -r /proc/$1/timers && -z $__lockkit_text ]] || return 1
  read -r __lockkit_text <"/proc/$1/wchan"
  case $__lockkit_text in
    do_wait | *sigsuspend*) ;; # yash and mksh wait for any signal, of which a child's end is one
    *pipe_read*)
      read -r __lockkit_at __lockkit_text <"/proc/$1/syscall" &&
        [[ /proc/$1/fd/$((${__lockkit_text%% *})) -ef /proc/$2/fd/1 ]] || return "$?"
      ;;
    *) return 1 ;;
  esac
  __lockkit_only_child "$1" "$2" && __lockkit_stat "$1" && [[ $__lockkit_figures == "$__lockkit_before" ]]
}

# Usage: __lockkit_only_child PID CHILD
# Runs in a subshell.
__lockkit_only_child() {
  __lockkit_text=''
  read -r __lockkit_text <"/proc/$1/task/$1/children"
  [[ ${__lockkit_text% } == "$2" ]]
}

# Usage: __lockkit_stat PID — sets __lockkit_figures, and of it __lockkit_parent and __lockkit_threads.
# Runs in a subshell.
__lockkit_stat() {
  __lockkit_parent=''
  read -r __lockkit_figures <"/proc/$1/stat" || return "$?"
  read -r __lockkit_skip __lockkit_parent __lockkit_skip __lockkit_skip __lockkit_skip \
    __lockkit_skip __lockkit_skip __lockkit_skip __lockkit_skip __lockkit_skip __lockkit_skip \
    __lockkit_skip __lockkit_skip __lockkit_skip __lockkit_skip __lockkit_skip __lockkit_skip \
    __lockkit_threads __lockkit_skip <<<"${__lockkit_figures##*) }"
}

# Usage: __lockkit_slow
# In a subshell: the settings that the caller may have made otherwise.
__lockkit_slow() {
  set +efu
  shopt -u nocasematch failglob
  IFS=$' \t\n'
  GLOBIGNORE=''
}

# Usage: __lockkit_date SECONDS FORMAT — GNU and busybox know -d, BSD knows -r
__lockkit_date() {
  command -p date -d "@$1" "$2" || command -p date -r "$1" "$2"
}

# Usage: __lockkit_sign
# Notes `PID SECONDS NAME` in the file of a named lock, which is held. That it
# cannot be written harms nobody: then the holder is only not named.
__lockkit_sign() {
  local __lockkit_pid='' __lockkit_seconds='' __lockkit_name="${0##*/}"
  if [[ ! -f $__lockkit_path || -L $__lockkit_path ]] || ! __lockkit_self; then
    return 0
  fi
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)); then
    printf -v __lockkit_seconds '%(%s)T' -1
  else
    __lockkit_seconds=$(command -p date '+%s')
  fi
  __lockkit_name=${__lockkit_name//$'\n'/?}
  { printf '%s %s %s\n' "$__lockkit_pid" "$__lockkit_seconds" "${__lockkit_name:0:64}" >|"$__lockkit_path"; } 2>/dev/null || :
}

# Usage: __lockkit_self — sets __lockkit_pid, which $$ is not in a subshell
__lockkit_self() {
  __lockkit_pid=${BASHPID-}
  if [[ -z $__lockkit_pid && -r /proc/self/stat ]]; then
    read -r __lockkit_pid </proc/self/stat
    __lockkit_pid=${__lockkit_pid%% *}
  fi
  [[ $__lockkit_pid ]]
}
