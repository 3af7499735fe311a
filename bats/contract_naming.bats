# CONTRACT 2, naming and opening a lock, in every shell that is to be had and on
# every engine. Scripts are plain sh, so that all shells run the same text.

bats_require_minimum_version 1.5.0

setup_file() {
  [ -r /proc/locks ] || skip 'no /proc/locks'
  load lib/shells
  emit
}

setup() { load lib/shells; }

@test '2: a name is a file in LOCKKIT_DIR, a path is itself, all else is a usage error' {
  want='ran
ran
locks/a-B_9.z.lock exclusive
64 64 64 64 64 64' everywhere <<'EOF'
with_lock a-B_9.z echo ran
with_lock ./a echo ran
with_lock a-B_9.z state locks/a-B_9.z.lock
for name in '' .x 'a b' ä 'x*' '~'; do
  with_lock "$name" echo no 2>/dev/null
  printf '%s ' $?
done | sed 's/ $//'
EOF
}

@test '2: a relative LOCKKIT_DIR would be two locks in two folders, and is a usage error' {
  want='64 with_lock: LOCKKIT_DIR must be an absolute path, not locks
64 lock_fd: LOCKKIT_DIR must be an absolute path, not ./locks
64
0' everywhere <<'EOF'
LOCKKIT_DIR=locks
said=$(with_lock name echo no 2>&1)
echo "$? ${said#lockkit: }"
LOCKKIT_DIR=./locks
said=$(lock_fd 8 name 2>&1)
echo "$? ${said#lockkit: }"
LOCKKIT_DIR=locks lockkit run name -- echo no 2>/dev/null
echo $?
with_lock ./name true
echo $?
[ ! -e locks ] || echo something was made
EOF
}

@test '2: without LOCKKIT_DIR the directory hangs on machine and user, never on TMPDIR' {
  [ "$(id -u)" = 0 ] || skip 'not root'
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"
  if [ -k /run/lock ]; then user=/run/lock/lockkit-65534; else user=/tmp/lockkit-65534; fi
  want="/run/lock/lockkit/lockkit-test.lock exclusive
$user/lockkit-test.lock exclusive" ENGINES=flock JOBS=1 everywhere <<EOF
chmod 755 .
export TMPDIR=\$PWD XDG_RUNTIME_DIR=\$PWD LOCKKIT_DIR=
cat >inner <<'END'
. "\$FUNCTIONS"
unset LOCKKIT_DIR
with_lock lockkit-test state "\$1/lockkit-test.lock"
END
\$THIS_SHELL ./inner /run/lock/lockkit
rm -f /run/lock/lockkit/lockkit-test.lock
setpriv --reuid 65534 --regid 65534 --clear-groups \$THIS_SHELL ./inner $user
EOF
  rm -rf "$user"
}

@test '2: the lock directory is 0700, and refused when it is a link, a file or not ours' {
  [ "$(id -u)" = 0 ] || skip 'not root'
  want='drwx------
73 lockkit: ./link is a symbolic link
73 lockkit: ./file is not a directory
73 lockkit: ./theirs belongs to another user
73 lockkit: cannot create ./no/dir: No such file or directory' everywhere <<'EOF'
umask 000
with_lock x true
stat -c %A locks
ln -s locks link
: >file
mkdir -m 777 theirs
chown 4711 theirs
for d in link file theirs no/dir; do
  LOCKKIT_DIR=$PWD/$d
  said=$(with_lock x echo no 2>&1)
  echo "$? $said"
done
EOF
}

@test '2.1: a file is never truncated, a missing one gets its mode from umask' {
  want='precious
precious
-rw-rw----
-rwx------' everywhere <<'EOF'
umask 007
echo precious >data
with_lock ./data cat data
lock_fd 8 ./data
unlock 8
cat data
with_lock ./new true
stat -c %A new
printf '#!/bin/sh\n' >tool
chmod 700 tool
with_lock ./tool stat -c %A tool
EOF
}

@test '2.1: a directory is locked, a FIFO and a device are refused, no dangling link is followed' {
  want='d exclusive
66 lockkit: cannot open ./fifo: neither a file nor a directory
66 lockkit: cannot open /dev/null: neither a file nor a directory
73 lockkit: cannot create ./dangling: a symbolic link that leads nowhere
nothing made' everywhere <<'EOF'
mkdir d
with_lock ./d state d
mkfifo fifo
for f in ./fifo /dev/null; do
  said=$(with_lock "$f" echo no 2>&1)
  echo "$? $said" | sed 's#/\./dev#/dev#'
done
ln -s target dangling
said=$(with_lock ./dangling echo no 2>&1)
echo "$? $said"
[ -e target ] || echo nothing made
EOF
}

@test '2.1: what cannot be opened is 66, what cannot be created is 73' {
  [ "$(id -u)" = 0 ] || skip 'not root'
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR"
  want='66 lockkit: cannot open ./secret: Permission denied
73 lockkit: cannot create ./new: Permission denied
73 lockkit: cannot create ./no/dir: No such file or directory' everywhere <<'EOF'
: >secret
chmod 000 secret
chmod 755 .
cat >inner <<'END'
. "$FUNCTIONS"
for f in secret new no/dir; do
  said=$(with_lock "./$f" echo no 2>&1)
  echo "$? $said"
done
END
setpriv --reuid 65534 --regid 65534 --clear-groups $THIS_SHELL ./inner
EOF
}

@test '2.1: where an exclusive lock wants a writable descriptor, as on NFS, it gets one' {
  mkdir -p "$BATS_TEST_TMPDIR/nfs"
  cat >"$BATS_TEST_TMPDIR/nfs/flock" <<'EOF'
#!/usr/bin/env bash
for fd; do :; done
if [[ " $1" != *s* && $1 != -u && $NFS && /dev/fd/$fd -ef $NFS ]] &&
  grep -q 'flags:.*0$' "/proc/self/fdinfo/$fd"; then
  echo "flock: $fd: Bad file descriptor" >&2
  exit 65
fi
exec /usr/bin/flock "$@"
EOF
  chmod +x "$BATS_TEST_TMPDIR/nfs/flock"
  PATH=$BATS_TEST_TMPDIR/nfs:$PATH ENGINES=flock want='data
f exclusive
f shared
data' everywhere <<'EOF'
echo data >f
NFS=$PWD/f
export NFS
with_lock ./f cat f
with_lock ./f env NFS= state f
with_lock -s ./f env NFS= state f
cat f
EOF
}

@test '2.2: a file that was removed while we waited is not what we lock' {
  want='the lock is on the file that is there' everywhere <<'EOF'
mkfifo go
check() {
  [ "$(state L)" = 'L exclusive' ] && echo the lock is on the file that is there
}
flock L sh -c 'read x <go; rm L; : >L' &
held L
with_lock ./L check &
waiter L
echo >go
wait
EOF
}

@test '2.2: lock_fd FD LOCK compares too' {
  want='L exclusive
old free' everywhere <<'EOF'
mkfifo go
flock L sh -c 'read x <go; mv L old; : >L' &
held L
(lock_fd 8 ./L && state L) &
waiter L
echo >go
wait
state old
EOF
}

@test '2.2: lock_fd FD alone locks what the caller opened' {
  want='old exclusive' everywhere <<'EOF'
: >L
(
  mv L old
  : >L
  lock_fd 8 && state old
) 8<L
EOF
}

@test '2.3: a named file holds one line about the holder, a path is never written' {
  want='1 line, our pid, no later than now, script
empty
longer than the line but one' everywhere <<'EOF'
check() {
  read -r pid since name <locks/deploy.lock
  [ "$pid" = "$$" ] && [ "$since" -le "$(date +%s)" ] && [ "$since" -gt 1700000000 ] &&
    echo "$(($(wc -l <locks/deploy.lock))) line, our pid, no later than now, $name"
}
mkdir -m 700 locks
echo 'something that was here before and is longer than the line of a holder' >locks/deploy.lock
set -C
with_lock deploy check
: >path
with_lock ./path true
[ -s path ] || echo empty
echo 'longer than the line but one' >other
with_lock ./other cat other
EOF
}

@test '2.3: the line names the subshell that holds the lock, not the script around it' {
  want='the subshell
the subshell' everywhere <<'EOF'
check() {
  read -r pid rest <locks/deploy.lock
  me=$(exec sh -c 'echo $PPID')
  [ "$pid" = "$me" ] || [ "$pid" != $$ ] && echo the subshell
}
(with_lock deploy check)
(lock_fd 8 deploy && check)
EOF
}

@test '2.3: a link in the place of a named file is locked and not written' {
  want='precious
ran
precious' everywhere <<'EOF'
mkdir -m 700 locks
echo precious >data
ln -s ../data locks/x.lock
with_lock x cat data
with_lock x echo ran
cat data
EOF
}
