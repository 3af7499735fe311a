# shellcheck shell=sh
# lockkit disable=LK201,LK401,LK600 -- broken so that torture has something to catch
# What scripts/torture --failsafe puts in the place of lockkit's functions, to
# see that each count can be other than zero. BROKEN says the one fault it has.

# Usage: with_lock [-q] [-n|-w SECONDS] [-qn] LOCK COMMAND [ARG...]
with_lock() {
  while :; do
    case $1 in
      -w) shift 2 ;;
      -*) shift ;;
      *) break ;;
    esac
  done
  broken_lock=$1
  shift
  # status 99: the name leads elsewhere, so once more
  while
    {
      broken_acquire && case $BROKEN in
        # drops the lock under the children of a shell that is killed
        shadowed) "$@" 9>&- ;;
        *) "$@" ;;
      esac
    } 9>>"$broken_lock"
    [ $? -eq 99 ]
  do :; done
}

broken_acquire() {
  case $BROKEN in
    # goes on without the lock
    pretending) flock -w 0.01 9 || return 0 ;;
    *) flock 9 ;;
  esac
  # shellcheck disable=SC3013 # every shell here has -ef
  # does not look whether the name still leads to what was locked
  [ "$BROKEN" = unchecked ] || [ /dev/fd/9 -ef "$broken_lock" ] || return 99
  # lets something inherit the lock that outlives the command
  if [ "$BROKEN" = leaking ]; then sleep 30 & fi
}
