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

@test '3.10: a function or a builtin under -j, --max or --fcntl is 69, and does not run' {
  want='lockkit: with_lock: with -j, --max and --fcntl COMMAND must be a program: work is none
69
lockkit: with_lock: with -j, --max and --fcntl COMMAND must be a program: : is none
69
lockkit: with_lock: with -j, --max and --fcntl COMMAND must be a program: export is none
69
plain
lockkit: with_lock: -j, --max, --fcntl and --on need lockkit, and none is here that locks
69' everywhere <<'EOF'
work() { touch ran; }
for command in work : export; do
  with_lock -j 2 deploy "$command" ran
  echo $?
done
with_lock -w 5 -E 7 deploy echo plain
__lockkit_runner='' PATH=/nowhere
with_lock --max 5 deploy /bin/true
echo $?
[ ! -e ran ] || echo ran
EOF
}

@test '3.10: a function with a slash in its name is no program, and lock_fd has none of these options' {
  want='lockkit: with_lock: with -j, --max and --fcntl COMMAND must be a program: a/b is none
69
lockkit: lock_fd: unknown option -j
64
lockkit: lock_fd: unknown option --fcntl
64' everywhere bash zsh <<'EOF'
eval 'a/b() { touch ran; }'
with_lock -j 2 deploy a/b
echo $?
lock_fd -j 2 9 deploy
echo $?
lock_fd --fcntl 9 deploy
echo $?
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
lockkit: with_lock: with -j, --max and --fcntl COMMAND must be a program: work is none
69
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
with_lock --on '' deploy work
echo $?
with_lock --on '' deploy sh -c 'echo here'
LOCKKIT_ON=''
with_lock -n deploy echo free
[ ! -e ran ] || echo ran
EOF
}
