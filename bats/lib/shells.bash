# shellcheck shell=bash
#
# What the tests of the shell functions share: which shells there are, and
# running one script in each of them, on each engine.
#
# A script is plain sh, begins with the functions sourced, runs in an empty
# directory of its own with LOCKKIT_DIR=locks below it, and everything it prints
# is compared. It finds bats/lib/bin and bats/flock_helpers on PATH.

# Usage: shells DIALECT... — prints the shells to be had, one a line: bash sh zsh
# ONLY, a list of names, leaves the others out.
shells() {
  local name
  while read -r name; do
    if [[ -z ${ONLY-} || " $ONLY " == *" $name "* ]]; then echo "$name"; fi
  done < <(every_shell "$@")
}

# Usage: every_shell DIALECT...
every_shell() {
  local dialect name
  for dialect; do
    case $dialect in
      bash) compgen -c bash | grep -xE 'bash(-[0-9.]+)?' | sort -u ;;
      zsh) compgen -c zsh | grep -xE 'zsh(-[0-9.]+)?' | sort -u ;;
      sh)
        for name in dash mksh ksh93 yash; do
          if command -v "$name" >/dev/null; then echo "$name"; fi
        done
        if busybox ash -c : 2>/dev/null; then echo busybox; fi
        ;;
    esac
  done
}

# Usage: dialect SHELL
dialect() {
  case $1 in
    bash*) echo bash ;;
    zsh*) echo zsh ;;
    *) echo sh ;;
  esac
}

# Usage: emit — writes the functions for the dialects of $DIALECTS (all) below BATS_FILE_TMPDIR
emit() {
  local dialect
  LOCKKIT=$(realpath -e "${LOCKKIT-$BATS_TEST_DIRNAME/../build/lockkit}") || return
  export LOCKKIT
  for dialect in ${DIALECTS-bash sh zsh}; do
    "$LOCKKIT" init "$dialect" >"$BATS_FILE_TMPDIR/$dialect" || return
    "$LOCKKIT" init "$dialect" --standalone >"$BATS_FILE_TMPDIR/$dialect-standalone" || return
  done
  mkdir -p "$BATS_FILE_TMPDIR/bin"
  ln -s "$LOCKKIT" "$BATS_FILE_TMPDIR/bin/lockkit"
  export PATH=$BATS_FILE_TMPDIR/bin:$BATS_TEST_DIRNAME/lib/bin:$BATS_TEST_DIRNAME/flock_helpers:$PATH
}

# Usage: run_in SHELL ENGINE FILE — runs the script FILE as described above
run_in() {
  local shell=$1 engine=$2 file=$3 functions
  functions=$BATS_FILE_TMPDIR/$(dialect "$shell")
  case $engine in
    busybox | lockf | perl) functions+=-standalone ;;
  esac
  {
    printf '. %q\n' "$functions"
    cat "$file"
  } >script
  case $shell in
    busybox) set -- busybox ash ;;
    *) set -- "$shell" ;;
  esac
  # Old bashes complain of functions that a new one has put into the environment.
  export -fn bats_readlinkf 2>/dev/null || :
  FUNCTIONS=$functions THIS_SHELL=$* LOCKKIT_DIR=$PWD/locks LOCKKIT_ENGINE=$engine \
    timeout -k 1 "${PATIENCE-600}" "$@" script "$PWD" 3>&- </dev/null 2>&1
}

# Usage: want=OUTPUT everywhere [DIALECT...] <<'EOF'
# Runs a script in every shell of the dialects (all), on every engine of
# $ENGINES (flock lockkit), $JOBS (8) at a time, and fails if one prints something
# else than $want.
everywhere() {
  local shell engine file=$BATS_TEST_TMPDIR/text cell got failed=0 cells=() pids=() debug
  debug=$(trap -p DEBUG)
  trap - DEBUG # with that of bats each command takes ten times as long
  cat >"$file"
  while read -r shell; do
    for engine in ${ENGINES-flock lockkit}; do
      cells+=("$shell-$engine")
      # by number, for bats has a child of its own beside the test
      if ((${#pids[@]} >= ${JOBS-8})); then wait "${pids[${#pids[@]} - ${JOBS-8}]}" || :; fi
      cell=$BATS_TEST_TMPDIR/$shell-$engine
      mkdir -p "$cell"
      (cd "$cell" && run_in "$shell" "$engine" "$file") >"$cell.out" 3>&- &
      pids+=("$!")
    done
  done < <(if (($#)); then shells "$@"; else shells bash sh zsh; fi)
  wait "${pids[@]}" || :
  for cell in ${cells[@]+"${cells[@]}"}; do
    got=$(<"$BATS_TEST_TMPDIR/$cell.out")
    got=${got//"$BATS_TEST_TMPDIR/$cell"/.}
    # shellcheck disable=SC2154 # want is the caller's
    if [[ $got != "$want" ]]; then
      failed=$((failed + 1))
      if ((failed == 1)); then
        printf '%s\n' "--- $cell" "$got" '--- wanted' "$want"
      else
        echo "--- also $cell"
      fi
    fi
  done
  [[ -z ${MATRIX-} ]] || echo "$BATS_TEST_DESCRIPTION: ${#cells[@]} cells, failed: $failed" >>"$MATRIX"
  eval "$debug"
  ((${#cells[@]} > 0 && !failed))
}
