# shellcheck shell=sh disable=SC2034,SC2154
#
# Engines for machines that have no better one; see engine.sh.

# A flock(1) that knows neither -w nor -E, as that of busybox: it is asked again and
# again until the time is over.
__lockkit_busybox_find() {
  __lockkit_find flock
}

__lockkit_busybox_lock() {
  set -- "$1" "$2" "${__lockkit_clock-}"
  __lockkit_result=0
  __lockkit_poll "$1" "$2" || __lockkit_result=$?
  __lockkit_clock=$3
  return "$__lockkit_result"
}

__lockkit_busybox_unlock() {
  "$__lockkit_program" -u 0 <&"$1"
}

# Usage: __lockkit_poll FD MILLISECONDS
__lockkit_poll() {
  __lockkit_now
  set -- "$1" "$2" "$((__lockkit_clock + $2))"
  while :; do
    __lockkit_result=0
    { __lockkit_left=$("$__lockkit_program" "-n$__lockkit_shared" 0 2>&1); } <&"$1" || __lockkit_result=$?
    case $__lockkit_result.$__lockkit_left in
      1.) ;;
      1.*'ad file descriptor') return 65 ;;
      *)
        __lockkit_program_status "$__lockkit_result"
        return "$?"
        ;;
    esac
    __lockkit_now
    if [ "$2" -eq 0 ] || [ "$__lockkit_clock" -ge "$3" ]; then
      return 75
    fi
    __lockkit_result=0
    __lockkit_tool sleep 0.02 || __lockkit_result=$?
    if [ "$__lockkit_result" -gt 128 ]; then
      __lockkit_program_status "$__lockkit_result"
      return "$?"
    elif [ "$__lockkit_result" -ne 0 ]; then
      __lockkit_tool sleep 1 # one that knows no fractions
    fi
  done
}

# perl.
__lockkit_perl_find() {
  __lockkit_find perl
}

__lockkit_perl_lock() {
  __lockkit_result=0
  "$__lockkit_program" -e "$__lockkit_perl_text" 0 "${__lockkit_shared:-x}" "$2" <&"$1" ||
    __lockkit_result=$?
  __lockkit_program_status "$__lockkit_result"
}

__lockkit_perl_unlock() {
  "$__lockkit_program" -e "$__lockkit_perl_text" 0 u 0 <&"$1"
}
