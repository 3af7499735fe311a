# shellcheck shell=bash
#
# Assertions about locks, for bats: `bats_load_library lockkit` in a test's setup.
#
#     assert_locked LOCK                    somebody holds it
#     assert_unlocked LOCK                  nobody does
#     assert_excludes LOCK COMMAND [ARG...] COMMAND stays out while another has LOCK, and
#                                           works once it is free
#     assert_lint_clean [OPTION...] FILE... lockkit lint has nothing to say
#     assert_proved [OPTION...] FILE...     lockkit prove says that every promise holds
#     assert_rehearsed [OPTION...] SCRIPT [-- ARG...]
#                                           no run of SCRIPT against itself broke a promise
#
# LOCK is a name or a path, as for with_lock. LOCKKIT is the lockkit that answers, else the
# one on PATH. What cannot be told is never taken for a yes: the assertion fails, and says
# why. Works in every bash that bats works in.

# Usage: _lockkit_bats_say LINE [FILE] — says why an assertion fails, with what a command wrote.
_lockkit_bats_say() {
  {
    printf -- '-- %s --\n' "$1"
    if [[ -s ${2-} ]]; then cat "$2"; fi
    printf -- '--\n'
  } >&2
}

# Usage: _lockkit_bats_expect WHAT COMMAND [ARG...] — COMMAND of lockkit ends with 0; else WHAT
# is said, and what it wrote.
_lockkit_bats_expect() {
  local what=$1 said status=0
  shift
  said=$(mktemp) || return
  "${LOCKKIT:-lockkit}" "$@" >"$said" 2>&1 || status=$?
  if ((status)); then _lockkit_bats_say "$what (status $status)" "$said"; fi
  rm -f "$said"
  ((status == 0))
}

# Usage: assert_locked LOCK
assert_locked() { _lockkit_bats_expect "$1 is not locked, or that cannot be told" who "$1"; }

# Usage: assert_unlocked LOCK
assert_unlocked() {
  local said status=0
  said=$(mktemp) || return
  "${LOCKKIT:-lockkit}" who "$1" >"$said" 2>&1 || status=$?
  case $status in
    1) ;; # nobody holds it
    0) _lockkit_bats_say "$1 is locked" "$said" ;;
    *) _lockkit_bats_say "it cannot be told whether $1 is locked (status $status)" "$said" ;;
  esac
  rm -f "$said"
  ((status == 1))
}

# Usage: assert_lint_clean [OPTION...] FILE...
assert_lint_clean() { _lockkit_bats_expect 'lint is not content' lint "$@"; }

# Usage: assert_proved [OPTION...] FILE...
assert_proved() { _lockkit_bats_expect 'not proved' prove "$@"; }

# Usage: assert_rehearsed [OPTION...] SCRIPT [-- ARG...]
assert_rehearsed() { _lockkit_bats_expect 'a rehearsal does not go well' rehearse "$@"; }

# Usage: assert_excludes LOCK COMMAND [ARG...]
# While LOCK is held COMMAND has to wait for it, or to end with another status than 0; once
# it is free COMMAND has to end with 0, so that one that always fails shows nothing.
#
# The holder holds LOCK until its standard input ends: with the trial, however that ends.
assert_excludes() {
  local lock=$1 dir outcome
  shift
  dir=$(mktemp -d) && mkfifo "$dir/news" || return
  _lockkit_bats_try "$@" 3>&- |
    {
      "${LOCKKIT:-lockkit}" run -n "$lock" -- sh -c 'echo held; cat' 2>"$dir/holder" && end=free || end=refused
      trap '' PIPE # who has waited may have gone, and asks no more
      echo "$end" 2>/dev/null || :
    } >"$dir/news" 3>&-
  outcome=$(cat "$dir/outcome")
  case $outcome in
    excluded) ;;
    refused) _lockkit_bats_say "$lock cannot be taken for the trial" "$dir/holder" ;;
    *) _lockkit_bats_say "$outcome" "$dir/said" ;;
  esac
  rm -rf "$dir"
  [[ $outcome == excluded ]]
}

# Usage: _lockkit_bats_try COMMAND [ARG...] — the trial of assert_excludes, whose lock and dir
# it uses: writes what has come out to dir/outcome. The holder waits for the end of its
# standard output.
_lockkit_bats_try() {
  local news run waits='' status=0
  {
    read -r news
    if [[ $news != held ]]; then
      echo refused >"$dir/outcome"
      return
    fi
    "$@" >"$dir/said" 2>&1 </dev/null &
    run=$!
    # It ends, or the kernel has it as a waiter: one of both comes.
    while kill -0 "$run" 2>/dev/null; do
      if "${LOCKKIT:-lockkit}" who --format json "$lock" 2>/dev/null | grep -q '"waiters": \[$'; then
        waits=yes
        exec >&-
        break
      fi
    done
    wait "$run" || status=$?
    if [[ $waits ]]; then
      _lockkit_bats_judge "$status" "it waited for $lock, and then failed (status $status): $*"
    elif ((status == 0)); then
      echo "it works while another holds $lock: $*" >"$dir/outcome"
    else
      exec >&-
      read -r news
      status=0
      "$@" >"$dir/said" 2>&1 </dev/null || status=$?
      _lockkit_bats_judge "$status" "it fails also when $lock is free, so nothing is shown: $*"
    fi
  } <"$dir/news"
}

# Usage: _lockkit_bats_judge STATUS OTHERWISE
_lockkit_bats_judge() {
  if (($1)); then echo "$2"; else echo excluded; fi >"$dir/outcome"
}
