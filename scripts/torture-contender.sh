# shellcheck shell=sh
# Usage: SHELL torture-contender.sh FUNCTIONS DIR SLOT LABEL MODE
#
# One of the contenders of scripts/torture, in the shell that is tortured: as
# long as DIR/go is there it enters sections under the lock DIR/lock, again and again.
# A section writes "+ ID" to DIR/log, adds one to DIR/counter, and writes
# "- ID NUMBER LABEL". Lines of one section that have a line of another between
# them are an overlap; a number that comes twice is a lost update.
# shellcheck disable=SC2154 # the functions come from FUNCTIONS
self=$0 library=$1 dir=$2 slot=$3 label=$4 mode=$5

# add ID — the section itself, in the current shell: mv is its only child
add() {
  printf '+ %s\n' "$1" >>"$dir/log"
  read -r number <"$dir/counter"
  printf '%s\n' $((number + 1)) >"$dir/counter.$1"
  mv -f "$dir/counter.$1" "$dir/counter"
  printf -- '- %s %s %s\n' "$1" $((number + 1)) "$label" >>"$dir/log"
}

# add_apart ID — the same in a program, which goes on when its shell is killed
add_apart() { sh "$self" "$library" "$dir" "$slot" "$label" "=$1"; }

case $mode in
  '='*)
    add "${mode#=}"
    exit
    ;;
esac

# shellcheck source=/dev/null
. "$library"

turn=0
while [ -e "$dir/go" ]; do
  turn=$((turn + 1))
  id=$slot.$$.$turn
  case $mode.$((turn % 4)) in
    descriptor.*) lock_fd 9 "$dir/lock" && {
      add "$id"
      unlock 9
    } ;;
    *.0) with_lock -q -w 0.05 "$dir/lock" add "$id" ;;
    *.1) with_lock -qn "$dir/lock" add_apart "$id" ;;
    *.2) with_lock "$dir/lock" add_apart "$id" ;;
    *) with_lock "$dir/lock" add "$id" ;;
  esac
  # Busy is no news, and neither is a wait that ended; a lock that fails is.
  result=$?
  case $result in
    0 | 75 | 129 | 13? | 14?) ;;
    *) printf '%s: status %s\n' "$label" "$result" >>"$dir/complaints" ;;
  esac
done
