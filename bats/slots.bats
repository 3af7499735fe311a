# `lockkit run -j N` (CONTRACT.md 3.10): N at once, in order of arrival, whoever is killed.
# Who waits is read from /proc/locks, gates are FIFOs that are open both ways, and
# nothing sleeps; what is repeated is counted.
# shellcheck disable=SC2016,SC2030,SC2031 # text for other shells; bats runs each test in its own

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
  mkfifo up go
  exec 7<>up 8<>go
}

teardown() {
  [ ${#processes[@]} = 0 ] || kill -9 "${processes[@]}" 2>/dev/null || :
  [ ! -e stays ] || xargs kill -9 <stays 2>/dev/null || :
}

lk() { "$LOCKKIT" "$@"; }

# enters N ID — starts one who says ID on `up` when it is inside, and leaves after a line
# from `go`; what it runs notes its process, which outlives a kill of run
processes=()
enters() {
  "$LOCKKIT" run -j "$1" ./f -- sh -c 'echo $$ >>stays; echo "$1" >up; read -r x <>go' - "$2" 3>&- 7>&- 8>&- &
  processes+=($!)
}

# comes ID — waits for the next who says that it is inside
comes() {
  local id
  read -r id <&7
  [ "$id" = "$1" ] || {
    echo "$id came in, not $1"
    return 1
  }
}

leaves() { echo >&8; }

# all_end — waits for all that was started; by number, for bats has a child of its own
all_end() {
  wait "${processes[@]}" || :
  processes=()
}

@test '3.10: 64 waiters come in in the order in which they arrived, also when some of them are killed' {
  local n i
  for n in 1 3 10; do
    rm -f f f@*
    for ((i = 1; i <= n; i++)); do
      enters $n "first $i"
      comes "first $i"
    done
    for ((i = 1; i <= 64; i++)); do
      enters $n "$i"
      if ((i == 1)); then
        waiters f@$n 1
      else
        waiters f $((i - 1))
      fi
    done
    # One in the midst, the last one, and the first one, whose place the second one takes.
    # One after the other: who is roused by a death queues again where it was.
    for i in 40 1 64; do
      kill -9 "${processes[-i]}"
      wait "${processes[-i]}" || :
      waiters f $((i == 40 ? 62 : i == 1 ? 61 : 60))
    done
    for ((i = 2; i < 64; i++)); do
      ((i != 25)) || continue
      leaves
      comes $i
    done
    for ((i = 1; i <= n; i++)); do leaves; done
    all_end
    for ((i = 1; i <= n; i++)); do [ "$(state f@$i)" = "f@$i free" ]; done
  done
}

@test '3.10: kill -9 of run leaves the slot to its command, and that of both frees it' {
  local child
  enters 2 a
  comes a
  child=$(cat stays)
  enters 2 b
  comes b
  kill -9 "${processes[0]}"
  run -75 lk run -nj 2 ./f -- touch ran
  kill -9 "$child"
  free f@1
  run -0 lk run -nj 2 ./f -- state f@1
  [ "$output" = 'f@1 exclusive' ]
  [ ! -e ran ]
}

@test '3.10: never are more than N inside while many are killed anywhere' {
  # Each says that it is inside after it has come in and before it leaves, in one log; who
  # kills itself says before that it has left. Some kill run alone, under which the command goes on.
  local n worker most
  cat >inside <<'END'
echo "+ $$" >>log
case $1 in
  run) kill -9 "$PPID" ;;
  both) echo "- $$" >>log; kill -9 "$PPID" $$ ;;
esac
echo "- $$" >>log
END
  cat >worker <<'END'
for ((turn = 0; turn < 25; turn++)); do
  how=(stay run both stay)
  "$LOCKKIT" run -j "$1" ./f -- sh inside "${how[(turn + $2) % 4]}" &
  if ((turn % 5 == 4)); then # wherever it is by now
    for ((i = 0; i < RANDOM % 3000; i++)); do :; done
    kill -9 $!
  fi
  wait $!
done 2>/dev/null
END
  for n in 1 3 10; do
    rm -f f f@*
    : >log
    for ((worker = 0; worker < 16; worker++)); do
      bash worker $n $worker 3>&- 7>&- 8>&- &
      processes+=($!)
    done
    all_end
    most=$(awk '$1 == "+" { if (!($2 in at)) { at[$2]; if (++now > most) most = now } }
      $1 == "-" && ($2 in at) { delete at[$2]; now-- } END { print most + 0 }' log)
    echo "# N = $n: $(grep -c + log) entered, $most at once"
    ((most > 0 && most <= n))
    # Nothing is lost: N come in at once.
    for ((worker = 1; worker <= n; worker++)); do
      enters $n $worker
      comes $worker
    done
    run -75 lk run -nqj "$n" ./f -- touch ran
    for ((worker = 1; worker <= n; worker++)); do leaves; done
    all_end
  done
}

@test '3.10: a kill at any system call loses no slot and lets no one in besides' {
  command -v strace >/dev/null || skip 'no strace(1)'
  strace -qq -o /dev/null true || skip 'strace may not trace here'
  local call k status
  for call in flock openat fstat newfstatat pwrite64 ftruncate close clone3; do
    for ((k = 1; k <= 40; k++)); do
      rm -f f f@*
      ((k % 2)) || lk run -j 5 ./f -- true # there is another number to be changed
      status=0
      strace -qq -f -o trace -e trace=$call -e inject=$call:signal=KILL:when=$k "$LOCKKIT" run -j 2 ./f -- true || status=$?
      ((status != 0)) || break
      run -0 lk run -j 2 ./f -- "$LOCKKIT" run -nj 2 ./f -- "$LOCKKIT" run -qnE5 -j 2 ./f -- true || [ "$status" = 5 ]
    done
  done
}

@test '3.10: -n and -w and another number' {
  enters 2 a
  comes a
  run -0 lk run -nj 2 ./f -- echo in
  [ "$output" = in ]
  run -64 lk run -j 3 ./f -- touch ran
  [[ $output == 'lockkit: run: ./f is used with -j 2, and here with -j 3'$'\nhint: '* ]]
  run -64 lk run ./f -- touch ran
  [[ $output == 'lockkit: run: ./f is used with -j 2, and here without -j'$'\nhint: '* ]]
  enters 2 b
  comes b
  run -75 lk run -nj 2 ./f -- touch ran
  [[ $output == 'lockkit: ./f is busy (-j 2): pid '*', pid '* ]]
  run -5 lk run -qw .05 -E 5 -j 2 ./f -- touch ran
  leaves
  leaves
  all_end
  run -0 lk run -j 3 ./f -- echo in
  run -0 lk run ./f -- echo in
  [ ! -e ran ]
  run -64 lk run -sj 2 ./f -- touch ran
  run -64 lk run -j 0 ./f -- touch ran
  run -64 lk run -j 1001 ./f -- touch ran
  run -64 lk run -j 2 ./ -- touch ran
  [[ $output == "lockkit: run: './' is no path beside which slots can stand"* ]]
  ln -s f link
  run -64 lk run -j 2 ./link -- touch ran
  [[ $output == "lockkit: run: './link' is a symbolic link: slots stand beside the file itself"* ]]
  echo mine >f@0
  run -73 lk run -j 2 ./f -- touch ran
  [ "$(cat f@0)" = mine ]
  [ ! -e ran ]
}

@test '3.10: a number that cannot be noted is 73, and who is told of many insiders is told of three' {
  local i
  lk run -j 2 ./f -- true
  if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    chmod 777 .
    run -73 setpriv --reuid=65534 --clear-groups "$LOCKKIT" run -j 3 ./f -- touch ran
    [ "$output" = 'lockkit: run: cannot write ./f@0: permission denied' ]
  fi
  for ((i = 1; i <= 5; i++)); do
    enters 5 $i
    comes $i
  done
  run -75 lk run -nj 5 ./f -- touch ran
  [[ $output == *' (-j 5): pid '*', pid '*', pid '*' and 2 more' ]]
  for ((i = 1; i <= 5; i++)); do leaves; done
  all_end
  [ ! -e ran ]
}

@test '3.10: a signal ends the wait for a slot, and 70 says that no slot will ever be free' {
  enters 1 a
  comes a
  enters 1 b
  waiters f@1 1
  kill "${processes[-1]}"
  local status=0
  wait "${processes[-1]}" || status=$?
  [ "$status" = 143 ]
  leaves
  all_end
  run -70 timeout "${PATIENCE-600}" "$LOCKKIT" run -j 1 ./f -- sh -c '"$LOCKKIT" run -j 1 ./f -- touch ran; exit $?'
  [ ! -e ran ]
}

@test '3.10: who shows the slots of a lock, and gc knows them' {
  run -0 lk run -j 3 deploy -- "$LOCKKIT" run -j 3 deploy -- "$LOCKKIT" who deploy
  [[ $output == *'/locks/deploy@1.lock'*'keeps  flock exclusive'*'noted   pid '*'/locks/deploy@2.lock'*'keeps  flock exclusive'*'noted   pid '* ]]
  [[ $output != *deploy@3* ]]
  run -0 lk run -j 3 deploy -- "$LOCKKIT" gc --remove locks
  [[ $output == *'kept     deploy.lock: belongs to a lock with slots, of which one is kept'*'kept     deploy@1.lock: held'* ]]
  run -1 lk who deploy
  [[ $output == 'deploy is held by no one'* ]]
  run -0 lk gc --remove locks
  [[ $output == *'removed  deploy@0.lock'* ]]
  [ -z "$(ls locks)" ]
}
