# shellcheck shell=sh disable=SC2154
# lockkit disable=LK201,LK205,LK206,LK304,LK503 -- a table of calls that are made wrongly too: what each comes to is compared
#
# One column of the table of bats/contexts.bats: every option of with_lock, lock_fd
# and unlock, in the context in which this is sourced. ./held is locked by another
# process, ./free by nobody. What is wrong is printed, and $cells counts.

cells=0 quiet=-q

# Usage: job FILE: notes an x where FILE is locked, and else an o
job() {
  if flock -n 5 5<"$1"; then echo o >>ran; else echo x >>ran; fi
  return 3
}

# Usage: cell WHAT GOT WANTED RUNS: how often COMMAND has run since the last cell
cell() {
  cells=$((cells + 1)) runs=''
  while read -r x; do runs=$runs$x; done <ran
  : >|ran
  if [ -n "$apart" ] && [ "$3" != 0 ]; then
    set -- "$1" "$2" "${flat:-$3}" "$4"
  fi
  [ "$2.$runs" = "$3.$4" ] || echo "$1: status $2 instead of $3, COMMAND ran '$runs' instead of '$4'"
}

# Usage: is_free FILE, is_held FILE MODE
is_free() {
  flock -n 5 5<"$1" || echo "$2: $1 is locked"
}
is_held() {
  if flock -n 5 5<"$1"; then echo "$2: $1 is free"; fi
}

# Usage: with BUSY [OPTION...]: with_lock, called as $form says
with() {
  busy=$1
  shift
  call with_lock $quiet "$@" ./held job held
  cell "with_lock $* held" "$got" "$busy" ''
  call with_lock $quiet "$@" ./free job free
  cell "with_lock $* free" "$got" 3 x
  is_free free "with_lock $*"
}

# Usage: loud BUSY [OPTION...]: as with, but not with -q
loud() {
  quiet=''
  with "$@" 2>/dev/null
  quiet=-q
}

# Usage: fd BUSY [OPTION...]: lock_fd and unlock
fd() {
  busy=$1
  shift
  call lock_fd -q "$@" 4 ./held
  cell "lock_fd $* held" "$got" "$busy" ''
  if [ -e /dev/fd/4 ]; then echo "lock_fd $*: left open"; fi
  case $busy in
    64) return 0 ;;
  esac
  call lock_fd -q "$@" 4 ./free
  cell "lock_fd $* free" "$got" 0 ''
  is_held free "lock_fd $*"
  call unlock 4
  cell "unlock after lock_fd $*" "$got" 0 ''
  is_free free "unlock after lock_fd $*"
}

# Usage: call COMMAND [ARG...]: sets $got
call() {
  apart=''
  case $form.$* in
    if.*) if "$@"; then got=0; else got=$?; fi ;;
    list.*) "$@" && got=0 || got=$? ;;
    not.*)
      ! "$@"
      got=$((1 - $?)) apart=1
      ;;
    subshell.with_lock*)
      (
        "$@"
      )
      got=$?
      ;;
    pipeline.with_lock*)
      {
        "$@"
        echo "$?" >|status
      } | cat
      read -r got <status
      ;;
    substitution.with_lock*)
      x=$("$@")
      got=$?
      ;;
    errexit.with_lock* | errexit.*./held*) # no condition, for in one -e does not hold
      (
        set -e
        "$@" # on the way out bash 5.2 can complain about itself
      ) 2>/dev/null &
      wait "$!"
      got=$? apart=1
      ;;
    errexit.lock_fd*)
      set -e
      "$@"
      got=$?
      set +e
      ;;
    *)
      "$@"
      got=$?
      ;;
  esac
}

# Usage: column [FORM]
column() {
  form=${1-plain} flat=''
  : >|ran
  if [ "$form" = errexit ]; then # bash 4.2 makes 1 of what ends such a subshell
    call job ./held
    [ "$got" = 3 ] || flat=$got
    : >|ran
  elif [ "$form" = not ]; then
    flat=1
  fi
  with 75 -n
  with 0 -n -E 0
  with 9 -n -E 9
  with 75 -w 0.05
  with 0 -w .05 -E 0
  with 75 -s -n
  with 75 -n -o
  with 75 -n -k
  loud 75 -n -v
  call with_lock ./free job free
  cell 'with_lock free' "$got" 3 x
  case $form in
    subshell | pipeline | substitution) return 0 ;; # what lock_fd takes there would end there
  esac
  fd 75 -n
  fd 64 -n -E 0 2>/dev/null
  fd 9 -n -E 9
  fd 75 -w 0.05
  fd 64 -w .05 -E 0 2>/dev/null
  fd 75 -s -n
  call unlock 4 2>/dev/null
  cell 'unlock of what is closed' "$got" 65 ''
}
