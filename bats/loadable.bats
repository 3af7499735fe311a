# The bash builtins of shellkit/loadable: every clause of CONTRACT.md that they
# carry, in each bash that is here, and the same under address sanitizer, under
# valgrind, and with the wait that systems without POSIX timers have.

setup_file() {
  command -v cc >/dev/null || skip 'no C compiler'
  export SOURCE=$BATS_TEST_DIRNAME/../shellkit/loadable/lockkit.c
  export SO=$BATS_FILE_TMPDIR/lockkit.so CONTRACT=$BATS_FILE_TMPDIR/contract
  cc -shared -fPIC -O2 -Wall -Wextra -Werror -o "$SO" "$SOURCE"
  contract >"$CONTRACT"
  # what timeout(1) was until coreutils 9: it waits, and a timer ends that
  cat >"$BATS_FILE_TMPDIR/timeout.c" <<'C'
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static pid_t child;
static void late(int sig) { kill(child, SIGTERM + 0 * sig); }
int main(int argc, char **argv)
{
	struct itimerspec half = {{0, 0}, {0, 500000000}};
	timer_t timer;
	int status;

	if ((child = fork()) == 0)
		return execvp(argv[1], argv + argc * 0 + 1);
	signal(SIGALRM, late);
	timer_create(CLOCK_MONOTONIC, NULL, &timer);
	timer_settime(timer, 0, &half, NULL);
	while (waitpid(child, &status, 0) < 0)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
C
  cc -o "$BATS_FILE_TMPDIR/timeout" "$BATS_FILE_TMPDIR/timeout.c" -lrt
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export LOCKKIT_DIR=$BATS_TEST_TMPDIR/locks
}

bashes() {
  local shell
  for shell in bash bash-3.2 bash-4.0 bash-4.2 bash-4.4 bash-5.0 bash-5.1 bash-5.3; do
    command -v "$shell" || :
  done
}

# in_each_bash SCRIPT — in all at once; fails with what SCRIPT printed, for it
# prints only what is wrong
in_each_bash() {
  local shell name pids=()
  for shell in $(bashes); do
    name=${shell##*/}
    mkdir "$name"
    (cd "$name" && timeout "${PATIENCE-600}" "$shell" "$1" "$SO" "$BATS_FILE_TMPDIR/timeout" 3>&- || echo "status $?") >"$name.out" 2>&1 3>&- &
    pids+=($!)
  done
  wait "${pids[@]}" # and not for what bats itself runs beside the test
  for shell in $(bashes); do
    name=${shell##*/}
    if [ -s "$name.out" ]; then
      head -n 20 "$name.out" | sed "s/^/$name: /"
      name=failed
      break
    fi
  done
  [ "$name" != failed ]
}

# contract — the script that checks the clauses; $1 is the loadable. It prints
# nothing but what is not as it should be.
contract() {
  cat <<'SCRIPT'
loadable=$1 timeout=${2-}
enable -f "$loadable" lock_fd unlock __lockkit_enter || exit 99
export LOCKKIT_DIR=$PWD/locks
mkfifo gate done

# is CLAUSE WANTED GOT
is() { [ "$2" = "$3" ] || printf '%s: wanted %s, got %s\n' "$1" "$2" "$3"; }

# One line goes through a gate for one reader; a writer that is slow to close
# looks like an end of file to the next reader, who asks again.
pass() { until read -r x <"$1"; do :; done 2>/dev/null; }
stay='echo >gate; until read -r x <done; do :; done'

# hold FILE [SHARED] — somebody else holds it until let_go
hold() {
  flock ${2+-s} "$1" sh -c "$stay" &
  holder=$!
  pass gate
}
let_go() {
  echo >done
  wait "$holder"
}
# when_waiting FILE COMMAND... — COMMAND once somebody waits for FILE
when_waiting() {
  (
    inode=$(ls -Li "$1") inode=${inode%% *}
    shift
    until grep -q -- "-> FLOCK.*:$inode " /proc/locks; do kill -0 $$ || exit; done
    "$@"
  ) &
  aside=$!
}
enter() {
  __lockkit_enter "$@"
}
leave() {
  unlock "$1"
  eval "exec $1<&-"
}
free() { flock -n "$1" true && echo free || echo held; }

# 3: words
for words in '' '-z 9' '-r 9' '-n' '-w' '-w x 9' '-w -1 9' '-w 1e3 9' '-w . 9' '-E 256 9' '-E x 9' '-E 0 9' \
  '--shared=1 9' '--time 9' '--close 9' '9x' '1-2' '-- -1' '99999999999 f' 'fd' '9 ./f more' '9 .x' '9 a:b'; do
  lock_fd $words 2>/dev/null
  is "3: lock_fd $words" 64 "$?"
done
for words in '' '-z 9' '-n 9' 'x' '9 9' '-r 8'; do
  unlock $words 2>/dev/null 8<"$0"
  is "3: unlock $words" 64 "$?"
done
for words in '' 'L' 'L --' '-r L :' '-z L :' 'L -x' 'L -- -x' '-w 1' '.L :'; do
  enter $words 2>/dev/null
  is "3: enter $words" 64 "$?"
done
enter '' : 2>/dev/null
is '2: empty name' 64 "$?"
enter "$(printf 'l\303\244ger')" : 2>/dev/null
is '2: a name is ASCII' 64 "$?"
for words in 'L :' '-sn L :' '-E0 L :' '-xw.5 L : a b' '--timeout=1.5 --keep L -- :' '--conflict-exit-code 3 -q -- L -- :'; do
  enter $words
  is "3: enter $words" 0 "$?"
  set -- $words
  shift "$__lockkit_words"
  is "3: COMMAND of $words" : "$1"
  leave "$__lockkit_fd"
done
unlock -- 9 2>/dev/null
is '3: unlock of a closed descriptor' 65 "$?"
lock_fd 9 2>/dev/null
is '3: lock_fd of a closed descriptor' 65 "$?"
lock_fd 9 L 9<"$0" 2>/dev/null
is '3: lock_fd of an open one with LOCK' 65 "$?"

LOCKKIT_ENGINE=flock
lock_fd -n fd ./f 2>/dev/null
is '3: another engine is not pretended' 69 "$?"
LOCKKIT_ENGINE=builtin
lock_fd fd ./f
is '3: the engine by its name' 0 "$?"
unlock "$fd"

# 2.1: opening
echo content >kept
lock_fd fd ./kept
is '2.1: lock' 0 "$?"
is '2.1: not truncated' content "$(cat kept)"
unlock "$fd"
(
  umask 027
  lock_fd fd ./made
)
is '2.1: umask' '-rw-r-----' "$(ls -l made | cut -c1-10)"
mkdir directory
lock_fd fd ./directory
is '2.1: directory' "0 held" "$? $(free directory)"
unlock "$fd"
mkfifo pipe
lock_fd fd ./pipe 2>/dev/null
is '2.1: FIFO' 66 "$?"
lock_fd fd /dev/null 2>/dev/null
is '2.1: device' 66 "$?"
ln -s nowhere dangling
lock_fd fd ./dangling 2>/dev/null
is '2.1: planted link' "73 no" "$? $([ -e nowhere ] && echo yes || echo no)"
lock_fd fd ./no/where 2>/dev/null
is '2.1: no directory' 73 "$?"
lock_fd fd ./kept/file 2>/dev/null
is '2.1: not a directory' 66 "$?"
is '2: own directory' 'drwx------' "$(ls -ld locks | cut -c1-10)"
ln -s locks link
LOCKKIT_DIR=$PWD/link
lock_fd fd L 2>/dev/null
is '2: link for a directory' 73 "$?"
LOCKKIT_DIR=$PWD/locks

# 2.2: the name leads elsewhere after the wait
hold replaced
when_waiting replaced sh -c 'mv -f kept replaced; echo >done'
lock_fd fd ./replaced
is '2.2: lock' 0 "$?"
[ /dev/fd/$fd -ef replaced ] || echo '2.2: locked what was replaced'
is '2.2: content' content "$(cat replaced)"
unlock "$fd"
wait "$holder"

# 2.3: the holder's line
lock_fd fd L
is '2.3: line' "$$ ${0##*/}" "$(sed 's/ [0-9]* / /' locks/L.lock)"
# 3.5: busy tells who
is '3.5: holder' "lockkit: L is busy: pid $$ (${0##*/}) since" "$( (lock_fd -n other L) 2>&1 | sed 's/ [0-9:]*$//')"
is '3.5: quiet' '' "$( (lock_fd -nq other L) 2>&1)"
unlock "$fd"
lock_fd fd "$PWD/locks/L.lock"
is '2.3: not by path' "$$ ${0##*/}" "$(sed 's/ [0-9]* / /' locks/L.lock)"
unlock "$fd"
hold locks/L.lock
is '3.5: not the earlier holder' "lockkit: L is busy: pid $holder (flock)" "$(lock_fd -n other L 2>&1)"
printf '%s 1 a\033[2J\302\233\n' "$holder" >locks/L.lock
is '3.5: nothing unprintable' "lockkit: L is busy: pid $holder (a?[2J??)" "$(lock_fd -n other L 2>&1 | sed 's/ since.*//')"
let_go

# 3: busy
hold f
lock_fd -n fd ./f 2>/dev/null
is '3: busy' 75 "$?"
lock_fd -qw 0 fd ./f
is '3.6: -w 0 is -n' 75 "$?"
lock_fd -nqE 5 fd ./f
is '3: -E' 5 "$?"
lock_fd -q -w 0.05 fd ./f
is '3.6: time-out' 75 "$?"
enter -qnE0 ./f :
is '3.9: with_lock -E 0 is busy all the same' '75 0' "$? $__lockkit_code"
{ lock_fd -nq 9; } 9<f
is '3: busy descriptor' 75 "$?"
let_go
hold f shared
lock_fd -sn fd ./f
is '3.8: shared with flock(1)' 0 "$?"
lock_fd -xnq "$fd"
is '3.8: conversion' 75 "$?"
unlock "$fd"
let_go

# 3.2: inheritance
enter ./f :
is '3.2: held' "held - -" "$(free f) ${__lockkit_close:--} ${__lockkit_keep:--}"
sh -c "$stay" &
holder=$!
pass gate
unlock "$__lockkit_fd"
is '3.2: LOCK_UN although a child has it' free "$(free f)"
let_go
eval "exec $__lockkit_fd<&-"
enter ./f :
is '3.2: inherited' yes "$(sh -c "[ -e /dev/fd/$__lockkit_fd ] && echo yes || echo no")"
leave "$__lockkit_fd"
enter -o ./f :
is '3.2: -o' "no 1" "$(sh -c "[ -e /dev/fd/$__lockkit_fd ] && echo yes || echo no") $__lockkit_close"
leave "$__lockkit_fd"
enter -o ./f exec : 2>/dev/null
is '3.2: -o with exec' "64 free" "$? $(free f)"
enter -k ./f :
is '3.2: -k' 1 "$__lockkit_keep"
sh -c "$stay" &
holder=$!
pass gate
eval "exec $__lockkit_fd<&-"
is '3.2: what children inherit' held "$(free f)"
let_go
is '3.2: the last one is gone' free "$(free f)"
# 3.3: nesting, order, numbers
enter ./f :
first=$__lockkit_fd
enter ./g :
[ "$first" -ge 10 ] && [ "$__lockkit_fd" -ge 10 ] && [ ! -e "/dev/fd/$__lockkit_free_fd" ] || echo "3.3: descriptors $first $__lockkit_fd"
leave "$first"
is '3.3: order of release' 'free held' "$(free f) $(free g)"
leave "$__lockkit_fd"
readonly constant=1
lock_fd constant ./f 2>/dev/null
is '3: read-only variable' "64 free" "$? $(free f)"

# 3.7: unlock
lock_fd 7 ./f
sh -c "$stay" &
holder=$!
pass gate
unlock 7
is '3.7: children have it' "0 free" "$? $(free f)"
[ -e /dev/fd/7 ] && echo '3.7: lock_fd opened it, unlock did not close it'
let_go
number=7
exec 7<f
lock_fd 7
unlock number
is '3.7: a variable with the number' "0 free" "$? $(free f)"
[ -e /dev/fd/7 ] || echo "3.7: unlock closed the caller's descriptor"
exec 7<&-
lock_fd fd ./f
(cd / && unlock -r "$fd")
is '3.7: -r' no "$([ -e f ] && echo yes || echo no)"
unlock "$fd"
lock_fd -s fd ./f
hold f shared
unlock -r "$fd"
is '3.7: -r of a lock that others share' "0 yes" "$? $([ -e f ] && echo yes)"
let_go
lock_fd fd ./f
rm f
: >f
unlock -r "$fd"
is "3.7: -r leaves somebody else's file" yes "$([ -e f ] && echo yes)"

# 3.6: signals
hold f
trap 'trapped=$trapped.USR1' USR1
when_waiting f kill -USR1 $$
lock_fd fd ./f
got=$?
is '3.6: trapped signal' "$((128 + $(kill -l USR1))) .USR1" "$got $trapped"
wait "$aside"
{
  when_waiting f kill -USR1 $$
  lock_fd -w 100 9
  got=$?
  is '3.6: trapped signal, timed wait on a descriptor' "$((128 + $(kill -l USR1))) .USR1.USR1" "$got $trapped"
} 9<f
wait "$aside"
for signal in INT TERM HUP; do
  trap 'trapped=$trapped.'$signal $signal
  when_waiting f kill -$signal $$
  enter ./f :
  got=$?
  is "3.6: trapped $signal" "$((128 + $(kill -l $signal))) $signal" "$got ${trapped##*.}"
  wait "$aside"
  trap - $signal
done
when_waiting f sh -c "kill -WINCH $$; kill -CHLD $$; kill -STOP $$" &
(
  until [ "$(sed 's/.*) //; s/ .*//' "/proc/$$/stat")" = T ]; do :; done
  kill -CONT $$
  when_waiting f sh -c 'echo >done'
  wait
) &
trap 'trapped=$trapped.WINCH' WINCH
lock_fd -w 100 fd ./f
is '3.6: STOP, CONT, CHLD and a trapped WINCH do not end a wait' "0 WINCH" "$? ${trapped##*.}"
unlock "$fd"
trap - WINCH
wait
for signal in INT TERM HUP; do
  hold f
  when_waiting f sh -c "kill -$signal \$(cat waiter)" 2>/dev/null
  { "$BASH" -c 'enable -f "$1" lock_fd; echo $$ >waiter
    trap "echo >exit" EXIT
    lock_fd fd ./f || : >went-on' x "$loadable"; } 2>/dev/null
  got=$?
  is "3.6: untrapped $signal" "$((128 + $(kill -l $signal))) exit" "$got $(ls exit went-on 2>/dev/null)"
  let_go
  rm -f exit
done

# … that come before the wait is a wait: bash catches this one in a message
hold f
mkfifo full
exec 5<>full
dd if=/dev/zero of=full bs=65536 count=1 2>/dev/null
(
  until grep -q pipe_write "/proc/$$/wchan"; do :; done
  kill -USR1 $$
) &
trapped=
lock_fd -v fd ./f 2>&5
got=$?
is '3.6: a signal just before' "$((128 + $(kill -l USR1))) .USR1" "$got $trapped"
exec 5<&-
# … and a trap may wait in its turn
when_waiting f sh -c 'echo >done' 2>/dev/null
trap 'lock_fd fd ./f; got=$?' USR1
kill -USR1 $$
is '3.6: a wait in a trap' 0 "$got"
unlock "$fd"
trap - USR1
hold f
when_waiting f sh -c 'echo >done' 2>/dev/null
{ "$BASH" -c 'enable -f "$1" lock_fd
  trap "lock_fd fd ./f; echo \$? >exit" EXIT
  kill -TERM $$; sleep 60' x "$loadable"; } 2>/dev/null
is '3.6: a wait in an EXIT trap' 0 "$(cat exit)"

# 3: status 70
lock_fd fd ./f
lock_fd other ./f 2>/dev/null
is '3: held by this shell' 70 "$?"
(lock_fd other ./f 2>/dev/null; exit $?)
is '3: held by the parent, which waits for us' 70 "$?"
is '3: held by the parent, which reads what we write' 70 "$(lock_fd other ./f 2>/dev/null; echo $?)"
"$BASH" -c 'enable -f "$1" lock_fd; lock_fd other ./f 2>/dev/null; exit $?' x "$loadable"
is '3: held by the parent of a program' 70 "$?"
lock_fd -nq other ./f
is '3: 70 is not for -n' 75 "$?"
lock_fd -qw 0.3 other ./f
is '3: nor for -w' 75 "$?"
lock_fd -q other ./g
(lock_fd another ./f 2>said; exit $?) &
child=$!
sh -c 'until [ -s said ]; do :; done' # so this shell waits as well, but not for that child
is '3: after a second, who' "lockkit: waiting for ./f: pid $$ ($(cat /proc/$$/comm))" "$(cat said)"
unlock "$fd"
wait "$child"
is '3: an ancestor that works on' 0 "$?"
unlock "$other"
flock f "$BASH" -c 'enable -f "$1" lock_fd; lock_fd other ./f 2>/dev/null; exit $?' x "$loadable"
is '3: held by flock(1) above us' 70 "$?"
[ -z "$timeout" ] || flock f "$timeout" "$BASH" -c 'enable -f "$1" lock_fd; lock_fd -q other ./f; exit $?' x "$loadable"
is '3: an ancestor with a timer will not wait for ever' "${timeout:+143}" "${timeout:+$?}"
exit 0
SCRIPT
}

@test '3: the contract holds in every bash' {
  in_each_bash "$CONTRACT"
}

@test '3: a loadable of another version can be told, and is no loadable then' {
  cat >version <<'SCRIPT'
enable -f "$1" __lockkit_loadable || exit
__lockkit_loadable "$(__lockkit_loadable)" || echo 'does not know itself'
! __lockkit_loadable 0 || echo 'claims to be another version'
SCRIPT
  in_each_bash "$PWD/version"
}

@test '3: no error under address and undefined behaviour sanitizer' {
  preload=$(cc -print-file-name=libasan.so)
  [ -e "$preload" ] || skip 'no address sanitizer'
  cc -shared -fPIC -O1 -g -fsanitize=address,undefined -o asan.so "$SOURCE"
  SO=$PWD/asan.so
  # bash itself leaks at exit; what the loadable leaks, valgrind tells below
  export LD_PRELOAD=$preload ASAN_OPTIONS=detect_leaks=0:log_path=$PWD/report UBSAN_OPTIONS=log_path=$PWD/report
  mkdir work
  run bash -c 'cd work && bash "$CONTRACT" "$1"' x "$SO"
  unset LD_PRELOAD
  echo "$output"
  cat report.* 2>/dev/null || :
  [ -z "$output" ]
  [ -z "$(cat report.* 2>/dev/null)" ]
}

@test '3: no error and no leak of ours under valgrind' {
  command -v valgrind >/dev/null || skip 'no valgrind'
  cc -shared -fPIC -O1 -g -o debug.so "$SOURCE"
  mkdir work
  # a child that is replaced by a program is reported by nobody
  run bash -c 'cd work && valgrind -q --leak-check=full --show-leak-kinds=definite,indirect,possible \
    --log-file=../report.%p bash "$CONTRACT" "$1"' x "$PWD/debug.so"
  echo "$output"
  [ -z "$output" ]
  ours=$(grep -h -B 12 -A 12 'lockkit\.c' report.* || :)
  echo "$ours"
  [ -z "$ours" ]
}

@test '3.6: without POSIX timers a wait ends all the same' {
  SO=$PWD/poll.so
  cc -shared -fPIC -O2 -DLOCKKIT_POLL -o "$SO" "$SOURCE"
  cat >poll <<'SCRIPT'
enable -f "$1" lock_fd unlock
mkfifo gate done
flock f sh -c 'echo >gate; until read -r x <done; do :; done' &
read -r x <gate
lock_fd -qw 0.05 fd ./f
[ $? -eq 75 ] || echo 'time-out'
trap trapped=1 USR1
(until grep -q waiting said; do :; done 2>/dev/null; kill -USR1 $$) &
lock_fd -vw 100 fd ./f 2>said
[ $? -gt 128 ] && [ "$trapped" ] || echo "trapped signal"
(until grep -q waiting said2; do :; done 2>/dev/null; echo >done) &
lock_fd -vw 100 fd ./f 2>said2
[ $? -eq 0 ] || echo lock
grep -q '^lockkit: got ./f after' said2 || echo 'how long it took'
SCRIPT
  in_each_bash "$PWD/poll"
}

@test '3: a loadable without anything but its builtins: no other symbol is defined' {
  command -v nm >/dev/null || skip 'no nm'
  run bash -c 'nm -D --defined-only "$SO" | cut -d" " -f3 | grep -v "^_init\|^_fini" | sort | tr "\n" " "'
  [ "$output" = '__lockkit_enter_struct __lockkit_loadable_struct lock_fd_struct unlock_struct ' ]
}
