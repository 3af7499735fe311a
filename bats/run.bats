# `lockkit run`: with_lock where there is no shell. Each test names the clause of
# CONTRACT.md that it checks. Who waits is read from /proc/locks, gates are FIFOs,
# and nothing sleeps.

bats_require_minimum_version 1.5.0

setup_file() {
  [ -r /proc/locks ] || skip 'no /proc/locks'
  command -v flock >/dev/null || skip 'no flock(1)'
  LOCKKIT=$(realpath -e "${LOCKKIT-$BATS_TEST_DIRNAME/../build/lockkit}") || return
  export LOCKKIT PATH=$BATS_TEST_DIRNAME/flock_helpers:$PATH
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export LOCKKIT_DIR=$BATS_TEST_TMPDIR/locks
  F=$LOCKKIT_DIR/deploy.lock
  mkfifo up go never
}

# Nothing that a failed test has left behind may keep its FIFOs' peers waiting.
teardown() {
  [ ${#processes[@]} = 0 ] || kill -9 "${processes[@]}" 2>/dev/null || :
}

# lockkit disable=LK206 -- each call has its lock for its own command, and what follows is no work of it
lk() { "$LOCKKIT" "$@"; }

# background ARG... — starts our command; $! is its process
background() {
  "$LOCKKIT" "$@" 3>&- &
  started
}

# started — notes that $! is to be waited for, and to be gone when the test ends
processes=()
started() { processes+=($!); }

# ends STATUS — waits for the process that was started last to end so
ends() {
  local status=0
  wait "${processes[-1]}" || status=$?
  [ "$status" = "$1" ] || {
    echo "status $status, not $1"
    return 1
  }
}

# held — waits until a background command says that it is up
held() { read -r <up; }

@test '4: run gives the status of the command, and its streams' {
  run -7 lk run deploy -- sh -c 'cat; echo err >&2; exit 7' <<<in
  [ "$output" = $'in\nerr' ]
  run -137 lk run deploy -- sh -c 'kill -9 $$'
  run -0 lk run deploy sh -c 'exit 0'
  [ "$(state "$F")" = "$F free" ]
}

@test '3: run gives 126 and 127 as a shell does' {
  : >F
  run -127 lk run deploy -- no-such-command
  [ "$output" = 'lockkit: run: cannot execute no-such-command: no such file or directory' ]
  run -126 lk run deploy -- ./F
  [ "$(state "$F")" = "$F free" ]
}

@test '3: run rejects a wrong call with 64 and runs nothing' {
  local call
  for call in '' 'deploy' 'deploy --' '-z deploy touch ran' '.x touch ran' 'a:b touch ran' 'deploy -n touch ran' \
    '-ok deploy touch ran' '-w -1 deploy touch ran' '-E 256 deploy touch ran'; do
    # shellcheck disable=SC2086
    run -64 lk run $call
    [[ $output == 'lockkit: run: '*$'\n''hint: '* ]]
  done
  [ ! -e ran ]
}

@test '2: a name is a file in LOCKKIT_DIR, a path is itself' {
  run -0 lk run deploy -- sh -c 'state locks/deploy.lock; state .' <&-
  [ "$output" = $'locks/deploy.lock exclusive\n. free' ]
  [ "$(stat -c %a locks)" = 700 ]
  run -0 lk run ./file -- state file
  [ "$output" = 'file exclusive' ]
  run -0 lk run ./ -- state .
  [ "$output" = '. exclusive' ]
}

@test '2: a lock directory that is a link is refused with 73' {
  mkdir other
  ln -s other locks
  run -73 lk run deploy -- touch ran
  [ "$output" = "lockkit: run: cannot use the lock directory $LOCKKIT_DIR: is a symbolic link" ]
  [ ! -e ran ] && [ ! -e other/deploy.lock ]
}

@test '2.1: a FIFO, a device and a folder that is not there are refused' {
  run -66 lk run ./up -- touch ran
  run -66 lk run /dev/null -- touch ran
  run -73 lk run ./no/file -- touch ran
  ln -s nowhere link
  run -66 lk run ./link -- touch ran
  [ ! -e ran ] && [ ! -e nowhere ]
}

@test '2.1, 2.3: a path is never written, a name has one line' {
  echo mine >file
  lk run ./file -- true
  [ "$(cat file)" = mine ]
  lk run deploy -- true
  [[ $(cat "$F") =~ ^[1-9][0-9]*' '[1-9][0-9]*' true'$ ]]
}

@test '2.2: run follows the name of its lock' {
  exec 9>file
  # lockkit disable=LK600 -- what stays is what the test is about
  flock 9
  background run ./file -- state file >out
  waiter file
  rm file
  : >file
  flock -u 9
  wait $!
  [ "$(cat out)" = 'file exclusive' ]
}

@test '3, 3.5: busy gives 75 and tells who' {
  background run deploy -- sh -c 'echo >up; read x <go'
  local pid=$!
  held
  run -75 lk run -n deploy -- touch ran
  [[ $output =~ ^'lockkit: deploy is busy: pid '$pid' (sh) since '[0-9:]{8}$ ]]
  run -5 lk run -qnE5 deploy -- touch ran
  [ -z "$output" ]
  run -0 lk run -qn --conflict-exit-code 0 deploy -- touch ran
  [ ! -e ran ]
  echo >go
  wait $pid
}

@test '3.5: an earlier holder, and one that died, are not named' {
  background run deploy -- sh -c 'echo $$ >up; read x <go'
  local pid=$! child
  read -r child <up
  kill -9 $pid
  wait $pid || :
  # The command works on, and has the lock (3.2).
  run -75 lk run -n deploy -- touch ran
  [ "$output" = "lockkit: deploy is busy: pid $child (sh)" ]
  echo >go
  free "$F"
  exec 9<"$F"
  flock 9
  echo "$pid 1732442405 gone" >"$F"
  run -75 lk run -n deploy -- touch ran
  [[ $output != *gone* && $output != *$pid* ]]
}

@test '3.6: -w gives 75 when it has run out, and 0 means -n' {
  exec 9>file
  flock 9
  run -75 lk run -w .05 ./file -- touch ran
  [[ $output == 'lockkit: ./file is still busy after '*' s: pid '* ]]
  run -75 lk run -w 0 ./file -- touch ran
  [[ $output == 'lockkit: ./file is busy: pid '* ]]
  [ ! -e ran ]
}

@test '3.5: -v tells when waiting starts and how long it took' {
  exec 9>file
  flock 9
  background run -v -w 1000 ./file -- echo ran >out 2>&1
  waiter file
  flock -u 9
  ends 0
  [[ $(cat out) =~ ^'lockkit: waiting for ./file: pid '[0-9]+' ('.*$'\nlockkit: got ./file after '[0-9]+\.[0-9]' s'$'\nran'$ ]]
}

@test '3.8: shared locks let shared ones in' {
  exec 9>file
  flock -s 9
  run -0 lk run -sn ./file -- echo ran
  run -75 lk run -xn ./file -- touch ran
  [ ! -e ran ]
}

@test '3: a signal ends the wait with 128 plus its number' {
  local sig
  exec 9>file
  flock 9
  set -m # so that INT and QUIT are not ignored
  for sig in HUP INT QUIT TERM; do
    background run ./file -- touch ran 9>&-
    waiter file
    kill -$sig $!
    ends $((128 + $(kill -l $sig)))
  done
  [ ! -e ran ]
}

@test '4: signals go on to the command, and the lock lasts until it has ended' {
  local sig
  set -m # so that INT and QUIT are not ignored
  for sig in HUP INT QUIT TERM; do
    rm -f log
    background run ./file -- sh -c 'trap "echo got >log" '$sig'; echo >up; until read x <go; do :; done; exit 9'
    held
    kill -$sig $!
    until [ -s log ]; do :; done
    [ "$(state file)" = 'file exclusive' ]
    echo >go
    ends 9
    [ "$(state file)" = 'file free' ]
  done
}

@test '4: INT and HUP that were ignored stay so for the command' {
  # shellcheck disable=SC2016
  run -0 bash -c 'trap "" INT HUP; exec "$LOCKKIT" run ./file -- sh -c "kill -INT \$\$; kill -HUP \$\$; echo alive"'
  [ "$output" = alive ]
}

@test '4: Ctrl-C reaches the command once' {
  local pid
  command -v script >/dev/null || skip 'no script(1) for a terminal'
  set -m # so that INT is not ignored
  mkfifo keys
  # shellcheck disable=SC2016
  SHELL=/bin/sh script -qec 'trap : INT
    "$LOCKKIT" run ./file -- sh -c '\''trap "echo int >>log" INT; trap "exit 3" TERM
    echo $PPID >up; until read x <go; do :; done'\''
    exit $?' /dev/null <keys >/dev/null 2>&1 3>&- &
  started
  exec 8>keys
  read -r pid <up
  # We are to be second, so that another INT would be seen.
  kill -STOP "$pid"
  printf '\003' >&8
  until [ -s log ]; do :; done
  kill -CONT "$pid"
  kill "$pid"
  ends 3
  exec 8>&-
  [ "$(cat log)" = int ]
}

@test '3.2: what a command leaves behind does not keep the lock' {
  run -0 lk run ./file -- sh -c 'cat go >/dev/null 2>&1 3>&- &'
  [ "$(state file)" = 'file free' ]
  echo >go
}

@test '3.2: -k keeps the lock until all has ended' {
  background run -k ./file -- sh -c '(echo >up; cat go >/dev/null) & exit 6'
  held
  [ "$(state file)" = 'file exclusive' ]
  echo >go
  ends 6
  [ "$(state file)" = 'file free' ]
}

@test '3.2: -k waits for a daemon in a session of its own that closed everything' {
  background run -k ./file -- sh -c 'setsid sh -c "exec 3>&-; echo >up; cat go >/dev/null" & exit 6'
  held
  [ "$(state file)" = 'file exclusive' ]
  echo >go
  ends 6
}

@test '3.2: -o hands no descriptor to the command' {
  run -0 lk run -o ./file -- sh -c 'ls -l /proc/self/fd | grep -c /file; state file'
  [ "$output" = $'0\nfile exclusive' ]
}

@test '4: a killed command does not free the lock under what it started' {
  # The outer shell dies of TERM, which then goes on to the inner one.
  background run ./file -- sh -c 'sh -c "trap \"echo term >log\" TERM; echo >up; until read x <go; do :; done"; :'
  held
  kill $!
  until [ -s log ]; do :; done
  [ "$(state file)" = 'file exclusive' ]
  kill -0 $!
  echo >go
  ends 143
  [ "$(state file)" = 'file free' ]
}

@test '4: --kill-after kills all that does not end' {
  background run --kill-after 0.05 ./file -- sh -c 'trap "" TERM; (echo >up; cat go); cat go'
  held
  kill $!
  ends 137
  [ "$(state file)" = 'file free' ]
}

@test '3.10: --max ends the whole tree with TERM, and gives 124 once it has ended' {
  # A process in a session of its own, which has closed the descriptor, ends when it is told to.
  # Where it was hit before it had its trap, there is another go with more time.
  local max said status=''
  cat >job <<'END'
trap 'exit 0' TERM
setsid sh -c 'exec 3>&- 4>&-; trap "echo hit >up; read x <go; exit" TERM; while :; do read x <>never; done' &
while :; do read x <>never; done
END
  for max in 0.05 0.5 5 50 500; do
    (
      status=0
      "$LOCKKIT" run --max "$max" ./file -- sh job 2>err || status=$?
      echo "$status" >up
    ) 3>&- &
    started
    read -r said <up
    [ "$said" = 124 ] || break
  done
  [ "$said" = hit ]
  [ "$(state file)" = 'file exclusive' ]
  echo >go
  read -r status <up
  [ "$status" = 124 ]
  [ "$(state file)" = 'file free' ]
  [ "$(cat err)" = "lockkit: ./file: sh has run for $max s (--max) and is ended" ]
}

@test '3.10: --max kills what TERM does not end, and gives 137' {
  run -137 lk run -q --max 0.05 --kill-after 0.05 ./file -- sh -c 'trap "" TERM; cat never'
  [ -z "$output" ]
  [ "$(state file)" = 'file free' ]
  # The command ends with TERM, a stubborn child of it does not.
  run -137 lk run -q --max 0.05 --kill-after 0.05 ./file -- sh -c '(trap "" TERM; setsid cat never) & cat never'
  [ "$(state file)" = 'file free' ]
}

@test '3.10: --max wakes who is stopped, and ends what -k waits for' {
  run -124 lk run -q --max 0.05 --kill-after 1000 ./file -- sh -c 'kill -STOP $$'
  run -124 lk run -qk --max 0.05 --kill-after 1000 ./file -- sh -c 'cat never & exit 6'
  [ "$(state file)" = 'file free' ]
}

@test '3.10: under --max a command that ends in time gives its own status' {
  run -7 lk run --max 1000 ./file -- sh -c 'exit 7'
  [ -z "$output" ]
  run -64 lk run --max 0 ./file -- touch ran
  [[ $output == 'lockkit: run: --max 0 leaves the command no time'$'\n''hint: '* ]]
  [ ! -e ran ]
}

# posix FILE — holds an fcntl(2) lock of FILE, as dpkg, apt and passwd do, until it hears
# from `go`; with TRY it only tries, and gives 1 where it is busy
posix() {
  # shellcheck disable=SC2016
  exec perl -MFcntl -e 'open my $file, "+<", shift or die; my $lock = pack "s s x![q] q q i x![q]", F_WRLCK, 0, 0, 0, 0;
    fcntl $file, F_SETLK, $lock or exit 1; exit 0 if @ARGV;
    open my $up, ">", "up"; print $up "up\n"; close $up; open my $go, "<", "go"; <$go>' "$@" 3>&-
}

@test '3.10: --fcntl waits for those who lock with fcntl(2), and keeps them out' {
  command -v perl >/dev/null || skip 'no perl for a lock that belongs to a process'
  echo mine >file
  posix file &
  started
  held
  local owner=$!
  run -0 lk run -n ./file -- true # flock(2) does not see it
  run -75 lk run -n --fcntl ./file -- touch ran
  [ "$output" = "lockkit: ./file is busy: pid $owner (perl)" ]
  run -75 lk run -nq --fcntl -s ./file -- touch ran
  run -0 lk who ./file
  [[ $output == *'keeps  posix exclusive '*" $owner "*perl* ]]
  [ ! -e ran ]
  background run --fcntl ./file -- sh -c 'echo >up; read x <go'
  waiter file
  echo >go
  held
  run -75 lk run -nq --fcntl ./file -- touch ran
  run -0 lk who ./file
  [[ $output == *'keeps  ofd exclusive '* ]]
  run -1 posix file TRY
  kill -9 "$!" # what it runs goes on, and has the lock
  run -75 lk run -nq --fcntl ./file -- touch ran
  echo >go
  run -0 lk run --fcntl ./file -- cat file
  [ "$output" = mine ]
}

@test '3.10: --fcntl of a name, or with slots, is refused, and 70 is said of it as well' {
  run -64 lk run --fcntl deploy -- touch ran
  run -64 lk run -j 2 --fcntl ./file -- touch ran
  # shellcheck disable=SC2016
  run -70 timeout "${PATIENCE-600}" "$LOCKKIT" run --fcntl ./file -- sh -c '"$LOCKKIT" run --fcntl ./file -- touch ran; exit $?'
  [ ! -e ran ]
}

@test '3: 70 when an ancestor holds the lock and waits for us' {
  # timeout(1) ends the whole group of a wait that would not end by itself.
  # shellcheck disable=SC2016
  run -70 timeout "${PATIENCE-600}" "$LOCKKIT" run deploy -- sh -c '"$LOCKKIT" run deploy -- touch ran; exit $?'
  [[ $output == 'lockkit: run: deploy would be waited for for ever: pid '* ]]
  # shellcheck disable=SC2016
  run -70 timeout "${PATIENCE-600}" flock "$F" sh -c 'x=$("$LOCKKIT" run deploy -- touch ran); exit $?'
  # With -n it is busy, and -w is waited out.
  # shellcheck disable=SC2016
  run -75 lk run deploy -- sh -c '"$LOCKKIT" run -n deploy -- touch ran; exit $?'
  # shellcheck disable=SC2016
  run -75 lk run deploy -- sh -c '"$LOCKKIT" run -w .3 deploy -- touch ran; exit $?'
  [ ! -e ran ]
}

@test '3: an ancestor that will go on is waited for, and named' {
  # The shell holds the lock, and lets go when it is told to.
  # shellcheck disable=SC2016
  bash -c 'exec 9>file; flock 9; "$LOCKKIT" run ./file -- echo ran >out 2>err 9>&- & read -r <go; flock -u 9; wait' 3>&- &
  started
  until grep -qs "still waiting for ./file after .* s: pid $!" err; do :; done
  echo >go
  ends 0
  [ "$(cat out)" = ran ]
}
