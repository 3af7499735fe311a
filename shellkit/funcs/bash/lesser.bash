# shellcheck shell=bash disable=SC2154
#
# Engines for machines that have no better one; see engine.bash.

# A flock(1) that knows neither -w nor -E, as that of busybox: it is asked again and
# again until the time is over.
__lockkit_busybox_find() {
  __lockkit_find flock
}

__lockkit_busybox_lock() {
  local __lockkit_result __lockkit_said __lockkit_clock __lockkit_end
  __lockkit_now
  __lockkit_end=$((__lockkit_clock + $2))
  while :; do
    __lockkit_result=0
    __lockkit_said=$("$__lockkit_program" "-n$__lockkit_shared" "$1" 2>&1) || __lockkit_result=$?
    case $__lockkit_result.$__lockkit_said in
      1.) ;;
      1.*'ad file descriptor') return 65 ;;
      *)
        __lockkit_flock_status "$__lockkit_result"
        return "$?"
        ;;
    esac
    __lockkit_now
    if (($2 == 0 || __lockkit_clock >= __lockkit_end)); then
      return 75
    fi
    __lockkit_result=0
    command -p sleep 0.02 || __lockkit_result=$?
    if ((__lockkit_result > 128)); then
      return "$__lockkit_result"
    elif ((__lockkit_result)); then
      command -p sleep 1 # one that knows no fractions
    fi
  done
}

__lockkit_busybox_unlock() {
  "$__lockkit_program" -u "$1"
}

# perl.
__lockkit_perl_find() {
  __lockkit_find perl
}

__lockkit_perl_lock() {
  local __lockkit_result=0
  "$__lockkit_program" -e "$__lockkit_perl_text" "$1" "${__lockkit_shared:-x}" "$2" || __lockkit_result=$?
  __lockkit_flock_status "$__lockkit_result"
}

__lockkit_perl_unlock() {
  "$__lockkit_program" -e "$__lockkit_perl_text" "$1" u 0
}
