# lockkit lint as a CI step and an editor meet it: real files, real exit codes.

bats_require_minimum_version 1.5.0

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  LOCKKIT=$(realpath -e "${LOCKKIT-$BATS_TEST_DIRNAME/../build/lockkit}") || return
  printf '%s\n' '#!/bin/sh' 'if [ -e /run/job.lock ]; then exit 1; fi' 'touch /run/job.lock' 'work' 'rm /run/job.lock' >bad.sh
  printf '%s\n' '#!/bin/sh' '(' '  flock -n 9 || exit 1' '  work' ') 9>>/run/lock/job.lock' >good.sh
}

@test 'lint: what is sound is silent, what is not gives 1' {
  run -0 "$LOCKKIT" lint good.sh
  [ -z "$output" ]
  run -1 "$LOCKKIT" lint -f gcc good.sh bad.sh
  [[ ${lines[0]} == bad.sh:2:*': error: two runs can work at once: '*'[LK601 check-then-create]' ]]
}

@test 'lint: what reads json of ShellCheck reads json1' {
  run -1 "$LOCKKIT" lint -f json1 bad.sh
  jq -e '.comments | length > 0 and all(has("file", "line", "endLine", "column", "endColumn", "level", "code", "message"))' <<<"$output" 2>/dev/null ||
    jq -e '.comments | length > 0 and all(.file and .line and .endLine and .column and .endColumn and .level and .code and .message)' <<<"$output"
  [ "$(jq -r '.comments[0].code' <<<"$output")" = LK601 ]
}

@test 'lint: every bad file gets a line and its code, and the others are checked' {
  printf 'if then\n' >broken.sh
  printf '#!/bin/sh\nwork\0work\n' >binary
  : >empty
  head -c 52428800 /dev/zero | tr '\0' '#' >large.sh
  run "$LOCKKIT" lint -f gcc missing.sh broken.sh . bad.sh
  [ "$status" -eq 3 ]
  [[ $output == *'missing.sh: no such file'* && $output == *'broken.sh:1:'* && $output == *'bad.sh:2:'* ]]
  run "$LOCKKIT" lint missing.sh bad.sh
  [ "$status" -eq 2 ]
  run -0 "$LOCKKIT" lint empty
  run -2 "$LOCKKIT" lint large.sh
  run "$LOCKKIT" lint --no-such-option bad.sh
  [ "$status" -eq 4 ]
}

@test 'lint: a directive silences its command, and one that silences nothing is reported' {
  sed '2i # lockkit disable=LK601 -- one run by contract' bad.sh >told.sh
  run "$LOCKKIT" lint -f gcc -i LK601 told.sh
  [ "$status" -eq 0 ]
  sed '4i # lockkit disable=LK301' bad.sh >useless.sh
  run "$LOCKKIT" lint -f gcc useless.sh
  [[ $output == *'useless.sh:4:'*LK901* ]]
}

@test 'lint: --fix repairs, keeps the mode, and what it wrote is clean' {
  printf '%s\n' '#!/bin/sh' 'exec 9>>/run/lock/job.lock' 'flock -n 9' 'work' >fix.sh
  chmod 750 fix.sh
  run -1 "$LOCKKIT" lint -f gcc fix.sh
  run -0 "$LOCKKIT" lint --fix fix.sh
  run -0 "$LOCKKIT" lint fix.sh
  [ "$(stat -c %a fix.sh)" = 750 ]
  sh -n fix.sh
}

@test 'lint: our own scripts for demo are judged as the demo says' {
  run -1 "$LOCKKIT" lint -f gcc "$BATS_TEST_DIRNAME/../scripts/demo/rotate.sh"
  [[ $output == *LK601* && $output == *LK603* ]]
  run -0 "$LOCKKIT" lint "$BATS_TEST_DIRNAME/../scripts/demo/rotate-locked.sh"
}
