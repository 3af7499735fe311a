# lockkit prove as a CI step and a reader meet it: real files, real shells, real exit
# codes, and nothing left behind.

# shellcheck disable=SC2016 # what is in single quotes is written into scripts
bats_require_minimum_version 1.5.0

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  LOCKKIT=$(realpath -e "${LOCKKIT-$BATS_TEST_DIRNAME/../build/lockkit}") || return
  LOCK=$BATS_TEST_TMPDIR/job.lock
  job 'rm "$LOCK"' >unlink.sh
  job ':' >stays.sh
}

# Usage: job LAST: a job with a lock file, whose last command is LAST.
job() {
  printf '%s\n' '#!/bin/bash' "LOCK=$LOCK" 'exec 9<>"$LOCK"' 'flock -n 9 || exit 1' 'touch ran' 'exec 9>&-' "$1"
}

@test 'prove: what holds gives 0, what does not 1, what is not understood 2' {
  run -0 "$LOCKKIT" prove stays.sh
  [[ ${lines[0]} == 'stays.sh: holds' && ${lines[1]} == "lock: $LOCK, lines 3, 4: exclusion, stale, leak, deadlock, entry hold" ]]
  [[ ${lines[2]} == 'bounds: 3 runs at any time, kill -9 anywhere, '* ]]
  run -1 "$LOCKKIT" prove unlink.sh
  [[ ${lines[0]} == "unlink.sh: violated: exclusion of $LOCK: two runs are inside at once" ]]
  printf '#!/bin/bash\neval "$1"\nflock -n 9 9>>job.lock || exit 1\n' >unknown.sh
  run -2 "$LOCKKIT" prove unknown.sh
  [[ $output == *'not understood: unknown.sh:2:1: eval of a text that is not known'* ]]
}

@test 'prove: no lock is no promise: an exit code of its own' {
  printf '#!/bin/sh\nmkdir -p out && touch out/log\n' >plain.sh
  run -5 "$LOCKKIT" prove plain.sh
  [[ $output == 'plain.sh: nothing to prove: no lock was found' ]]
  run -1 "$LOCKKIT" prove plain.sh stays.sh unlink.sh
}

@test 'prove: json says who does what, step by step' {
  run -1 "$LOCKKIT" prove --format json unlink.sh
  jq -e '.verdict == "violated" and .property == "exclusion" and .processes == 3 and .unknowns == [] and .replay == "not run"
    and ([.trace[].process] | unique == [1, 2, 3]) and ([.trace[].step] == [range(1; 9)])
    and (.trace[5].effect | contains("(deleted)"))' <<<"$output"
}

@test 'prove: a replay runs nothing of the script, and leaves nothing behind' {
  mkdir tmp
  TMPDIR=$PWD/tmp run -1 "$LOCKKIT" prove --replay unlink.sh
  [[ $output == *'replayed on the very script: confirmed: at work at once are B'*' and C'* || $output == *'not run: cannot be rehearsed'* ]]
  [ ! -e ran ]
  [ ! -e "$LOCK" ]
  [ -z "$(ls tmp)" ]
  run -1 pgrep -f "$PWD/tmp"
}

@test 'prove: a replay is done by every shell that is there' {
  local shell
  for shell in bash dash zsh mksh ksh93 yash; do
    command -v "$shell" >/dev/null || continue
    # ksh93 and mksh hand a descriptor above 2 on only where that is said
    { echo "#!/usr/bin/env ${shell/ksh93/ksh}" && tail -n +2 unlink.sh | sed 's/flock -n 9/& 9<\&9/'; } >"$shell.sh"
    run -1 "$LOCKKIT" prove --replay "$shell.sh"
    [[ $output == *'replayed on the very script: confirmed: '* || $output == *'not run: cannot be rehearsed'* ]] || {
      echo "$shell: $output"
      return 1
    }
  done
}

@test 'prove: the page is one file' {
  run -1 "$LOCKKIT" prove --format html unlink.sh
  [[ ${lines[0]} == '<!doctype html>' && $output == *'"Verdict":"violated"'* ]]
  [[ $output != *src=* && $output != *href=* && $output != *@import* ]]
}
