# CONTRACT 3.10 in the functions: what they leave to `lockkit run`, and what is refused.
# shellcheck disable=SC2016 # text for other shells

bats_require_minimum_version 1.5.0

setup_file() {
  [ -r /proc/locks ] || skip 'no /proc/locks'
  load lib/shells
  emit
}

setup() { load lib/shells; }

@test '3.10: with_lock -j, --max and --fcntl run a program under the lock' {
  want='7
inside
75
5
0
75 after
64
124
137
f free
fcntl 75
127' everywhere <<'EOF'
mkfifo never
with_lock -j 2 deploy sh -c 'exit 7'
echo $?
with_lock -j 2 deploy lockkit run -j 2 deploy -- echo inside
with_lock --slots=1 deploy lockkit run -qnj 1 deploy -- touch ran
echo $?
with_lock -j1 deploy lockkit run -qn --slots 1 -E5 deploy -- touch ran
echo $?
with_lock --exclusive -vqnj1 deploy lockkit run -qnj 1 -E 0 deploy -- touch ran
echo $?
set -e
with_lock -j 1 deploy lockkit run -qw .01 -j 1 deploy touch ran || printf '%s ' "$?"
echo after
set +e
with_lock -j 2 deploy lockkit run -nj 3 deploy -- touch ran 2>/dev/null
echo $?
with_lock --max .05 -q -- ./f -- cat never
echo $?
with_lock -q --kill-after .05 --max=.05 ./f sh -c 'trap "" TERM; cat never'
echo $?
state f
with_lock --fcntl ./f sh -c 'flock -n f printf "fcntl "; lockkit run -qn --fcntl ./f -- touch ran; echo $?'
with_lock -j 2 deploy no-such-program 2>/dev/null
echo $?
[ ! -e ran ] || echo ran
EOF
}

@test '3.1, 3.10: with -j and --fcntl a function or a builtin runs in this shell' {
  want='7 set
second 7
75
5
0 0
70
builtin
7
fcntl 75
70
free
64 64 64 64
69 69
lockkit: with_lock: -j, --max, --fcntl and --on need lockkit, and none is here that locks
69' ENGINES=flock everywhere <<'EOF'
work() { was=set; return 7; }
one() {
  with_lock -nj 2 deploy work || printf 'second %s\n' "$?"
  with_lock --slots=2 deploy two
}
two() {
  with_lock -qnj 2 deploy eval 'touch ran' || echo "$?"
  with_lock -qw .05 -E 5 -j2 deploy eval 'touch ran' || echo "$?"
  with_lock -qvnE0 -j2 deploy eval 'touch ran' && printf '0 '
  with_lock -qnj 3 deploy eval 'touch ran' 2>/dev/null || [ "$?" = 64 ] && echo 0
  with_lock -qj 2 deploy eval 'touch ran' 2>/dev/null || echo "$?"
}
with_lock -j 2 deploy work
echo "$? $was"
with_lock -j 2 deploy one
with_lock -j 3 deploy -- echo builtin
others() {
  with_lock -s --fcntl ./g work || echo "$?"
  flock -n f printf 'fcntl '
  with_lock -qn --fcntl ./f eval 'touch ran' || echo "$?"
  with_lock -q --fcntl ./f eval 'touch ran' 2>/dev/null || echo "$?"
}
with_lock --fcntl ./f others
with_lock -n --fcntl ./f echo free
refused() {
  with_lock "$@" eval 'touch ran' 2>/dev/null
  echo "$?"
}
echo "$(refused -sj 2 deploy) $(refused -j 0 deploy) $(refused --fcntl deploy) $(refused --max x deploy)"
__lockkit_runner='' PATH=/nowhere
echo "$(refused -j 2 deploy) $(refused --max 5 deploy)"
with_lock --fcntl ./f work
echo "$?"
[ ! -e ran ] || echo ran
EOF
}

@test '3.10: a function under --max runs in a subshell, and is ended with all that it has started' {
  want='in 7 unset
5
at its end
4
ended
ended
free
ended
75
9
3 free
no more' ENGINES=flock everywhere <<'EOF'
mkfifo never
work() {
  was=set
  read -r line
  printf '%s ' "$line"
  return 7
}
echo in | with_lock --max 100 deploy work
echo "$? ${was-unset}"
with_lock --max 100 deploy exit 5
echo "$?"
ends() {
  trap 'echo at its end' EXIT
  exit 4
}
with_lock --max 100 -j 2 deploy ends
echo "$?"
sits() { cat never & cat never; }
# Who is born as TERM comes may have missed it, and is killed.
is_ended() {
  with_lock -q --kill-after .2 "$@" 2>said
  case $? in
    124 | 137) echo ended ;;
  esac
  grep -v '^Terminated' said || : # mksh may say so of what the function was waiting for
}
is_ended --max .05 deploy sits
deaf() { sh -c 'trap "" TERM; echo $$ >inner; exec cat never'; }
is_ended --max .5 deploy deaf
! kill -0 "$(cat inner)" 2>/dev/null || echo 'runs on'
with_lock -n deploy echo free
is_ended -j 2 --max .05 deploy eval 'cat never'
holds() {
  with_lock -qn --max 100 ./f eval 'touch ran' || echo "$?"
  with_lock -qw .05 -E 9 --max 100 ./f eval 'touch ran' || echo "$?"
}
with_lock --max 100 ./f holds
leaves() {
  cat never >/dev/null 2>&1 &
  echo $! >left
  return 3
}
with_lock -o --max 100 ./f leaves || printf '%s ' "$?"
with_lock -n ./f echo free
kill "$(cat left)"
[ ! -e ran ] || echo ran
trap 'echo no more' EXIT
set -e
with_lock --max 100 --fcntl ./f eval 'false; echo on'
echo on
EOF
}

@test '3.2, 3.10: whoever is killed, a function keeps its slot, or its lock, until its work has ended' {
  want='supervisor
held by what it ran
free
shell
held by what it ran
free
slot
held by what it ran
free' ENGINES=flock everywhere <<'EOF'
exec 2>/dev/null # where shells say who was killed
mkfifo up never
work() { sh -c 'echo $$ >inner; echo "$PPID" >function; echo >up; exec cat never'; }
ended() {
  kill -9 $(cat inner function) 2>/dev/null
  free "$1"
  echo free
}
# Who watches over the function.
{
  read -r line <up
  read -r inner <inner
  read -r function <function
  kill -9 "$(ps -o ppid= -p "$function")"
} &
with_lock --max 100 ./f work 2>/dev/null
[ "$?" -gt 128 ] && echo supervisor
wait
lockkit run -qn ./f true || echo 'held by what it ran'
ended f
# The shell, and who watches.
(with_lock --max 100 ./f work) 2>/dev/null &
shell=$!
read -r line <up
read -r function <function
kill -9 $shell "$(ps -o ppid= -p "$function")"
wait $shell 2>/dev/null
echo shell
lockkit run -qn ./f true || echo 'held by what it ran'
ended f
# The shell that has a slot.
(with_lock -j 1 ./g work) 2>/dev/null &
shell=$!
read -r line <up
kill -9 $shell $(cat function) 2>/dev/null
wait $shell 2>/dev/null
echo slot
lockkit run -qnj 1 ./g true || echo 'held by what it ran'
ended g@1
EOF
}

@test '3.10: functions get slots in order of arrival, also when one of them is killed' {
  want='first 1 2 4 5 6 last' ENGINES=flock JOBS=4 everywhere <<'EOF'
exec 2>/dev/null # where shells say who was killed
mkfifo up go
enter() {
  printf '%s ' "$1"
  if [ "$1" = first ]; then
    echo >up
    read -r line <go
  fi
}
(with_lock -j 1 ./f enter first) &
read -r line <up
for i in 1 2 3 4 5 6; do
  (with_lock -j 1 ./f enter $i; : ) &
  if [ $i = 3 ]; then
    third=$!
  fi
  if [ $i = 1 ]; then
    waiters f@1 1
  else
    waiters f $((i - 1))
  fi
done
# Who waits for it ends as well: the lock would be nobody's.
kill -9 $third
until [ "$(waits f)" = 4 ]; do :; done
echo >go
wait
echo last
EOF
}

@test '3.10: lock_fd -j and --fcntl hold until unlock' {
  want='0 two slots
busy 75
refused 64
freed 0
other 64
anew 0
nothing 64 64 64
0 owner 75
0 free
shared 0 0
exclusive 65
busy 75
0 free
folder 66 1
folder 66
folder 0
69' ENGINES=flock everywhere <<'EOF'
lock_fd -j 2 8 deploy
printf '%s ' "$?"
lock_fd -nj2 7 deploy && echo 'two slots'
lock_fd -qnj 2 6 deploy
echo "busy $?"
[ ! -e /dev/fd/6 ] || echo open
unlock -r 7 2>/dev/null
echo "refused $?"
unlock 7
lock_fd -qnj 2 7 deploy
echo "freed $?"
lockkit run -nj 3 deploy touch ran 2>/dev/null
echo "other $?"
unlock 7
unlock 8
lock_fd -j 3 8 deploy
echo "anew $?"
unlock 8
tries() {
  lock_fd "$@" 2>/dev/null
  echo "$?"
}
: >f
exec 8<f
echo "nothing $(tries -j 2 8) $(tries -sj 2 7 deploy) $(tries --fcntl 7 deploy)"
lock_fd --fcntl 7 ./f
printf '%s owner ' "$?"
lockkit run -qn --fcntl ./f touch ran
echo "$?"
unlock 7
printf '%s ' "$?"
lockkit run -qn --fcntl ./f echo free
lock_fd -s --fcntl 8
printf 'shared %s ' "$?"
lock_fd -sn --fcntl 7 ./f
echo "$?"
lock_fd -n --fcntl 8 2>/dev/null
echo "exclusive $?"
with_lock -qn --fcntl ./f eval 'touch ran'
echo "busy $?"
unlock 7
unlock 8
printf '%s ' "$?"
lockkit run -qn --fcntl ./f echo free
exec 8<&-
mkdir d
echo "folder $(tries --fcntl 7 ./d) $(lock_fd --fcntl 7 ./d 2>&1 | grep -c 'open ./d: .*a directory')"
with_lock --fcntl ./d eval 'touch ran' 2>/dev/null
echo "folder $?"
lock_fd -s --fcntl 7 ./d
echo "folder $?"
unlock 7
__lockkit_runner='' PATH=/nowhere
tries -j 2 8 deploy
[ ! -e ran ] || echo ran
EOF
}

@test '3.10: the builtins of bash leave slots, fcntl and --max to the functions' {
  command -v cc >/dev/null || skip 'no C compiler'
  export LOCKKIT_LOADABLE=$BATS_TEST_TMPDIR/lockkit.so
  cc -shared -fPIC -O2 -o "$LOCKKIT_LOADABLE" "$BATS_TEST_DIRNAME/../shellkit/loadable/lockkit.c"
  want='builtin
slot 75
freed
owner 75
freed
flock 75
freed 0
here 7
there 7
75' ENGINES=builtin everywhere bash <<'EOF'
echo "$__lockkit_engine"
lock_fd -j 1 slot deploy
lockkit run -qnj 1 deploy touch ran
echo "slot $?"
unlock "$slot"
lockkit run -nj 1 deploy echo freed
lock_fd --fcntl 9 ./f
lockkit run -qn --fcntl ./f touch ran
echo "owner $?"
unlock 9
lockkit run -n --fcntl ./f echo freed
# The same number, and not so.
lock_fd --fcntl 9 ./f
exec 9<&-
lock_fd -w 5 9 ./f
lockkit run -qn ./f touch ran
echo "flock $?"
unlock -r 9
[ ! -e f ] && echo "freed $?"
work() { was=set; return 7; }
with_lock -j 2 ./g work
echo "${was+here} $?"
unset was
with_lock --max 100 ./g work
echo "${was-there} $?"
with_lock -j 1 ./h with_lock -qnj 1 ./h touch ran
echo "$?"
[ ! -e ran ] || echo ran
EOF
}

@test '3.9, 3.10: -j in a trap during a wait, and under set -eu, means what it means outside' {
  want='in the trap 4
waited
under -eu' everywhere <<'EOF'
mkfifo up go
flock f sh -c 'echo >up; read x <go' &
read x <up
trap 'with_lock -j 1 deploy sh -c "exit 4"; echo "in the trap $?"; echo >go' USR1
(waiter f && kill -USR1 $$) &
with_lock -w 500 ./f echo waited
trap - USR1
set -eu
with_lock -j 2 deploy sh -c 'echo under -eu'
with_lock -j 2 deploy no-such-program 2>/dev/null
echo no
EOF
}

@test '3.11: with_lock --on and LOCKKIT_ON are never a lock of this machine alone' {
  want='69
69
69
64
69
7
here
free' everywhere <<'EOF'
work() { touch ran; }
# A lockkit that has no lockkit-etcd beside it.
mkdir alone
cp "$(command -v lockkit)" alone/lockkit
PATH=$PWD/alone:$PATH __lockkit_runner=''
with_lock --on etcd://127.0.0.1:1 deploy touch ran 2>/dev/null
echo $?
with_lock -n --on=etcd://127.0.0.1:1 --ttl 5 deploy touch ran 2>/dev/null
echo $?
LOCKKIT_ON=etcd://127.0.0.1:1
with_lock deploy touch ran 2>/dev/null
echo $?
with_lock --ttl 0 deploy touch ran 2>/dev/null
echo $?
with_lock deploy work 2>/dev/null
echo $?
with_lock --on '' deploy eval 'work() { return 7; }'
with_lock --on '' deploy work
echo $?
with_lock --on '' deploy sh -c 'echo here'
LOCKKIT_ON=''
with_lock -n deploy echo free
[ ! -e ran ] || echo ran
EOF
}

@test '3.10: who uses a lock without slots is told that others have some, and locks when they have none' {
  want='64 deploy is used with -j 2, and here without -j
64 0 64
in
0 0 75
in
path 64
0' everywhere <<'EOF'
mkfifo up go
hold() { echo >up; read -r line <go; }
(lockkit run -j 2 deploy sh -c 'echo >up; read -r line <go') &
read -r line <up
with_lock -n deploy echo in 2>said
printf '%s ' "$?"
sed '1!d; s/^.*: //' said
lock_fd -n 8 deploy 2>/dev/null
printf '%s ' "$?"
[ -e /dev/fd/8 ] && printf 'open '
with_lock -nj 2 deploy true
printf '%s ' "$?"
with_lock -w 1 deploy echo in 2>/dev/null
echo "$?"
echo >go
wait
with_lock -n deploy echo in
printf '%s ' "$?"
lock_fd -n 8 deploy
printf '%s ' "$?"
lockkit run -qnj 2 deploy true
echo "$?"
unlock 8
with_lock deploy echo in
(lockkit run -j 3 ./file sh -c 'echo >up; read -r line <go') &
read -r line <up
with_lock -qn ./file echo in 2>/dev/null
echo "path $?"
echo >go
wait
with_lock -n ./file true
echo "$?"
EOF
}
