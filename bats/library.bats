# The assertions of bats/lockkit, right and wrong: each must fail where it should.
# shellcheck disable=SC2016 # text for other shells

bats_require_minimum_version 1.5.0

setup_file() {
  LOCKKIT=$(realpath -e "${LOCKKIT-$BATS_TEST_DIRNAME/../build/lockkit}") || return
  [ -r /proc/locks ] || skip 'no /proc/locks'
  export LOCKKIT BATS_LIB_PATH=$BATS_TEST_DIRNAME
  PATH=$(dirname "$LOCKKIT"):$PATH
  export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT-60} # no wait lasts for ever
}

setup() {
  bats_load_library lockkit
  cd "$BATS_TEST_TMPDIR" || return
  export LOCKKIT_DIR=$PWD/locks
}

# script NAME — makes a script of standard input
script() {
  { echo '#!/bin/bash' && cat; } >"$1"
  chmod +x "$1"
}

@test 'assert_locked and assert_unlocked, by name and by path' {
  assert_unlocked nightly
  run ! assert_locked nightly
  [[ $output == *'nightly is not locked'* ]]
  exec 7>./file
  "$LOCKKIT" flock 7
  assert_locked ./file
  run ! assert_unlocked ./file
  [[ $output == *'./file is locked'* ]]
  "$LOCKKIT" flock -u 7
  assert_unlocked ./file
}

@test 'what cannot be told is no answer' {
  run ! assert_locked 'no name'
  run ! assert_unlocked 'no name'
  [[ $output == *'cannot be told'* ]]
  LOCKKIT=/nonexistent run ! assert_locked nightly
  LOCKKIT=/nonexistent run ! assert_unlocked nightly
}

@test 'assert_excludes: one that gives up, one that waits, one that has no lock' {
  script gives-up <<<'exec 9>>job.lock; flock -n 9 || exit 75; echo worked >>log'
  assert_excludes ./job.lock ./gives-up
  [ "$(cat log)" = worked ]

  script waits <<<'exec 9>>job.lock; flock 9 || exit; echo waited >>log'
  assert_excludes ./job.lock ./waits
  [ "$(tail -n 1 log)" = waited ]

  script careless <<<'exec 9>>job.lock; flock -n 9; echo worked'
  run ! assert_excludes ./job.lock ./careless
  [[ $output == *'works while another holds ./job.lock: ./careless'* ]]

  script fails <<<'exit 3'
  run ! assert_excludes ./job.lock ./fails
  [[ $output == *'fails also when ./job.lock is free'* ]]

  script waits-and-fails <<<'exec 9>>job.lock; flock 9; echo oops; exit 3'
  run ! assert_excludes ./job.lock ./waits-and-fails
  [[ $output == *'and then failed (status 3)'*oops* ]]
}

@test 'assert_excludes: a function, a named lock, and one that somebody has' {
  eval "$("$LOCKKIT" init bash)"
  assert_excludes nightly with_lock -n nightly true
  assert_unlocked nightly
  exec 7>./file
  "$LOCKKIT" flock 7
  run ! assert_excludes ./file true
  [[ $output == *'cannot be taken for the trial'* ]]
}

@test 'assert_lint_clean and assert_proved' {
  script right <<<'exec 9>>/run/lock/job.lock; flock -n 9 || exit; work'
  script wrong <<<'[ -e /run/lock/job ] && exit; touch /run/lock/job; work; rm /run/lock/job'
  script other <<<'echo nothing to prove'
  assert_lint_clean right
  assert_proved right
  run ! assert_lint_clean wrong
  [[ $output == *'lint is not content (status 1)'*LK601* ]]
  run ! assert_proved wrong
  [[ $output == *'not proved (status 1)'* ]]
  run ! assert_proved other
  [[ $output == *'not proved (status 5)'* ]]
  run ! assert_lint_clean missing
}

@test 'assert_rehearsed' {
  script right <<<'exec 9>>job.lock; flock -n 9 || exit; work'
  script wrong <<<'[ -e job ] && exit; touch job; work; rm job'
  "$LOCKKIT" rehearse --schedules 0 right || skip 'scripts cannot be rehearsed here'
  assert_rehearsed --schedules 0 right
  run ! assert_rehearsed --schedules 0 wrong
  [[ $output == *'a rehearsal does not go well (status 1)'* ]]
}
