# `lockkit doctor` and `lockkit gc` where it matters: file systems that are mounted
# for the test, in a mount namespace of its own that ends with it.
# shellcheck disable=SC2016,SC2030,SC2031 # text for other shells; bats runs each test in its own

bats_require_minimum_version 1.5.0

setup_file() {
  [ -r /proc/self/mountinfo ] || skip 'no /proc/self/mountinfo'
  command -v flock >/dev/null || skip 'no flock(1)'
  LOCKKIT=$(realpath -e "${LOCKKIT-$BATS_TEST_DIRNAME/../build/lockkit}") || return
  export LOCKKIT PATH=$BATS_TEST_DIRNAME/flock_helpers:$PATH
  export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT-60} # no wait lasts for ever
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  D=$PWD
  export D LOCKKIT_DIR=$D/locks
  unset LOCKKIT_ENGINE LOCKKIT_LOADABLE
}

# Everything that a test has started ends with it, whoever its parent is by now.
teardown() {
  disown -a
  local process
  for process in /proc/[0-9]*; do
    [ ! "$process/cwd" -ef "$D" ] || [ "${process#/proc/}" = $$ ] ||
      [ "${process#/proc/}" = "$BASHPID" ] || kill -9 "${process#/proc/}"
  done 2>/dev/null || :
}

# mounting — runs a script of standard input where it may mount; lk in it is
# lockkit, whatever is mounted over its place
mounting() {
  [ "$(id -u)" = 0 ] || skip 'not root'
  unshare -m mount -t tmpfs none /mnt 2>/dev/null || skip 'nothing can be mounted here'
  unshare -m --propagation private bash -euc 'lk() { /proc/self/fd/5 "$@"; }
'"$(cat)" 5<"$LOCKKIT" 3>&-
}

# says LEVEL ABOUT TEXT [HINT] — whether output has a finding that begins so, with
# such a hint below it
says() {
  local i
  for ((i = 0; i < ${#lines[@]}; i++)); do
    [[ ${lines[i]} =~ ^'  '$1' '+$2' '+(.*) && ${BASH_REMATCH[1]} == "$3"* ]] || continue
    [[ -z ${4-} || ${lines[i + 1]-} == *" hint: $4"* ]] && return
  done
  printf '%s\n' "no finding: $*" "$output"
  return 1
}

@test '4: doctor tries a lock through every mount of the file system' {
  run -0 mounting <<'END'
mount -t tmpfs none "$D"
cd "$D"
mkdir here there seen apart
mount --bind here there
mount --bind here seen
mount -o remount,bind,ro seen
mount --bind apart apart
: >here/lock
lk doctor here/lock
END
  [[ $output == *"locks in here"* ]]
  says ok "tmpfs on $D" 'a local file system: the kernel keeps its locks'
  says ok "through $D/there" 'the same file by another mount: locks exclude'
  says ok "through $D/seen" 'the same file by another mount: locks exclude'
  [[ $output != *apart* ]]
}

@test '4: doctor says what kind of place it is: overlay, read-only' {
  run -0 mounting <<'END'
mount -t tmpfs none "$D"
cd "$D"
mkdir low up work over
mount -t overlay -o lowerdir=low,upperdir=up,workdir=work overlay over 2>/dev/null || exit 0
lk doctor over
END
  [ -z "$output" ] || {
    says ok "overlay on $D/over" 'locks exclude within this overlay; two overlays on the same lower directory do not see each other'
    says ok 'two opens' 'the second waits for the first'
    says ok fork 'a child that inherited the lock keeps it'
  }
  run -0 mounting <<'END'
mkdir "$D/sealed"
mount -t tmpfs -o ro none "$D/sealed"
lk doctor "$D/sealed"
END
  says note trial 'not made, since no file can be created here: read-only file system' \
    'files that are here already can be locked; for new ones take another place'
}

# No file system of one machine grants every lock; the system call does so here.
@test '4: doctor finds out that locks are granted but do not exclude' {
  command -v strace >/dev/null || skip 'no strace'
  strace -f -qq -o /dev/null true 2>/dev/null || skip 'nothing can be traced here'
  run -1 strace -f -qq -o /dev/null -e trace=flock -e inject=flock:retval=0 "$LOCKKIT" doctor .
  says problem 'two opens' 'two exclusive locks were granted at once: locks do not exclude here' 'lock a file on a local file system'
  says problem 'shared and exclusive' 'an exclusive lock was granted beside a shared one'
  says problem fork 'the lock was gone although a child still had the descriptor'
  says note flock "$(command -v flock) is no engine: it says that it locked, but nothing is locked"
  says problem choice 'no engine works: with_lock answers 69 and runs nothing' 'install util-linux'
  run -1 strace -f -qq -o /dev/null -e trace=flock -e inject=flock:error=ENOLCK "$LOCKKIT" doctor .
  says problem 'two opens' 'locking fails: no locks available'
  says problem 'read-only descriptor' 'locking fails: no locks available'
  # As on NFS, where that is no harm.
  run -1 strace -f -qq -o /dev/null -e trace=flock -e inject=flock:error=EBADF "$LOCKKIT" doctor .
  says note 'read-only descriptor' 'an exclusive lock needs a writable descriptor here'
  run ! compgen -G '.lockkit-doctor-*'
}

@test '4: doctor knows what endangers lock files in a directory for everybody' {
  mkdir -m 1777 sticky
  mkdir -m 777 open
  run -0 "$LOCKKIT" doctor sticky
  says note sticky 'everybody can create files here, also ahead of you' 'use a directory of your own'
  run -1 "$LOCKKIT" doctor open
  says problem mode 'everybody can remove and replace files here' 'use a directory of your own'

  run -0 mounting <<'END'
cd "$D"
echo 2 >value
: >sticky/theirs
chown 65534 sticky/theirs
mount --bind value /proc/sys/fs/protected_regular
lk doctor sticky/theirs
END
  says note protected_regular '2: `9>`, `9>>` and `9<>` on another user'\''s file fail here with EACCES, also for root' \
    'open an existing file with `9<`, as lockkit does'
  says note protected_regular 'sticky/theirs belongs to user 65534: that is the case here'
  run -0 mounting <<'END'
cd "$D"
echo 0 >value
mount --bind value /proc/sys/fs/protected_regular
lk doctor sticky
END
  says ok protected_regular '0: does not get in the way'
}

@test '4: doctor names who sweeps the directory' {
  run -0 mounting <<'END'
mount -t tmpfs none /run
mkdir -p /run/tmpfiles.d
printf 'd %s - - - 3d\n' "$D/swept" >/run/tmpfiles.d/lockkit-test.conf
mkdir -p "$D/swept/below"
lk doctor "$D/swept/below"
END
  says note cleaner 'systemd-tmpfiles removes what is older than 3d (/run/tmpfiles.d/lockkit-test.conf); a lock on a file does not stop it' \
    'use a directory that nobody sweeps'
}

@test '4: doctor says when a name is another lock than outside: PrivateTmp' {
  run -0 mounting <<'END'
mkdir -p "$D/systemd-private-1-a.service/tmp"
mount --bind "$D/systemd-private-1-a.service/tmp" /tmp
mkdir -m 700 /tmp/locks
LOCKKIT_DIR=/tmp/locks lk doctor
END
  says note PrivateTmp 'this process has a /tmp of its own ' 'give a path outside of /tmp'
}

@test '4: doctor says why named locks are refused' {
  mkdir -m 700 locks
  run -0 "$LOCKKIT" doctor
  says ok mode 'there, yours, mode 0700'
  if [ "$(id -u)" = 0 ]; then
    chown 65534 locks
    run -1 "$LOCKKIT" doctor .
    says problem owner 'belongs to user 65534; named locks are refused with 73' 'give a path for a lock that users share'
    run -73 "$LOCKKIT" run deploy -- true
    chown 0 locks
  fi
  rmdir locks
  : >locks
  run -1 "$LOCKKIT" doctor .
  says problem kind 'is not a directory; named locks are refused with 73' 'move it out of the way'
  run -73 "$LOCKKIT" run deploy -- true
  rm locks
  run -1 env LOCKKIT_DIR=locks "$LOCKKIT" doctor .
  says problem state 'is not an absolute path: one name would be another lock in another folder; named locks are refused with 64' 'set LOCKKIT_DIR to an absolute path'
  run -1 env LOCKKIT_DIR="$D/no/such" "$LOCKKIT" doctor .
  says problem state "not there, and $D/no is not writable; named locks are refused with 73" 'create it with mode 0700'
}

@test '4: doctor --format json holds what the text shows' {
  mkdir -m 777 open
  run -1 --separate-stderr "$LOCKKIT" doctor --format json open
  [ -z "$stderr" ]
  [ "$(jq -r '[.[].title] | join("|")' <<<"$output")" = "engines|lock directory $LOCKKIT_DIR|locks in open" ]
  [ "$(jq -r '.[2].findings[] | select(.about == "mode") | .level + ": " + .hint' <<<"$output")" = 'problem: use a directory of your own' ]
}

# The shell holds one lock, a command that it left behind holds another.
@test '4: gc keeps what is held, by whomever, and says so; it removes when it is told to' {
  mkfifo gate
  "$LOCKKIT" init bash >functions
  cat >job <<'END'
. ./functions
leave() { sleep 9h & }
with_lock -k left leave
with_lock free :
with_lock held eval 'echo >up; read -r _ <gate'
END
  mkfifo up
  bash job </dev/null >/dev/null 2>&1 3>&- &
  read -r <>up
  flock -s locks/shared.lock sleep 9h 3>&- &
  # lockkit disable=LK205 -- asks until somebody else has it
  until ! flock -n locks/shared.lock true; do :; done
  want=$'leftover free.lock\nkept     held.lock: held\nkept     left.lock: held\nkept     shared.lock: held'
  run -0 "$LOCKKIT" gc locks
  [ "$output" = "$want"$'\n1 would be removed, 3 kept; --remove does it' ]
  run -0 "$LOCKKIT" gc --remove locks
  [ "$output" = "${want/leftover/removed }"$'\n1 removed, 3 kept' ]
  [ "$(cd locks && echo *)" = 'held.lock left.lock shared.lock' ]
}

@test '4: gc does not rob those who wait' {
  mkfifo up gate
  "$LOCKKIT" run a -- bash -c 'echo >up; read -r _ <gate' 3>&- &
  read -r <>up
  "$LOCKKIT" run a -- touch had 3>&- &
  waiter locks/a.lock
  run -0 "$LOCKKIT" gc --remove locks
  [ "$output" = $'kept     a.lock: held\n0 removed, 1 kept' ]
  echo >gate
  wait $!
  [ -e had ]
  run -0 "$LOCKKIT" gc --remove locks
  [ "$output" = $'removed  a.lock\n1 removed, 0 kept' ]
  [ -z "$(ls locks)" ]
}

@test '4: gc lets root sweep the lock directory of another user' {
  run -0 mounting <<'END'
command -v setpriv >/dev/null || exit 0
mount -t tmpfs none /run
mkdir -m 1777 /run/lock
unset LOCKKIT_DIR
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
as_nobody /proc/self/fd/5 run a -- true
lk gc /run/lock/lockkit-65534
mkdir -m 700 /run/lock/elsewhere
lk gc /run/lock/elsewhere 2>&1 || echo "status $?"
END
  [ "${lines[0]}" = 'leftover a.lock' ]
  [[ $output == *'elsewhere is not your directory of named locks'*'status 64' ]]
}
