# `lockkit flock` against flock(1) of util-linux, side by side: flock_table.txt has
# the cases and says how they are compared. A case that waits is seen in
# /proc/locks before it goes on; nothing sleeps.
# lockkit disable=LK201,LK301,LK302,LK600 -- each row of the table is a script of its own

bats_require_minimum_version 1.5.0

setup_file() {
  export LOCKKIT=${LOCKKIT-$BATS_TEST_DIRNAME/../build/lockkit}
  case $(flock --version 2>/dev/null) in
    *util-linux*) ;;
    *) skip 'no flock(1) of util-linux to compare with' ;;
  esac
  LOCKKIT=$(realpath -e "$LOCKKIT") || return
  mkdir "$BATS_FILE_TMPDIR/theirs" "$BATS_FILE_TMPDIR/ours"
  wrap "$BATS_FILE_TMPDIR/theirs/flock" "$(command -v flock)"
  wrap "$BATS_FILE_TMPDIR/ours/flock" "$LOCKKIT" flock
}

# wrap FILE WORD... — makes FILE a program that runs WORD... with its arguments
wrap() {
  printf '#!/bin/sh\nexec%s "$@"\n' "$(shift && printf " '%s'" "$@")" >"$1"
  chmod +x "$1"
}

# perform WHOSE SCRIPT — what SCRIPT does with WHOSE flock goes to the file WHOSE
perform() {
  local dir=$BATS_TEST_TMPDIR/work fd close='' status=0
  rm -rf "$dir"
  mkdir "$dir" "$dir/D"
  : >"$dir/F"
  for fd in {3..9}; do
    close+="exec $fd>&-;"
  done
  (
    cd "$dir" || exit
    eval "$close"
    PATH=$BATS_TEST_DIRNAME/flock_helpers:$PATH FLOCK=$BATS_FILE_TMPDIR/$1/flock \
      exec timeout --foreground "${PATIENCE-600}" bash -c "$2" case
  ) </dev/null >"$1" 2>"$1.err" || status=$?
  {
    echo "status $status"
    PATH=$BATS_TEST_DIRNAME/flock_helpers:$PATH state "$dir/F"
    echo "complaints $(grep -Ec '^(lockkit: |\S*/)?flock: ' "$1.err")"
  } >>"$1"
}

# rows GROUP — its lines, without what is around them
rows() {
  awk -v group="== $1" '/^==/ { in_it = $0 == group } in_it && / :: /' "$BATS_TEST_DIRNAME/flock_table.txt"
}

trimmed() {
  local text=$1
  text=${text#"${text%%[! ]*}"}
  printf '%s' "${text%"${text##*[! ]}"}"
}

# same GROUP — fails with the rows in which the two differ
same() {
  local row label script ran=0 wrong=0 debug
  debug=$(trap -p DEBUG)
  trap - DEBUG # with that of bats each command takes ten times as long
  while IFS= read -r row; do
    label=$(trimmed "${row%% :: *}")
    script=${row#* :: }
    perform theirs "$script"
    perform ours "$script"
    ran=$((ran + 1))
    if ! cmp -s theirs ours || grep -qE 'panic|goroutine' ours.err; then
      wrong=$((wrong + 1))
      echo "# $label: $script"
      diff theirs ours || :
      sed 's/^/stderr: /' ours.err
    fi
  done < <(rows "$1")
  echo "$ran cases, $wrong differ"
  eval "$debug"
  ((ran > 0 && wrong == 0))
}

setup() { cd "$BATS_TEST_TMPDIR" || return; }

@test '4: flock takes the options of flock(1), abbreviated and bundled' { same options; }
@test '4: flock reads numbers as flock(1) does' { same numbers; }
@test '4, 3.8: flock locks descriptors as flock(1) does' { same descriptors; }
@test '4, 3.8: flock locks files as flock(1) does' { same files; }
@test '4: flock runs commands as flock(1) does' { same commands; }
@test '4: flock meets signals as flock(1) does' { same signals; }
@test '4: flock --verbose says what flock(1) says' { same verbose; }

@test '2.1, 2.2, 4: flock differs from flock(1) where it is meant to' {
  local row label script want ran=0 wrong=0
  while IFS= read -r row; do
    label=$(trimmed "${row%% :: *}") row=${row#* :: }
    want=$(trimmed "${row%% :: *}")
    script=${row#* :: }
    perform ours "$script"
    ran=$((ran + 1))
    if [ "$(head -n -3 ours | paste -sd /)" != "$want" ] || ! grep -q 'F free' ours; then
      wrong=$((wrong + 1))
      echo "# $label: $script"
      echo "want $want"
      cat ours ours.err
    fi
  done < <(rows ours)
  echo "$ran cases, $wrong wrong"
  ((ran > 0 && wrong == 0))
}

@test '2.2: flock(1) itself lets two in where the file was replaced' {
  # Otherwise the rows on 2.2 above could not fail.
  # shellcheck disable=SC2016
  perform theirs 'exec 9>F; flock 9; "$FLOCK" F sh -c "state F" & waiter F; rm F; : >F; flock -u 9; wait $!'
  [ "$(head -n 1 theirs)" = 'F free' ]
}

@test '4: flock starts before the heavy packages are initialised' {
  GODEBUG=inittrace=1 "$LOCKKIT" flock F true 2>trace
  grep -q '^init os ' trace
  run ! grep -E '^init (github.com/spf13|mvdan.cc|.*/shellkit/(cli|doctor|extract|rules|source)) ' trace
  # Else the line above could not fail.
  GODEBUG=inittrace=1 "$LOCKKIT" --version 2>&1 | grep -q '^init mvdan.cc'
}
