# CONTRACT 2 and 3 where things are odd: file systems that are full or cannot be
# written, a working directory that is gone, descriptors that are taken, somebody
# else's file. In every shell that is to be had and on every engine.

bats_require_minimum_version 1.5.0

setup_file() {
  [ -r /proc/locks ] || skip 'no /proc/locks'
  load lib/shells
  emit
}

setup() { load lib/shells; }

# mounted — skips where a test may not mount; nothing that it mounts outlives it
mounted() {
  unshare -m mount -t tmpfs none /mnt 2>/dev/null || skip 'nothing can be mounted here'
}

@test '2.1: on a file system that cannot be written what is there is locked, and nothing is created' {
  mounted
  want='there exclusive
locks/name.lock exclusive
lockkit: cannot create ./new: Read-only file system
73
lockkit: cannot create ./place/locks/other.lock: Read-only file system
73
0' everywhere <<'EOF'
mkdir place
cat >inner <<'END'
. "$FUNCTIONS"
LOCKKIT_DIR=$PWD/locks
with_lock ./there state there
with_lock name state locks/name.lock
with_lock ./new echo no
echo $?
with_lock other echo no
echo $?
lock_fd 8 ./there && unlock 8
echo $?
END
unshare -m sh -c '
  mount -t tmpfs none place && cp inner place && cd place && mkdir -m 700 locks &&
  : >there && : >locks/name.lock && mount -o remount,ro "$PWD" && exec "$@"' sh $THIS_SHELL ./inner
EOF
}

@test '2.1: a lock file that others make anew while it is opened is no error' {
  want='in
0' everywhere <<'EOF'
# The first try fails although the file is there, as when another one was there just before.
failed=''
if [ -n "${BASH_VERSION-}" ]; then
  __lockkit_free() {
    __lockkit_free_fd=99999999
    if [ -n "$failed" ]; then
      __lockkit_free_fd=10
      while [ -e "/dev/fd/$__lockkit_free_fd" ]; do
        __lockkit_free_fd=$((__lockkit_free_fd + 1))
      done
    fi
    failed=1
  }
elif [ -z "${ZSH_VERSION-}" ]; then
  __lockkit_exec() {
    if [ -z "$failed" ]; then
      failed=1
      return 1
    fi
    eval "\\command exec $1"
  }
fi
: >lock
with_lock -n ./lock echo in
echo $?
EOF
}

@test '2.1: on a full file system what is there is locked, and nothing is pretended' {
  mounted
  want='there exclusive
locks/name.lock exclusive
0
lockkit: cannot create ./new: No space left on device
73
lockkit: cannot create ./place/locks/other.lock: No space left on device
73' everywhere <<'EOF'
mkdir place
cat >inner <<'END'
. "$FUNCTIONS"
LOCKKIT_DIR=$PWD/locks
with_lock ./there state there
with_lock name state locks/name.lock
wc -c <locks/name.lock
with_lock ./new echo no
echo $?
with_lock other echo no
echo $?
END
unshare -m sh -c '
  mount -t tmpfs -o size=16k,nr_inodes=8 none place && cp inner place && cd place && mkdir -m 700 locks &&
  : >there && : >locks/name.lock && { cat /dev/zero >fill; touch a b c d; } 2>/dev/null
  exec "$@"' sh $THIS_SHELL ./inner
EOF
}

@test '2: without a working directory a path from the root and a name are locked' {
  want='./f exclusive
named
73' everywhere <<'EOF'
here=$PWD
LOCKKIT_DIR=$here/locks
mkdir gone
cd gone
rmdir ../gone
exec 2>/dev/null # some programs complain
with_lock "$here/f" state "$here/f"
with_lock name echo named
with_lock ./f echo no
echo $?
EOF
}

@test '2.1: umask decides who else may lock, and with 077 and 000 all works the same' {
  want='-rw-------
drwx------
-rw-------
-rw-rw-rw-
drwx------
-rw-rw-rw-' everywhere <<'EOF'
for mask in 077 000; do
  umask $mask
  with_lock ./f$mask stat -c %A f$mask
  with_lock name stat -c %A locks locks/name.lock
  rm -r locks
done
EOF
}

@test '3.3: with 250 open descriptors there is still one' {
  want='f exclusive
g exclusive' everywhere <<'EOF'
cat >inner <<'END'
. "$FUNCTIONS"
with_lock ./f state f
exec 4<&-
lock_fd 4 ./g && state g
unlock 4
END
last=259
case $THIS_SHELL in mksh) last=99 ;; esac # with more it cannot redirect anything
bash -c 'for ((i = 10; i <= $1; i++)); do eval "exec $i</"; done; shift; exec "$@"' bash $last $THIS_SHELL ./inner
EOF
}

@test '3: without a free descriptor the command does not run' {
  want='not run' everywhere <<'EOF'
cat >inner <<'END'
. "$FUNCTIONS"
: >f
exec 3</ 4</ 5</ 6</ 7</ 8</ 9</
ulimit -n 10
with_lock ./f echo no
END
$THIS_SHELL ./inner 2>/dev/null || echo not run
EOF
}

@test "2.1: somebody else's file in a sticky directory is locked also where protected_regular is 2" {
  protected=$(cat /proc/sys/fs/protected_regular 2>/dev/null) || skip 'the kernel protects nothing'
  [ "$protected" = 2 ] || skip "sysctl fs.protected_regular is $protected"
  [ "$(id -u)" = 0 ] || skip 'not root'
  want='EACCES
75' everywhere <<'EOF'
mkdir -m 1777 sticky
cd sticky
: >file
chmod 666 file
chown 65534 file
sh -c ': 9>>file' 2>/dev/null || echo EACCES
with_lock ./file with_lock -qn ./file echo no
echo $?
EOF
}
