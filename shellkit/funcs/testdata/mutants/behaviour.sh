# shellcheck shell=sh
# What the functions do, call by call: the status of each, what it said and what its
# command saw. Each call has a folder of its own in $T, which the test has filled, and
# the test says which calls are made. $FUNCTIONS defines the functions. Who holds a lock
# does so with a descriptor of this shell, so nothing has to be waited for.
cd "$T" || exit
PATH=/usr/bin:/bin
unset LOCKKIT_ENGINE LOCKKIT_DIR
export REACHED # also a script that a call runs says what it comes to
. "$FUNCTIONS"
# The engine was found by an earlier call, but in calls that begin with anew.
__lockkit_engine=flock __lockkit_engine_for=flock __lockkit_program=/usr/bin/flock
exec 3>held 4>shared
/usr/bin/flock -n 3 3<&3 && /usr/bin/flock -ns 4 4<&4

did() { echo "did $*"; return "${result:-0}"; }
free() { if /usr/bin/flock -n "$1" true 3>&- 4>&-; then echo "$1 is free"; else echo "$1 is locked"; fi; }
sees() { ls -l /proc/self/fd | grep -c "$1"; }
left() { { read -r line; } <fifo & }
opens() { sh -c 'ls /proc/$PPID/fd' >count; wc -l <count; }
anew() { __lockkit_engine=''; }
fake() { anew; PATH=$T/bin:$PATH; }
# told ANSWER...: what flock does, call by call
told() { fake; ANSWERS=$PWD/answers; export ANSWERS; for answer; do echo "$answer"; done >answers; }
open() { ls -l /proc/self/fd | sed -n "s|.* \\([0-9]*\\) -> .*/$1\$|\\1|p"; }
# timeless: the time of a wait is over at once, and the clock says so; for scripts too
# that read this file
timeless() { . "$T/timeless"; }
cat >timeless <<'END'
PATH=$T/bin:$PATH FAKE='late "$@"' CLOCK=$T/clock
export FAKE CLOCK
[ -e "$CLOCK" ] || echo 5000 >"$CLOCK"
__lockkit_engine='' __lockkit_engine_for=''
__lockkit_now() { read -r __lockkit_clock <"$CLOCK"; }
END
# at PATTERN ACTION: what somebody else does just before a command that fits, once, in a
# shell that tells what it is about to do
at() {
  rm -f came
  eval "comes() { case \$1 in $1) if [ ! -e '$PWD/came' ]; then : >'$PWD/came'; $2; fi ;; esac; }"
  if [ "${BASH_VERSION-}" ]; then
    set -T
    trap 'comes "$BASH_COMMAND"' DEBUG
  elif [ "${ZSH_VERSION-}" ]; then
    trap 'comes "$ZSH_DEBUG_CMD"' DEBUG
  else
    case ${KSH_VERSION-} in *93u*) trap 'comes "${.sh.command}"' DEBUG ;; esac
  fi
}
# another USER SETUP: runs ./call as USER in a root folder that SETUP has changed, without
# /run and /tmp but as it makes them
another() {
  rm -rf --one-file-system root
  mkdir -p "root$T"
  unshare -m sh -c '
    for d in bin dev etc lib lib32 lib64 proc sbin usr; do
      if [ -L "/$d" ]; then cp -P "/$d" "root/$d"; elif [ -d "/$d" ]; then mkdir "root/$d" && mount --rbind "/$d" "root/$d"; fi
    done
    mount --bind "$T" "root$T"
    mkdir root/run
    chmod 1777 root/tmp
    eval "$2"
    exec /usr/sbin/chroot root setpriv --reuid="$1" --regid="$1" --clear-groups sh -c '\''cd "$1" && exec $THIS ./call'\'' sh "$PWD"' sh "$1" "$2"
}
# What SETUP of another can be: no /proc, but what /dev/fd needs; and a date that tells
# the time of timeless, and knows -r and no -d
noproc='umount -l root/dev root/proc; mkdir root/p; mount --rbind /proc root/p; cp -a /dev/null /dev/zero root/dev; ln -s /p/self/fd root/dev/fd'
fakeproc="$noproc"'; mount --bind "$PWD/proc" root/proc'
olddate='mount --bind "$T/date" root/usr/bin/date'
cat >date <<'END'
#!/bin/sh
case $1 in
  +%s) read -r clock <"$CLOCK" && echo "$((clock / 1000))" ;;
  -r) echo "$2 $3" ;;
  *) exit 1 ;;
esac
END
chmod 755 date
cat >family <<'END'
# process PID PARENT CHILD: shows it in ./proc: it waits for CHILD
process() {
  mkdir -p "proc/$1/fd" "proc/$1/fdinfo" "proc/$1/task/$1"
  echo "$1 (a) S) S $2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 1 19 20" >"proc/$1/stat"
  echo "$3 " >"proc/$1/task/$1/children"
  echo "name $1" >"proc/$1/comm"
  : >"proc/$1/timers"
  echo do_wait >"proc/$1/wchan"
  ln -s /dev/null "proc/$1/fd/1"
}
# locks PID FD MODE: shows that a process has ./a locked
locks() {
  printf 'pos:\t0\nflags:\t0100000\nlock:\t1: FLOCK  ADVISORY  %s %s fe:00:1 0 EOF\n' "$3" "$1" >"proc/$1/fdinfo/$2"
  ln -sf "$PWD/a" "proc/$1/fd/$2"
}
# family HOLDER...: 100 has 200 has 300; those given hold the lock
family() {
  rm -rf proc/*
  process 300 200 400
  process 100 1 200
  process 200 100 300
  : >a
  for holder; do locks "$holder" 7 WRITE; done
}
. "$FUNCTIONS"
family
exec 9<a
END
variables() { set | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' | sort; }

# call NAME CALL: in a subshell without our descriptors
call() {
  REACHED=$T/call/$1/reached
  cd "$T/call/$1" || exit
  ( ulimit -t 5; exec 3>&- 4>&-; result=''; eval "$2" ) >"$T/out" 2>&1
  set -- "$1" "$?"
  cat "$T/out"
  echo
  echo "= $1 $2"
}

call plain 'anew; with_lock ./a did 1 "2 3" "*"; free a'
call status 'result=3; with_lock ./a did'
call false 'with_lock ./a false; free a'
call echo 'with_lock ./a echo; free a'
call program 'with_lock ./a sh -c "exit 4"; s=$?; free a; exit $s'
call inside 'with_lock ./a free a'
call returns 'f() { return 5; }; with_lock ./a f; s=$?; free a; exit $s'
call breaks 'f() { break 3; }; for i in 1 2; do echo $i; with_lock ./a f 2>/dev/null; done; free a'
call sets 'f() { x=$1; }; with_lock ./a f 7; echo $x'
call exits 'f() { exit 6; }; with_lock ./a f; echo no'
call busy 'anew; with_lock -n ./held did'
call code 'with_lock -n -E 9 ./held did'
call zero 'with_lock -n -E 0 ./held did'
call joined 'with_lock -nE08 ./held did'
call most 'with_lock -nE255 ./held did'
call quiet 'with_lock -nq ./held did'
call now 'with_lock -w 0 ./held did'
call soon 'with_lock -w 0.001 -E 8 ./held did'
call later 'with_lock -w .15 ./held did'
call told 'with_lock -v -w 0.05 ./held did'
call verbose 'with_lock -v ./a did'
call shared 'with_lock -sn ./shared did'
call sharing 'with_lock -sn ./held did'
call exclusive 'with_lock -sxn ./shared did'
call reads 'f() { /usr/bin/flock -ns a true && echo shared; free a; }; with_lock -s ./a f'
call long 'with_lock --shared --exclusive --nonblock --timeout=1 --conflict-exit-code 7 --verbose --quiet -- ./held -- did'
call keeps 'with_lock --keep ./a left; free a; echo >fifo; wait; free a'
call keptprogram 'with_lock -k ./a sh -c "cat <fifo >/dev/null &"; free a; : >fifo'
call leaves 'with_lock ./a left; free a; echo >fifo; wait'
cat >runner <<'END'
#!/bin/sh
case $1 in run) echo "$*"; exit 7 ;; *) exec "$TOOLS/lockkit" "$@" ;; esac
END
chmod +x runner
call byrun 'mkdir x; cp "$T/runner" x/lockkit; PATH=$PWD/x:$PATH; f() { did; }; for o in -j2 -nj2 --fcntl --slots=2 --max=3 --kill-after=3 -qnE5j; do for c in sh f : nosuch; do with_lock "$o" ./a $c x; echo $?; done; with_lock -q "$o" -- ./a -- ./plain; with_lock "$o"; with_lock "$o" ./a; done'
call byrunvalue 'mkdir x; cp "$T/runner" x/lockkit; PATH=$PWD/x:$PATH; for o in -j -nj --slots --max --kill-after; do for c in sh did true; do with_lock "$o" 2 ./a $c x; echo $?; done; with_lock -w 5 -E5 --timeout 5 --conflict-exit-code 5 --nonblock "$o" 2 ./a sh; with_lock "$o"; done'
call notbyrun 'mkdir x; cp "$T/runner" x/lockkit; PATH=$PWD/x:$PATH; with_lock -w 5 -E 5 -- ./a did -j 2; with_lock -E j ./a did; with_lock -w j ./a did; with_lock -wj ./a did; with_lock -q -- -j did; with_lock --timeout --max ./a did; with_lock --conflict-exit-code --max ./a did; with_lock -q ./a did --fcntl; with_lock; echo $?; with_lock -; echo $?; with_lock -n'
call norunner 'PATH=/usr/bin:/bin; with_lock -j 2 ./a sh -c "echo ran"; echo "$?"; PATH=$TOOLS:$PATH; with_lock -j 2 ./a sh -c "echo ran"; echo "$? $__lockkit_engine"; PATH=/usr/bin:/bin; with_lock -j 2 ./a sh -c "echo ran"; echo "$?"; with_lock -n ./held did'
call closes 'with_lock -o ./a sees "/a$"; with_lock ./a sees "/a$"; free a'
call closefn 'f() { sees "/a$"; free a; return 2; }; with_lock --close ./a f; s=$?; free a; exit $s'
call last 'with_lock -ok ./a sees "/a$"; with_lock -ko ./a sees "/a$"'
call onexec 'with_lock -o ./a exec true'
call execs 'with_lock ./a exec echo executed'
call nested 'f() { with_lock ./b g; free a; }; g() { free a; free b; }; with_lock ./a f; free a; free b'
call itself 'f() { with_lock ./a did; }; with_lock ./a f; s=$?; free a; exit $s'
call itselfnow 'f() { with_lock -n ./a did; }; with_lock ./a f'
call itselfsoon 'f() { with_lock -w 0.01 ./a did; }; with_lock ./a f'
call child 'f() { ( with_lock ./a did ); }; with_lock ./a f'
call errexit 'anew; set -e; with_lock ./a did; with_lock -n -E 3 ./held did; echo no'
call errexitin 'f() { false; echo no; }; set -e; with_lock ./a f; echo no'
call nounset 'anew; set -u; with_lock ./a did'
call noclobber 'anew; set -C; with_lock ./new did; with_lock ./new did'
call noglob 'anew; set -f; with_lock ./a did "*"'
call inif 'if with_lock -n ./held did; then echo yes; else echo "no $?"; fi; if with_lock ./a did; then echo yes; fi'
call inexit "anew; trap 'with_lock -n ./held did; echo \$?; with_lock ./a did; echo \$?; lock_fd -n 9 ./held; echo \$?' EXIT; exit 7"
call insignal "trap 'with_lock -n ./held did; echo \$?; with_lock ./a did; echo \$?' USR1; sh -c 'kill -USR1 \$PPID'; echo \$?"
call fifo 'with_lock ./fifo did'
call device 'with_lock /dev/null did'
call dangling 'with_lock ./dangling did; ls nowhere'
call missing 'with_lock ./no/a did'
call folder 'with_lock ./dir did'
call linked 'ln -s a toa; with_lock ./toa did'
call kept 'echo text >full; with_lock ./full did; cat full'
call named 'LOCKKIT_DIR=$PWD/named; with_lock one did; ls -ld named | cut -c1-10; wc -w <named/one.lock; cut -d" " -f3 <named/one.lock | wc -l; free named/one.lock'
call namedbusy 'LOCKKIT_DIR=$PWD/named; f() { with_lock -n two did; }; with_lock two f'
call namedlink 'LOCKKIT_DIR=$PWD/link; with_lock one did'
call namedfile 'LOCKKIT_DIR=$PWD/plain; with_lock one did'
call namednone 'LOCKKIT_DIR=$PWD/no/such; with_lock one did'
call relative 'LOCKKIT_DIR=rel; with_lock one did'
call names 'LOCKKIT_DIR=$PWD/named; for n in .a -a a/ "a b" "" a.b-c_D 9; do with_lock -- "$n" did; echo $?; done'
call usage 'with_lock; echo $?; with_lock -n; echo $?; with_lock ./a; echo $?; with_lock ./a --; echo $?; with_lock ./a -x; echo $?; with_lock -- ./a -- did'
call options 'for o in -z --none -nz -r --remove --nonblock=1 --keep= -- --; do with_lock "$o" ./a did; echo $?; done'
call values 'for v in x "" . 1.2.3 -1 1x; do with_lock -w "$v" ./a did; echo $?; done; with_lock -w; echo $?; with_lock --timeout; echo $?; with_lock -nw; echo $?'
call codes 'for v in x "" 256 999 1000 -1 1x; do with_lock -n -E "$v" ./held did; echo $?; done; with_lock -E; echo $?'
call seconds 'for v in 0 00 0.0 000.000 .0; do with_lock -w $v ./held did; echo $?; done; for v in 1 01.5 99999999999 4000000000.25 2147483648; do with_lock -w $v ./a did; echo $?; done'
call fd 'anew; lock_fd 9 ./a; echo $?; free a; unlock 9; echo $?; free a; sees "/a$"'
call fdbusy 'lock_fd -n 9 ./held; echo $?; sees "/held$"; lock_fd -n -E 5 9 ./held; echo $?; lock_fd -nq 9 ./held; echo $?; lock_fd -w 0.01 9 ./held; echo $?'
call fdzero 'lock_fd -n -E 0 9 ./held; echo $?; lock_fd -E 00 9 ./a; echo $?; free a'
call fdopen 'anew; exec 9>./a; lock_fd 9; echo $?; free a; unlock 9; echo $?; free a; sees "/a$"; lock_fd 9 ./b; echo $?'
call fdopenbusy 'exec 9>./held; lock_fd -n 9; echo $?; lock_fd -w 0.01 -E 4 9; echo $?; sees "/held$"'
call fdclosed 'lock_fd 9; echo $?; unlock 9; echo $?'
call fdusage 'lock_fd; echo $?; lock_fd -o 9; echo $?; lock_fd 9 ./a b; echo $?; lock_fd x-y ./a; echo $?; lock_fd -- -1; echo $?; lock_fd name; echo $?; lock_fd 09 ./a; echo $?'
call fdshared 'anew; lock_fd -s 9 ./a; /usr/bin/flock -ns a true && echo shared; free a; unlock -r 9; echo $?; ls a'
call fdsharedby 'lock_fd -sn 9 ./shared; echo $?; unlock -r 9; echo $?; ls shared; sees "/shared$"'
call fdremove ': >gone; lock_fd 9 gone; echo $?; LOCKKIT_DIR=$PWD; lock_fd 8 ./gone; unlock -r 8; echo $?; ls gone; unlock -r 8; echo $?'
call fdfar 'lock_fd 9 ./a; cd dir; unlock -r 9; echo $?; cd ..; ls a'
call fdreplaced 'lock_fd 9 ./a; rm a; : >a; unlock -r 9; echo $?; ls a'
call fdleft 'exec 9>./a; lock_fd 9; left; unlock 9; free a; echo >fifo; wait'
call fdmiss 'exec 9>./a; lock_fd 9; unlock -r 9; echo $?; free a; unlock; echo $?; unlock 9 9; echo $?; unlock -n 9; echo $?; unlock x-y; echo $?; unlock --remove 9; echo $?'
call fdtwo 'lock_fd 9 ./a; lock_fd 8 ./b; free a; free b; unlock 9; free a; free b; unlock 8; free b'
call none 'anew; LOCKKIT_ENGINE=none; with_lock ./a did; echo $?; lock_fd 9 ./a; echo $?; sees "/a$"'
call nopath 'anew; PATH=/nowhere; with_lock ./a did; echo $?'
call engine 'fake; with_lock ./a did; FAKE="exit 71"; export FAKE; with_lock ./a did; echo $?; lock_fd 9 ./a; echo $?; sees "/a$"; FAKE=; lock_fd 9 ./a; FAKE="exit 71"; unlock 9; echo $?'
call engine1 'fake; with_lock ./a did; FAKE="exit 1"; export FAKE; with_lock ./a did; echo $?; with_lock -w 0.01 ./a did; echo $?'
call engine65 'fake; with_lock ./a did; FAKE="exit 65"; export FAKE; with_lock ./a did; echo $?; with_lock -s ./a did; echo $?; exec 9>./a; lock_fd 9; echo $?'
call engine127 'fake; with_lock ./a did; FAKE="exit 127"; export FAKE; with_lock ./a did; echo $?; FAKE="exit 126"; with_lock -w 1 ./a did; echo $?; lock_fd 9 ./a; echo $?'
call engine15 'fake; with_lock ./a did; FAKE="kill -15 \$\$"; export FAKE; with_lock ./a did 2>/dev/null; echo $?; lock_fd 9 ./a 2>/dev/null; echo $?; sees "/a$"'
call lost 'fake; with_lock ./a did; mv "$T/bin/flock" gone; with_lock ./b did; echo "$?"; with_lock ./b did; echo "$? $__lockkit_program"; mv gone "$T/bin/flock"'
call twice 'anew; . "$FUNCTIONS"; with_lock ./a did; lock_fd 9 ./a; . "$FUNCTIONS"; unlock -r 9; ls a'
call many 'for i in 1 2 3 4 5 6; do with_lock ./a :; done; opens; lock_fd -n 9 ./held 2>/dev/null; with_lock -n ./held did 2>/dev/null; opens; free a'
call functions 'anew; alias flock=false exec=false printf=false 2>/dev/null; printf() { echo mine; }; read() { echo mine; }; with_lock ./a did'
call settings 'set -f -u; IFS=0123456789/.d; with_lock -n ./held did; with_lock ./a did; lock_fd -n 9 ./held; with_lock -w 0.01 ./held did'
call settingsnamed 'LOCKKIT_DIR=$PWD/named; set -f; IFS=0123456789ai; f() { with_lock -n two did; }; with_lock two f'
call shopts 'LOCKKIT_DIR=$PWD/named; shopt -s nocasematch failglob nullglob 2>/dev/null; GLOBIGNORE="*"; f() { with_lock -n two did; with_lock -S ./b did; with_lock --SHARED ./b did; }; with_lock two f; shopt nocasematch failglob nullglob; with_lock -n ./held did'
call setopts 'setopt ksharrays shwordsplit noglob noclobber nounset ignorebraces 2>/dev/null; with_lock -n ./held did; with_lock ./a did; lock_fd 9 ./a; free a; unlock -r 9; echo "$?"'
call setoptsnamed 'LOCKKIT_DIR=$PWD/named; setopt extendedglob nomatch cshnullglob globassign kshglob 2>/dev/null; f() { with_lock -n two did; }; with_lock two f'
call inherited 'umask 077; with_lock ./new did; ls -l new | cut -c1-10; umask 022; lock_fd 9 ./newer; ls -l newer | cut -c1-10'
call leaks 'variables >before; trap "echo bye" EXIT; with_lock ./a did; with_lock -n ./held did; lock_fd 9 ./a; unlock 9; lock_fd -n 9 ./held; echo "$-"; trap; umask; variables >after; diff before after'
call leaksnamed 'LOCKKIT_DIR=$PWD/named; variables >before; f() { with_lock -nq two did; }; with_lock two f; with_lock -w 0.01 ./held did; with_lock -v ./a did; variables >after; diff before after'
call inside2 'f() { variables | grep lockkit; }; with_lock ./a f'
call builtin 'anew; builtin() { echo mine; }; with_lock ./a did; lock_fd 9 ./a; free a; unlock 9; free a; with_lock -n ./held did'
call command 'anew; command() { echo mine; }; with_lock ./a did; lock_fd 9 ./a; free a; unlock 9; free a; with_lock -n ./held did'
call bothwords 'builtin() { echo mine; }; command() { echo mine; }; with_lock ./a did; lock_fd 9 ./a; echo $?; unlock 9; echo $?'
call evalword 'eval() { echo mine; }; with_lock ./a did; echo $?; lock_fd 9 ./a; free a; unlock 9; free a'
call returnword 'return() { echo mine; }; with_lock ./a did; echo $?; with_lock -n ./held did; echo $?'
call twicebuiltin 'builtin() { echo mine; }; with_lock ./a did; with_lock ./a did; unset -f builtin; with_lock ./a did; IFS=_; builtin() { :; }; with_lock -n ./held did'
call typeset 'typeset() { echo mine; }; declare() { echo mine; }; with_lock ./a did; echo $?'
call lockkit 'PATH=$TOOLS:$PATH; LOCKKIT_ENGINE=lockkit; with_lock ./a free a; free a; with_lock -n ./held did; with_lock -w 0.01 -s ./shared did; with_lock -w 0.01 -E 4 ./held did; lock_fd 9 ./a; free a; unlock 9; free a'
call lockkitgone 'PATH=$TOOLS:$PATH; LOCKKIT_ENGINE=lockkit; with_lock ./a left; free a; echo >fifo; wait; f() { exit 1; }; mkdir bin; printf "#!/bin/sh\nexit 3\n" >bin/lockkit; chmod +x bin/lockkit; PATH=$PWD/bin; LOCKKIT_ENGINE="lockkit flock"; with_lock ./a did; echo $?; echo $__lockkit_program'
call loaded '[ "${BASH-}" ] || exit; PATH=$TOOLS:$PATH; LOCKKIT_ENGINE=builtin; LOCKKIT_LOADABLE=$TOOLS/lockkit.so; . "$FUNCTIONS"; with_lock ./a free a; free a; with_lock -n -E 3 ./held did; echo $?; with_lock -o ./a sees "/a$"; with_lock -k ./a left; free a; echo >fifo; wait; lock_fd 9 ./a; free a; unlock 9; free a; with_lock ./a sh -c "exit 4"; echo $?; echo $__lockkit_engine; with_lock -w 0.01 -s ./shared did; with_lock; echo $?'
call loadable 'mkdir -p up/bin up/lib/lockkit; cp "$TOOLS/lockkit" up/bin; cp "$TOOLS/lockkit.so" up/lib/lockkit; PATH=.:$PWD/dir:$PWD/up/bin:$PATH; LOCKKIT_ENGINE=builtin; . "$FUNCTIONS"; with_lock ./a free a; echo $__lockkit_engine; type with_lock | grep -c enter'
call loadbeside 'mkdir up; cp "$TOOLS/lockkit" "$TOOLS/lockkit.so" up; PATH=$PWD/up:$PATH; LOCKKIT_ENGINE=builtin; with_lock ./a free a; echo $?; echo $__lockkit_engine; with_lock -n ./held did'
call loadnone 'LOCKKIT_ENGINE="builtin flock"; . "$FUNCTIONS"; with_lock ./a free a; echo $__lockkit_engine; LOCKKIT_LOADABLE=$PWD/plain; __lockkit_engine=; with_lock ./a free a; echo $__lockkit_engine; LOCKKIT_ENGINE=builtin; with_lock ./a free a; echo $?'
call loadword 'command() { echo mine; }; builtin() { echo mine; }; LOCKKIT_ENGINE=builtin; LOCKKIT_LOADABLE=$TOOLS/lockkit.so; . "$FUNCTIONS"; with_lock ./a free a; echo $?; unset -f command builtin; . "$FUNCTIONS"; builtin() { echo mine; }; with_lock ./a did; echo $?'
call slices 'told "exit 75" "exit 75" "exit 75" "exit 75" "exit 0"; with_lock ./a did; cat answers.asked'
call sliced 'told "exit 75" "exit 75" "exit 75" "exit 0"; with_lock -w 60 ./a did; sed "s/-w [0-9.]*/-w N/" answers.asked | cut -c1-12; told "exit 75" "exit 0"; with_lock -w 0.05 ./a did; echo $?'
call asked 'told "exit 0"; with_lock -s -w 0.003 ./a did; told "exit 0"; with_lock -sn ./a did; told "exit 0"; with_lock -w 0.0001 ./a did; told "exit 0"; with_lock -w 12.3456 ./a did; told "exit 0"; with_lock -w 00.08 ./a did; told "exit 0"; lock_fd -s 9 ./a; told "exit 0" "exit 0" "exit 0"; unlock -r 9; cut -d" " -f1-4 answers.asked | sed "s/0\.0[67]*$/N/"'
call verbosely 'told "exit 75" "exit 75" "exit 75" "exit 75" "exit 0"; with_lock -v ./a did; cat answers.asked'
call again 'told $(for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26; do echo false; done) "exit 0"; sed -i "s/false/exit 75/" answers; with_lock -v ./a did'
call quietly 'told "exit 75" "exit 75" "exit 75" "exit 0"; with_lock -vq ./a did; told "exit 75" "exit 75" "exit 75" "exit 0"; with_lock -q ./a did'
call nfs 'told "exit 65" "exit 0" "exit 0"; with_lock ./a open a; cut -c1-8 answers.asked; told "exit 65" "exit 65"; with_lock ./a did; echo $?; open a; told "exit 65"; with_lock -s ./a did; echo $?'
call writable 'told "exit 65" "exit 0"; f() { sed -n "s/flags.*\(.\)$/\1/p" "/proc/self/fdinfo/$(open a | tail -n 1)"; }; with_lock ./a f; with_lock ./a f'
call refused 'told "echo flock: 3: No locks available >&2; exit 71" "echo flock: 3: No locks available >&2; exit 71"; with_lock ./a did; echo $?; told "exit 99"; with_lock ./a did; echo $?; told "exit 126"; with_lock ./a did; echo $?; told "exit 130"; with_lock ./a did; echo $?; echo "$__lockkit_engine"'
call stolen 'told "rm a; : >a; exit 0" "exit 0"; with_lock ./a did; cat answers.asked | wc -l; told "rm a; exit 0" "exit 0"; lock_fd 9 ./a; echo $?; ls a; open a'
call stolenbusy 'told "rm a; exit 75" "exit 0"; with_lock ./a did; cat answers.asked | wc -l; told "rm a; exit 0" "exit 75"; with_lock -n ./a did; echo $?'
call unlocks 'told "exit 0" "exit 1"; with_lock ./a did; echo $?; told "exit 0" "exit 1"; lock_fd 9 ./a; unlock 9; echo $?; open a; told "exit 0" "exit 75" "exit 0"; lock_fd 9 ./a; unlock -r 9; echo $?; ls a; told "exit 0" "exit 1" "exit 0"; exec 9>./a; lock_fd 9; unlock 9; echo $?; open a'
call unlockall 'told "exit 0" "exit 0" "exit 71"; lock_fd 9 ./a; unlock -r 9; echo $?; ls a; told "exit 0" "exit 128"; lock_fd 9 ./a; unlock 9; echo $?; LOCKKIT_ENGINE=none; exec 9>./a; unlock 9; echo $?; with_lock ./a eval "LOCKKIT_ENGINE=none"'
call trapped "trap 'with_lock -n -E 9 ./held did; echo \$?; lock_fd -w 0.01 9 ./held; echo \$?; with_lock -o ./b open b; lock_fd 9 ./b; unlock -r 9; echo \$?' USR1; told 'kill -USR1 \$PPID; exit 75'; with_lock -nE 4 ./a did; echo \$?; cat answers.asked"
call trappedlock "trap 'with_lock -o -n -E 9 -- ./b did; with_lock -s -w 1 ./b did' USR1; told 'kill -USR1 \$PPID; exit 0'; with_lock -n ./a open a; echo \$?; told 'kill -USR1 \$PPID; exit 0'; lock_fd 9 ./a; echo \$?; told 'kill -USR1 \$PPID; exit 0'; unlock 9; echo \$?; open a"
call trappedwait "trap 'with_lock -n ./held did; with_lock -w 0.02 -q ./held did; lock_fd -s 9 ./b; unlock 9' USR1; told 'kill -USR1 \$PPID; exit 75' 'exit 75' 'kill -USR1 \$PPID; exit 75' 'exit 0'; LOCKKIT_DIR=\$PWD/named; with_lock -v -E 7 one did; echo \$?; with_lock -n ./held did; echo \$?; cut -d' ' -f1-3 answers.asked; cat named/one.lock | wc -w"
call trappedremove "trap 'with_lock -n ./held did; exec 8>./c; lock_fd 8; unlock 8; with_lock -k ./b did' USR1; lock_fd 9 ./a; told 'kill -USR1 \$PPID; exit 0'; unlock -r 9; echo \$?; ls a"
call inerror "trap 'with_lock -n ./held did; echo \$?; with_lock ./a did; echo \$?' ERR 2>/dev/null; false; echo end"
call indebug "trap 'with_lock -n ./held did; echo \$?' DEBUG 2>/dev/null; echo a; trap - DEBUG 2>/dev/null; echo b"
call infunction "f() { trap 'with_lock -n ./held did; echo \$?; with_lock ./a free a; echo \$?; lock_fd 9 ./a && unlock -r 9; echo \$?' EXIT; exit 3; }; f"
call insub "( trap 'lock_fd -n 9 ./held; echo \$?; lock_fd 9 ./a; free a; unlock 9; echo \$?; unlock 9; echo \$?' EXIT; exit 7 ); echo \$?"
call ancestor 'f() { x=$(with_lock ./a did 2>&1); echo "$x"; }; with_lock ./a f'
call ancestors 'f() { sh -c "$THIS -c \". \\\$FUNCTIONS; with_lock ./a did\"; echo \$?"; }; with_lock ./a f'
call busyancestor 'timeless; f() { left; ( with_lock -w 1.2 ./a did ); echo >fifo; wait; }; with_lock ./a f'
call readingancestor 'timeless; f() { ( with_lock -w 1.2 ./a did; echo "$?" ) | { read -r x; echo "$x"; }; }; with_lock ./a f'
call shareancestor 'timeless; f() { ( with_lock -sw 1.2 ./a did; echo "$?" ); ( with_lock -w 1.2 ./a did ); }; with_lock -s ./a f'
call fartherancestor 'timeless; f() { ( ( ( with_lock ./a did ); echo $? ) ; : ); }; with_lock ./a f; exec 9>./b; lock_fd 9; ( lock_fd -w 1.2 9; echo $? ); ( with_lock ./b did; echo $? )'
call wait 'timeless; with_lock -w 1.2 ./held did; echo $?; with_lock -qw 1.2 ./held did'
call waitv 'timeless; with_lock -vw 1.2 ./held did'
call waitfd 'timeless; exec 9>./held; lock_fd -vw 1.2 9; echo $?; lock_fd -w 0 9'
call got 'with_lock -k ./a left; with_lock -v ./a did 2>&1 | { read -r l; echo "$l"; echo >fifo; cat; }'
call gotfd 'with_lock -k ./a left; { lock_fd -v 9 ./a; echo $?; } 2>&1 | { read -r l; echo "$l"; echo >fifo; cat; }'
call holders 'f() { left; with_lock -n ./a did; echo >fifo; wait; }; with_lock ./a f; with_lock -k ./a left; with_lock -n ./a did; with_lock -ns ./a did; echo >fifo; wait'
call sharers 'f() { ( with_lock -s ./a g ); }; g() { with_lock -n ./a did; with_lock -ns ./a did; }; with_lock -s ./a f'
call oldholder 'LOCKKIT_DIR=$PWD/named; f() { read -r p x y <named/two.lock; for t in "86400 an old name" "86400" "x y" "" "86400 $(printf "a\001b")" "\$((n-86399)) y" "\$((n-86400)) y" "\$n $(printf %070d 1)"; do while n=$(date +%s); eval "echo \"$p $t\"" >named/two.lock; with_lock -n two did >said 2>&1; [ "$(date +%s)" != "$n" ]; do :; done; cat said; done; for p in 1 "$p$p$p" "0$p" x; do echo "$p 86400 n" >named/two.lock; with_lock -n two did; done; }; with_lock two f 2>&1 | sed "s/since 20[0-9-]* [0-9:]*/since a date/"'
call signs 'LOCKKIT_DIR=$PWD/named; f() { read -r p x y <named/two.lock; [ "$p" = "$(sh -c "echo \$PPID")" ]; echo $?; [ $(($(date +%s) - x)) -lt 100 ]; echo "$? $y"; }; with_lock two f; with_lock two exec sh -c "wc -l <named/two.lock"; ln -s ../plain named/three.lock; with_lock three did; cat plain; set -C; lock_fd 9 two; wc -w <named/two.lock; with_lock -s four did; wc -w <named/four.lock'
call signsname 'mkdir dir/x; cat >"dir/x/a name
that is very very very very very very very very very very long" <<END
. "\$FUNCTIONS"; LOCKKIT_DIR=\$PWD/named; with_lock two cat named/two.lock
END
$THIS dir/x/a* | cut -d" " -f3- | cut -c1-60'
call readonlyname 'LOCKKIT_DIR=$PWD/named; mkdir -p -m 700 named/two.lock; with_lock two did; echo $?; chmod 755 named; with_lock one did; echo $?; mkdir -m 700 other; : >other/one.lock; chmod 400 other/one.lock; LOCKKIT_DIR=$PWD/other; with_lock one did; echo $?'
call default 'n=mutant-$$-test; lock_fd 9 "$n"; echo $?; ls -d /run/lock/lockkit/$n.lock 2>&1 | sed "s/$n/n/"; unlock -r 9; echo $?; LOCKKIT_DIR=; with_lock "$n" echo ran; rm -f "/run/lock/lockkit/$n.lock"'
call nobody 'chmod 777 .; cat >call <<END
. "\$FUNCTIONS"; n=mutant-\$\$-test; lock_fd 9 "\$n"; echo \$?; ls -d "/run/lock/lockkit-65534/\$n.lock" | sed "s/\$n/n/"; unlock -r 9; echo \$?; with_lock "\$n" echo ran; rm -f "/run/lock/lockkit-65534/\$n.lock"
END
setpriv --reuid=65534 --regid=65534 --clear-groups $THIS ./call'
call denied 'chmod 777 .; mkdir -m 700 mine ours; : >secret; chmod 600 secret; : >readable; chmod 444 readable; mkdir -m 755 closed; : >closed/a; cat >call <<END
. "\$FUNCTIONS"; for l in ./mine/a ./secret ./readable ./closed/b ./closed/a; do with_lock "\$l" echo ran; echo \$?; lock_fd 9 "\$l"; echo \$?; unlock -r 9; echo \$?; done; LOCKKIT_DIR=\$PWD/ours; with_lock n echo ran; echo \$?; LOCKKIT_DIR=\$PWD/closed/x; with_lock n echo ran; echo \$?
END
setpriv --reuid=65534 --regid=65534 --clear-groups $THIS ./call'
call notdir 'with_lock ./plain/x did; echo $?; with_lock ./dangling/x did; echo $?; with_lock ./dir/ did; echo $?; with_lock ./dir/new/ did; echo $?; with_lock . did; echo $?; with_lock /dev/tcp/127.0.0.1/1 did; echo $?; with_lock /dev/fd/4 did; echo $?'
call bytes 'with_lock "$(printf "a\001\303\244\n\tb")" did; echo $?; with_lock "./$(printf "a\001\303\244b")/x" did; echo $?; : >"$(printf "a\001b")"; exec 5>"$(printf "a\001b")"; /usr/bin/flock 5 5<&5; with_lock -n "./$(printf "a\001b")" did; with_lock "./a b*\$c" did; ls "a b*\$c"; with_lock "./-n" did; lock_fd 9 "./a  b"; open "a  b"; unlock -r 9; ls "a  b"'
call removefail 'lock_fd 9 ./dir; unlock -r 9; echo $?; ls -d dir; open dir'
call removelink 'ln -s plain l; lock_fd 9 ./l; unlock -r 9; echo $?; ls l plain'
call relock 'lock_fd 9 ./a; lock_fd 9; echo $?; unlock 9; echo $?; unlock 9; echo $?; open a'
call reopen 'lock_fd 9 ./a; exec 9>&-; exec 9>./b; lock_fd 9; unlock -r 9; echo $?; ls b; unlock 9; echo $?'
call closesit 'f() { for i in 3 4 5 6 7 8 9; do eval "exec $i>&-"; done; }; with_lock ./a f; echo $?; free a; f() { exec 10>&- 11>&- 12>&-; }; with_lock ./a f 2>/dev/null; free a'
call crowded 'exec 5<. 6<. 7<. 8<. 9<.; with_lock ./a did; echo $?; with_lock -o ./a did; echo $?; with_lock -k ./a open a; lock_fd 9 ./a; echo $?; exec 5<&-; with_lock ./a open a; with_lock -o ./a open a; echo $?; exec 3<. 4<. 5<.; with_lock ./a did; echo $?; with_lock -o ./a did; echo $?; lock_fd 2 ./a; echo $?; exec 9<&-; with_lock ./a did; echo $?; with_lock -o ./a did; echo $?; exec 8<&-; with_lock ./a did; echo $?'
call digits 'with_lock ./a open a; f() { with_lock ./b g; }; g() { open a; open b; }; with_lock ./a f; exec 9<.; with_lock ./a open a; with_lock -o ./a open a; f() { with_lock -o ./b g; }; g() { h; }; h() { open a; open b; }; with_lock -o ./a f'
call deep 'exec 9<.; a() { with_lock ./2 b; }; b() { with_lock ./3 c; }; c() { with_lock ./4 d; }; d() { with_lock ./5 e; }; e() { with_lock ./6 did; echo $?; }; with_lock ./1 a; for i in 1 2 3 4 5 6; do free $i; done'
call deepclose 'a() { with_lock -o ./2 b; }; b() { with_lock -o ./3 c; }; c() { with_lock -o ./4 d; }; d() { with_lock -o ./5 e; }; e() { free 5; open "[1-6]"; }; with_lock -o ./1 a; for i in 1 2 3 4 5; do free $i; done'
call breaksout 'f() { while :; do break 9; done; echo in; continue 4; }; for i in 1 2; do for j in 1 2; do echo $i$j; with_lock ./a f 2>/dev/null; done; done; free a; f() { break; }; for i in 1 2; do with_lock -o ./a f 2>/dev/null; echo $i; done'
call closedout 'with_lock ./a did >&-; echo $?; with_lock -n ./held did 2>&-; echo $?; exec 0<&-; with_lock ./a did; echo $?; with_lock -o ./a did; echo $?; lock_fd 0 ./a; echo $?; free a; unlock 0; echo $?; exec 0<plain; lock_fd 0 ./a; echo $?'
call childless 'for c in : true false echo pwd; do with_lock ./a $c >/dev/null; echo $?; free a; done; true() { left; }; with_lock ./a true; free a; echo >fifo; wait; pwd() { left; return 3; }; with_lock ./a pwd; free a; echo >fifo; wait'
call closing 'with_lock -o ./a true; echo $?; f() { left; return 3; }; with_lock -o ./a f; echo $?; free a; echo >fifo; wait; with_lock -o ./a cat <plain; with_lock -o ./a sh -c "cat; exit 5" <plain; echo $?; echo in >in; with_lock -o ./a cat <in; f() { read -r x; echo "$x"; }; with_lock -o ./a f <in; with_lock -o ./a false; echo $?; free a'
call variable 'lock_fd fd ./a; echo "$? $fd"; free a; lock_fd other ./b; echo "$other"; unlock fd; echo $?; free a; open a; unlock other; lock_fd -n fd ./held; echo "$? $fd"; open held; readonly fixed=1; lock_fd fixed ./a; echo $?; open a; lock_fd 9x ./a; echo $?; lock_fd __lockkit_fd ./a; echo $?; lock_fd "a-b" ./a; echo $?; fd=x; unlock fd; echo $?; unset fd; unlock fd; echo $?; lock_fd _Z9 ./a; echo $?; unlock -r _Z9; echo $?; ls a'
call high 'lock_fd 25 ./a; echo $?; free a; open a; unlock -r 25; echo $?; ls a; lock_fd 1000000000 ./a; echo $?; lock_fd 99999 ./a; echo $?; open a'
call longer 'with_lock --timeout 0.01 --conflict-exit-code=3 ./held did; echo $?; with_lock --timeout= ./held did; echo $?; with_lock -w0 ./held did; echo $?; with_lock -qnw ./held did; echo $?; with_lock --nonblock --exclusive ./held did; echo $?; with_lock --verbose ./a did; with_lock --close ./a sees "/a$"; lock_fd --shared --nonblock --quiet 9 ./held; echo $?; unlock --remove -- 9; echo $?; with_lock --timeout 5 --nonblock ./held did; echo $?'
call others 'for o in -k -o -r --keep --close --remove; do lock_fd $o 9 ./a; echo $?; done; for o in -s -n -w -q --shared --keep; do unlock $o 9; echo $?; done; unlock -rr 9; echo $?; lock_fd -; echo $?; unlock -; echo $?; with_lock - did; echo $?; with_lock -- - did; echo $?'
call code2 'with_lock -nE 007 ./held did; echo $?; with_lock -n -E 255 ./held did; echo $?; with_lock -nE 00 ./held did; echo $?; lock_fd -nE 255 9 ./held; echo $?; lock_fd -E 0 9 ./a; echo $?; lock_fd -nE 000 9 ./held; echo $?; lock_fd -E 256 9 ./a; echo $?; lock_fd -w x 9 ./a; echo $?; lock_fd --timeout=x 9 ./a; echo $?'
call dashes 'with_lock ./a -- did 1; with_lock ./a -- -x; echo $?; with_lock ./a -- --; echo $?; with_lock -- ./a -- -- did; echo $?; with_lock -n -- ./a did -- 1; with_lock ""; echo $?; with_lock "" did; echo $?; with_lock ./a ""; echo $?; free a'
call liar 'anew; mkdir x z; printf "#!/bin/sh\nexit 0\n" >x/flock; printf "#!/bin/sh\nexit 1\n" >z/flock; chmod +x x/flock z/flock; PATH=$PWD/x:$PWD/z:$PWD/dir:/usr/bin:/bin; with_lock ./a did; echo "$__lockkit_program"; with_lock -n ./held did; anew; PATH=/nowhere:$PWD/x; with_lock ./a did; echo $?; echo $__lockkit_program; anew; mkdir -p w/flock; : >dir/flock; PATH=$PWD/w:$PWD/dir:/usr/bin; with_lock ./a did; echo "$__lockkit_program"'
call semiliar 'anew; mkdir x; printf "#!/bin/sh\ncase \$1 in *s) exit 0 ;; *w) exec sleep 0 ;; esac\nexit 75\n" >x/flock; chmod +x x/flock; PATH=$PWD/x:/usr/bin:/bin; with_lock ./a did; echo "$__lockkit_program"; anew; printf "#!/bin/sh\ncase \$1 in *s) exit 71 ;; esac\nexit 75\n" >x/flock; with_lock ./a did; echo "$__lockkit_program"'
call emptypath 'anew; cp /usr/bin/flock .; PATH=:/bin; with_lock ./a did; echo "$__lockkit_program"; anew; unset PATH; with_lock ./a :; echo $?; echo $__lockkit_program'
call engines 'LOCKKIT_ENGINE="none other flock"; with_lock ./a did; echo "$__lockkit_engine"; LOCKKIT_ENGINE=none; with_lock -E 0 ./a did; echo $?; echo "$__lockkit_engine."; with_lock ./a did; echo $?; LOCKKIT_ENGINE=; with_lock ./a did; echo $__lockkit_engine; lock_fd 9 ./a; LOCKKIT_ENGINE=none; unlock 9; echo $?; with_lock -k ./b did; echo $?; with_lock -o ./b did; echo $?'
call shareproof 'anew; exec 9</; /usr/bin/flock -s 9 9<&9; with_lock ./a did; anew; /usr/bin/flock -n 9 9<&9; with_lock -s ./a did; echo $?; echo $__lockkit_program'
call sharedafter 'anew; with_lock -sn ./shared free shared; with_lock -sw 0.1 ./shared did; anew; lock_fd -sn 9 ./shared; echo $?; anew; f() { /usr/bin/flock -ns a true && echo shared; }; with_lock -s ./a f; anew; with_lock ./a f'
call manyfds 'anew; exec 5<. 6<. 7<. 8<. 9<.; lock_fd 3 ./a; echo $?; open a; free a; exec 9<&-; with_lock ./b open b'
call postdate 'f() { exit 9; }; ( with_lock ./a f ); echo $?; free a; ( set -e; with_lock ./a false; echo no ); echo $?; free a; ( set -u; f() { echo "$nothing"; }; with_lock ./a f 2>/dev/null; echo no ); echo "$?"; free a; ( with_lock -o ./a exit 4 ); echo $?; free a; ( with_lock -o ./a f ); echo $?; free a'
call statuses 'with_lock -n ./held did || echo "or $?"; ! with_lock -n ./held did; echo $?; with_lock ./a false && echo no; while with_lock -n ./held did; do echo no; done; echo $?; with_lock ./a sh -c "kill -9 \$\$" 2>/dev/null; echo $?; with_lock ./a nosuchprogram 2>/dev/null; echo $?; with_lock ./a ./plain 2>/dev/null; echo $?'
call errexits '( set -e; lock_fd -n 9 ./held; echo no ); echo $?; ( set -e; lock_fd 9 ./a; unlock 9; echo yes ); ( set -e; unlock 9; echo no ); echo $?; ( set -e; with_lock -n ./held did || echo yes; with_lock -o ./a did; with_lock -k ./a did; with_lock -s ./a did; with_lock -w 1 ./a did; with_lock -v ./a did; LOCKKIT_DIR=$PWD/named; with_lock n did; with_lock -q ./a did; lock_fd 9 ./a; unlock -r 9; exec 9>./b; lock_fd 9; unlock 9; echo yes ); ( set -e; with_lock -n -E 0 ./held did; echo yes ); ( set -e; with_lock -w 0.01 ./held did; echo no ); echo $?; ( set -e; with_lock; echo no ); echo $?'
call signalled 'exec 9>./a; told "exit 130" "exit 0"; lock_fd 9; echo $?; cat answers.asked; told "exit 143" "exit 0"; with_lock ./a did; echo $?; told "exit 130"; lock_fd 8 ./b; echo $?; open b; cat answers.asked'
call frugal 'told "exit 0"; with_lock ./a :; cat answers.asked; told "exit 0" "exit 0"; with_lock ./a true; with_lock -k ./a did; cat answers.asked; told "exit 0"; with_lock -o ./a :; cat answers.asked; told "exit 0" "exit 0"; with_lock -o ./a did; cat answers.asked'
call settingskin 'f() { set -f -u; IFS=0123456789/; ( with_lock ./a did ); echo "$?"; }; with_lock ./a f'
call threads 'timeless; PATH=$TOOLS:$PATH; echo ". \"\$FUNCTIONS\"; . \"\$T/timeless\"; with_lock -w 1.2 ./a did" >call; lockkit flock ./a $THIS ./call; echo $?'
call others2 'f() { left; $THIS ./call; echo >fifo; wait; }; echo ". \"\$FUNCTIONS\"; . \"\$T/timeless\"; with_lock -w 1.2 ./a did" >call; with_lock ./a f; echo $?'
call severalwords 'builtin() { echo mine; }; eval() { echo mine; }; with_lock ./a did; /bin/echo "$?"; lock_fd 9 ./a; /bin/echo "$?"; unlock 9; /bin/echo "$?"; set() { echo mine; }; with_lock ./a did; /bin/echo "$?"; unset() { echo mine; }; with_lock ./a did; /bin/echo "$?"'
call wordsback 'builtin() { echo mine; }; with_lock ./a did; eval() { echo mine; }; with_lock ./a did; unset -f builtin eval; with_lock ./a did; command() { echo mine; }; with_lock ./a did; echo "$?"; unset -f command; shift() { echo mine; }; with_lock ./a did; echo "$?"'
call execwords 'exec() { echo mine; }; command() { echo mine; }; with_lock ./a free a; echo "$?"; lock_fd 9 ./a; echo "$?"; free a; unlock 9; type exec | head -n 1; exec() { echo mine; }; unset -f command; lock_fd 9 ./a; free a'
call liarwords 'typeset() { return 1; }; declare() { return 1; }; with_lock ./a did; builtin() { echo mine; }; with_lock ./a did; /bin/echo "$?"; unset -f builtin; with_lock ./a did'
call handler 'HANDLED=; command_not_found_handler() { :; }; command_not_found_handle() { :; }; COMMAND_NOT_FOUND_HANDLER="HANDLED=1"; LOCKKIT_ENGINE=nonsense; with_lock ./a did; echo "$?"; LOCKKIT_ENGINE="nonsense lockkit  flock"; with_lock ./a did; echo "$__lockkit_engine"; LOCKKIT_ENGINE="flo*"; with_lock ./a did; echo "$?"'
call evalfails 'for c in "false; echo no" "(exit 4)" "set +e; false; echo in" "f() { false; echo no; }; f" "exit 5" "if false; then :; fi; return 6"; do ( set -e; trap "echo bye \$?" EXIT; with_lock ./a eval "$c"; echo out ); echo "$?"; free a; ( set -e; with_lock -o ./a eval "$c" || echo or; echo out ); echo "$?"; free a; done'
call evaltraps 'trap "echo theirs" ERR 2>/dev/null; with_lock ./a eval "false; echo in"; trap; trap - ERR 2>/dev/null; with_lock ./a eval "trap \"echo mine\" ERR 2>/dev/null; false; echo in"; trap; trap - ERR 2>/dev/null; with_lock ./a eval "false; echo in; false"; echo "$?"; trap'
call digitsifs 'IFS=0123456789; f() { with_lock ./a did; }; with_lock ./a f; echo "$?"; told "exit 1" "kill -15 \$\$" "exit 75" "exit 0"; with_lock ./a did; echo "$?"; with_lock ./a did 2>/dev/null; echo "$?"; with_lock -v ./a did'
call restored '[ "${BASH_VERSION-}${ZSH_VERSION-}" ] && exit; names=$(grep -o "__lockkit_[a-z]*=" "$FUNCTIONS" | sort -u | sed "s/__lockkit_//; s/=//" | grep -v "^engine\|^program\|^known\|^highest\|^opened\|^preparing"); for n in $names; do eval "__lockkit_$n=$n"; done; __lockkit_preparing=preparing; with_lock -n ./held did; lock_fd 9 ./a; unlock -r 9; echo "$? $__lockkit_preparing"; for n in $names; do eval "[ \"\$__lockkit_$n\" = $n ] || echo \"$n: \$__lockkit_$n\""; done'
call one 'exec 4<. 5<. 6<. 7<. 8<. 9<.; with_lock ./a open a; echo $?; with_lock -n ./held did; echo $?; open held; lock_fd -nE 1 3 ./held; echo $?; open held; lock_fd -n 3 ./held; echo $?; open held; lock_fd 3 ./a; echo $?; open a; free a; unlock 3; open a; with_lock -k ./a left; open a; echo >fifo; wait; with_lock -o ./a open a; free a'
call lastcommand 'cat >call <<END
. "\$FUNCTIONS"; for o in posix letoctal braceexpand; do case \$1\$KSH_VERSION in *\$o*93u*) set -o \$o ;; *93u*) set +o \$o ;; esac; done; lock_fd 9 ./a; set -o | grep "posix \|letoctal \|braceexpand "; with_lock ./b :; LOCKKIT_DIR=\$PWD/named; lock_fd 8 n; cd dir; sh -c "ls -l /proc/self/fd" | sed -n "s|.* \([0-9]*\) -> .*/\(n.lock\)\$|\1 \2|p;s|.* \([0-9]*\) -> .*/\(a\)\$|\1 \2|p"
/usr/bin/flock -n ../a echo free
END
for o in "" posix letoctal braceexpand "letoctal braceexpand"; do $THIS ./call "$o"; echo $?; done'
call openedmeanwhile 'trap "exec 9<." USR1; told "kill -USR1 \$PPID; exit 0" "exit 0"; lock_fd 9 ./a; echo $?; open a; free a; exec 9<&-; told "kill -USR1 \$PPID; exit 75"; lock_fd -n 9 ./b; echo $?; open b; [ -e /dev/fd/9 ]; echo $?'
call elsewhere 'cat >call <<END
. "\$FUNCTIONS"; with_lock n echo ran; echo \$?; lock_fd 9 n; unlock -r 9; echo \$?
END
for s in "0 :" "0 rmdir root/run" "0 mkdir root/run/lock" "0 touch root/run/lock" "65534 :" "65534 mkdir root/run/lock" "65534 mkdir -m 1777 root/run/lock"; do echo "$s"; another "${s%% *}" "${s#* }"; find root/run root/tmp -name "lock*" -printf "%m %U %p\n" 2>/dev/null | sort; done'
call nodescriptors 'cat >call <<END
. "\$FUNCTIONS"; with_lock ./a echo ran; echo \$?; lock_fd 9 ./a; echo \$?; unlock 9; echo \$?
END
another 0 "umount -l root/dev"'
call olddate 'cat >call <<END
. "\$FUNCTIONS"; LOCKKIT_DIR=\$PWD/named; f() { read -r p t n <named/two.lock; [ "\$t" = 87400 ]; echo "\$?"; with_lock -n two echo ran; for t in 99999 1000 1001; do echo "\$p \$t name" >named/two.lock; with_lock -n two echo ran; done; }; with_lock two f
END
CLOCK=$PWD/clock; export CLOCK; echo 87400000 >clock; another 0 "$olddate"'
call noproc 'cat >call <<END
. "\$FUNCTIONS"; LOCKKIT_DIR=\$PWD/named; f() { read -r p t n <named/two.lock; [ "\$p" = "\$(sh -c "echo \\\$PPID")" ]; echo \$?; with_lock -n two echo ran; ( with_lock -qw 1.2 two echo ran; echo \$? ); cut -d" " -f3 named/two.lock; }; with_lock two f; with_lock -w 0.01 ./held echo ran; echo \$?; with_lock -o ./a echo ran; lock_fd 9 ./a; unlock -r 9; echo \$?; PATH=/nowhere; set -u; with_lock -qw 0.3 ./held echo ran; echo \$?
END
another 0 "$noproc"'
call noprocwait '[ "${BASH_VERSION-}" ] && exit; cat >call <<END
. "\$FUNCTIONS"; PATH=\$T/bin:/usr/bin:/bin; with_lock -w 8 ./held echo ran; with_lock -vw 2.5 ./held echo ran; with_lock -w 70 ./held echo ran; echo \$?
END
CLOCK=$PWD/clock; FAKE="late \"\$@\""; export CLOCK FAKE; echo 87400900 >clock; another 0 "$noproc; $olddate"'
call kinship 'cat >call <<"END"
. "$T/family"
is() { echo "$*"; for s in "" s; do __lockkit_shared=$s __lockkit_pid=300; echo "$(__lockkit_kin 9)"; done; for p in 100 200 300; do (__lockkit_slow; __lockkit_name=$((p + 100)); __lockkit_only_waits $p $((p + 100)) 2>/dev/null && echo "$p waits"); done; }
family 100; is first; family 200; is second; family 300; is self; family 300; locks 100 8 WRITE; is two
family 100; locks 100 7 READ; is read; family 100; rm proc/100/fd/7; is gone; family 100; ln -sf "$PWD/plain" proc/100/fd/7; is other
family 100; sed -i "s/17 1 19/17 2 19/" proc/200/stat; is threads; family 100; echo "300 301 " >proc/200/task/200/children; is children; family 100; rm proc/200/task/200/children; is childless; family 100; echo 301 >proc/100/task/100/children; is otherchild
family 100; echo "ID: 0" >proc/200/timers; is timer; family 100; rm proc/200/timers; is timeless
for w in do_wait rt_sigsuspend sigsuspend futex_wait 0 pipe_read anon_pipe_read; do family 100; echo $w >proc/200/wchan; is $w; done; family 100; rm proc/200/wchan; is nowchan
pipe() { family 100; echo pipe_read >proc/200/wchan; : >pipe; ln -s "$PWD/pipe" proc/200/fd/5; echo "$1" >proc/200/syscall; ln -sf "$PWD/$2" proc/300/fd/1; is "pipe $*"; }
pipe "0 0x5 0x7" pipe; pipe "0 0x5 0x7" plain; pipe "0 0x1 0x7" pipe; pipe "0 0x5" pipe; pipe running pipe; pipe "" pipe
pipe "0 0x5 0x7" pipe; echo futex_wait >proc/200/wchan; is readlater; family 100; process 2 1 100; sed -i "s/ 1 3/ 2 3/" proc/100/stat; rm proc/100/fdinfo/*; locks 2 7 WRITE; is pid2
family 100; rm -r proc/200/fdinfo; is nofdinfo; family 100; rm proc/200/stat; is nostat; family 100; sed -i "s/ 100 3/ 1 3/" proc/200/stat; is orphan; family 100; sed -i "s/ 1 3/ 0 3/" proc/100/stat; is noinit
END
mkdir proc; another 0 "$fakeproc"'
call naming 'cat >call <<"END"
. "$T/family"; __lockkit_path=a; unset line
is() { echo "$*"; for n in "" named; do for s in "" s; do __lockkit_named=$n __lockkit_shared=$s; echo "$(__lockkit_describe 9)"; done; done; }
family; is nobody; family 200; is second; family 100 200 300; is all; family 200 300; is two; family 100 300; is both; family 300; locks 300 5 WRITE; locks 200 4 READ; is reader
family 300; rm proc/300/comm; is nocomm; family 300; : >proc/300/comm; is emptycomm; family 200 300; rm proc/200/stat; is nostat; family 200; rm -r proc/200/fd; is nofd
family 200; echo "200 86400 script" >a; is named; echo "300 86400 script" >a; is another; echo "20 86400 script" >a; is part; printf "200 86400 script" >a; is unended; family 200 300; echo "300 86400 script" >a; is child; rm proc/200/comm; echo "1 86400 script" >a; is gone
END
mkdir proc; another 0 "$fakeproc"\'
call gottime 'timeless; told "tick 250; exit 75" "tick 333; exit 0"; (with_lock -v ./a did) 2>&1 | sed "s/after/in/"; told "exit 75" "tick 2005; exit 75" "tick 20; exit 0"; (lock_fd -w 100 -v 9 ./a) 2>&1 | sed "s/after/in/"; told "tick 100; exit 75" "tick 4000; exit 75"; with_lock -vw 3 ./a did; echo $?; cut -c1-14 answers.asked'
call uptime 'timeless; cat >call <<"END"
. "$FUNCTIONS"; PATH=$T/bin:/usr/bin:/bin; for w in 0.05 1.23 2.57 9.99 0.57; do with_lock -w $w ./held did; cat /proc/uptime; done; with_lock -v ./a sed "s/ .*//" /proc/uptime 2>&1 | sed "s/after/in/"
END
UPTIME=$PWD/uptime CLOCK=$PWD/clock; export UPTIME; echo 8070 >clock; echo 8.07 77.07 >uptime; another 0 "mount --bind \"$PWD/uptime\" root/proc/uptime"'
call longwait 'timeless; f() { left; ( with_lock -w 70 ./a did; with_lock -vw 70 ./a did; with_lock -vw 53 ./a did; with_lock -qvw 70 ./a did ); echo >fifo; wait; }; with_lock ./a f'
call killedlook 'timeless; __lockkit_kin() { __lockkit_slow; sh -c "kill -$SIGNAL \$PPID"; echo "100 free"; }; for SIGNAL in 0 HUP KILL TERM; do export SIGNAL; with_lock -w 3 ./held did; echo $?; lock_fd -w 3 9 ./held; echo $?; done'
call lostengine 'with_lock ./a eval "LOCKKIT_ENGINE=none"; echo $?; free a; LOCKKIT_ENGINE=; with_lock -o ./a eval "LOCKKIT_ENGINE=none"; echo $?; free a; LOCKKIT_ENGINE=; exec 9>./a; told "exit 130"; trap "LOCKKIT_ENGINE=none" USR1; told "kill -USR1 \$PPID; exit 130"; lock_fd 9; echo $?'
call statusof 'for s in 0 1 64 65 66 74 75 76 125 126 127 128 129 143 255 256 257 271 384 385 399; do if [ "${BASH_VERSION-}" ]; then __lockkit_flock_status $s; else __lockkit_program_status $s; fi; echo "$s $?"; done'
call foreign 'mkdir theirs; chown 65534 theirs; LOCKKIT_DIR=$PWD/theirs; with_lock n did; echo $?; ls theirs; lock_fd 9 n; echo $?'
call streams '{ with_lock -n ./held did; with_lock "$(printf "a\001")" did; with_lock "./$(printf "n\001")/x" did; with_lock; with_lock -vw 0.01 ./held did; lock_fd 9; LOCKKIT_ENGINE=none with_lock ./a did; (builtin() { :; }; command() { :; }; with_lock ./a did); } >/dev/null; { with_lock -n ./held did; with_lock "$(printf "a\001")" did; } 2>/dev/null'
call explains 'for p in ./none ./plain ./dir ./dangling ./link ./plain/x ./dir/x none/x; do for s in 66 69 71 73 1; do for f in "" 9; do __lockkit_path=$p; __lockkit_explain_open "$s" "$f"; echo "$s $f $?"; done; done; done'
call raced 'at "*\"set -C\"* | *\"[\"*\" -e ./new/lock\"*" "mkdir -p new; echo made >new/lock"; with_lock ./new/lock did; trap - DEBUG 2>/dev/null; cat new/lock'
call betweens 'f() { :; }; at "*\" = 8 \"* | *\"\\\"\\\$2\\\" = \\\"\\\$3\\\"\"*" "exec 9<."; with_lock -o ./a f; trap - DEBUG 2>/dev/null; ls -l /proc/self/fd/9 2>&1 | sed "s/.*->//"; ls came 2>/dev/null'
call closecrowd 'for d in 9 8 7 6 5 4; do with_lock -o ./a sees "/a$"; with_lock -o ./a free a; with_lock ./a open a; lock_fd 3 ./a && unlock 3; free a; eval "exec $d<."; done; with_lock -o ./a sees "/a$"; echo $?; free a'
call limited 'trap "ulimit -n 9" USR1; told "kill -USR1 \$PPID; exit 0" "exit 0"; lock_fd 9 ./a; echo $?'
call inyash '[ "${BASH_VERSION-}${ZSH_VERSION-}" ] && exit; cat >call <<"END"
. "$FUNCTIONS"
PATH=$T/bin:/usr/bin:/bin; with_lock ./a echo ran; with_lock -n ./held echo ran; echo() { command echo "$@"; }; typeset -fr echo; with_lock -n ./held echo ran; lock_fd 9 ./a; unlock -r 9; export FAKE="kill -15 \$\$"; with_lock ./a echo ran; echo "$?"
END
yash ./call'
call crowdhigh '[ "${BASH_VERSION-}" ] || exit; f() { false; echo no; }; for d in 10 11 12 13 14 15 16 17 18 19 20; do for o in -x -o; do ( set -e; with_lock $o ./a f; echo no ); echo "$?"; with_lock $o ./a open a; with_lock $o ./a free a; done; eval "exec $d<."; done'
call highposix '[ "${BASH_VERSION-}" ] || exit; set -o posix; lock_fd 99999 ./a; echo $?; lock_fd 99 ./a; echo $?; free a; exec 98<.; lock_fd 98 ./b; echo $?'
call leaksmore '[ "${BASH_VERSION-}${ZSH_VERSION-}" ] || exit; variables >before; anew; with_lock ./a did; f() { with_lock -w 0.3 ./a did; }; with_lock ./a f; eval "exec() { echo mine; }"; with_lock ./a did; LOCKKIT_DIR=$PWD/named; with_lock n did; unset -f exec; lock_fd -n 9 ./fifo; lock_fd x-y ./a; lock_fd 9 ./no/a; with_lock -o ./a did; variables | sed "/^LOCKKIT_DIR/d; /^BASHPID/d" >after; diff before after'
call noise 'told "exit 0" "echo noise >&2; exit 0"; with_lock ./a did; told "echo noise >&2; exit 0" "exit 0"; lock_fd 9 ./a; told "echo noise >&2; exit 1" "echo noise >&2; exit 1"; unlock -r 9; echo $?; told "echo noise >&2; exit 75"; with_lock -n ./a did; told "echo noise >&2; exit 75" "echo noise >&2; exit 130"; with_lock -w 2 ./a did; echo $?'
call noisywords '[ "${BASH_VERSION-}${ZSH_VERSION-}" ] || exit; for w in typeset declare builtin command "typeset declare" "builtin command" "builtin eval" "typeset builtin" "declare builtin"; do ( for v in $(echo $w); do eval "$v() { \\echo noise; \\echo noise >&2; return 1; }"; done; with_lock ./a did; lock_fd 9 ./a; unlock 9; with_lock -n ./held did ); /bin/echo "$?"; done'
call errexittraps 'for c in held fifo no/a; do ( set -e; trap "echo bye" EXIT; with_lock -n ./$c did; echo no ); echo "$?"; ( set -e; trap "echo bye" EXIT; lock_fd -n 9 ./$c; echo no ); echo "$?"; ( set -e; trap "echo bye" EXIT; with_lock -nE 7 ./$c did; echo no ); echo "$?"; done; ( set -e; trap "echo bye" EXIT; with_lock -z; echo no ); echo "$?"; ( set -e; trap "echo bye" EXIT; unlock 9; echo no ); echo "$?"; ( set -e; trap "echo bye" EXIT; lock_fd x-y; echo no ); echo "$?"; ( set -e; trap "echo bye" EXIT; with_lock ./a false; echo no ); echo "$?"; ( set -e; trap "echo bye" EXIT; with_lock -o ./a false; echo no ); echo "$?"'
call lastword 'with_lock --shared --exclusive -n ./shared did; echo $?; with_lock --exclusive --shared -n ./shared did; with_lock -xs -n ./shared did; with_lock --keep --close ./a sees "/a$"; with_lock --close --keep ./a left; free a; echo >fifo; wait; lock_fd --shared --exclusive -n 9 ./shared; echo $?; lock_fd --exclusive --shared -n 9 ./shared; echo $?; unlock --remove 9; echo $?; ls shared'
call noisyyes '[ "${BASH_VERSION-}${ZSH_VERSION-}" ] || exit; typeset() { \echo noise; \echo noise >&2; }; builtin() { echo mine; }; with_lock ./a did; /bin/echo "$?"'
call seenbyengine 'anew; mkdir x; printf "#!/bin/sh\n[ ! -e /dev/fd/3 ] || echo 3 >>seen\nexec /usr/bin/flock \"\$@\"\n" >x/flock; chmod +x x/flock; PATH=$PWD/x:$PATH; with_lock ./a did; echo "$__lockkit_program" | sed "s|.*/x|x|"; cat seen'
call noprintf '[ "${ZSH_VERSION-}" ] || exit; disable printf; lock_fd fd ./a; echo "$?"; open a; lock_fd 9 ./a; echo "$?"; free a'
call commandwithin 'case ${BASH_VERSION-} in 3*) ;; *) exit ;; esac; builtin() { \echo mine; }; f() { command() { \echo mine; }; did; }; with_lock ./a f; \echo "$?"; free a'
call removeinshared 'f() { lock_fd -s 6 ./b; lock_fd -s 5 ./b; unlock -r 6; echo "$?"; ls b; unlock -r 5; echo "$?"; ls b; }; with_lock -s ./a f'
call evalcrowd '[ "${BASH_VERSION-}" ] || exit; f() { false; did; }; \eval "exec 10<&-"; for d in 10 11 12 13 14 15 16 17 18 19; do ( eval() { echo mine; }; set -e; with_lock -o ./a f || echo "$?" ); \eval "exec $d<."; done'
call nodeclare '[ "${BASH_VERSION-}" ] || exit; enable -n declare; with_lock ./a true; echo "$?"; free a'
call refusal65 'told "exit 65" "exit 65" "echo no locks here >&2; exit 65"; with_lock ./a did; echo "$?"'
call trappedlook 'timeless; __lockkit_kin() { __lockkit_slow; sh -c "kill -TERM \$PPID"; echo "100 free"; }; trap "echo heard" TERM; with_lock -w 3 ./held did; echo $?; lock_fd -w 3 9 ./held; echo $?'
call meanwhile 'cat >call <<"END"
. "$T/family"
# during ACTION [BEFORE]: what comes of it where ACTION is done while it is asked how 200
# waits, and BEFORE before that
during() {
  for asked in waits kin; do
    family 100; eval "${2-}"
    rm proc/200/wchan; mkfifo proc/200/wchan
    { exec 5>proc/200/wchan; eval "$1"; echo do_wait >&5; } &
    case $asked in
      waits) (__lockkit_slow; __lockkit_name=300 __lockkit_text=300; __lockkit_only_waits 200 300 2>/dev/null; echo "$1 $?") ;;
      kin) __lockkit_shared="" __lockkit_pid=300; echo "$(__lockkit_kin 9)" ;;
    esac
    exec 6<>proc/200/wchan # lets also a writer go on whom nobody has asked
    wait
    exec 6<&-
  done
}
during :; during "echo 300 301 >proc/200/task/200/children"; during ": >proc/200/task/200/children"; during "sed -i \"s/ 5 6 / 5 7 /\" proc/200/stat"; during "rm proc/200/stat"; during "echo 300 >proc/200/task/200/children" "echo 300 301 >proc/200/task/200/children"; during "echo 300 >proc/200/task/200/children" "rm proc/200/task/200/children"; during "cp was proc/200/stat" "cp proc/200/stat was; rm proc/200/stat"; during "rm proc/100/fdinfo/7"
END
mkdir proc; another 0 "$fakeproc"'
call loadwait '[ "${BASH-}" ] || exit; PATH=$TOOLS:$PATH LOCKKIT_LOADABLE=$TOOLS/lockkit.so; began=$(sed "s/ .*//; s/\.//" /proc/uptime); LOCKKIT_ENGINE=builtin; with_lock -w 0.3 ./held did; echo "$? $__lockkit_engine"; [ $(($(sed "s/ .*//; s/\.//" /proc/uptime) - began)) -ge 29 ]; echo $?'
call proofasks 'anew; mkdir x; printf "#!/bin/sh\necho \"\$*\" >>asked\nexec /usr/bin/flock \"\$@\"\n" >x/flock; chmod +x x/flock; PATH=$PWD/x:$PATH; with_lock ./a did; sed "s/[0-9]*$/N/" asked'
call shellseconds '[ "${BASH_VERSION-}" ] || exit; cat >call <<"END"
. "$FUNCTIONS"; PATH=$T/bin:/usr/bin:/bin; trap "SECONDS=1007" USR1; SECONDS=1000; with_lock -v ./held echo ran
END
ANSWERS=$PWD/answers; export ANSWERS; for answer in "exit 0" "exit 75" "exit 75" "kill -USR1 \$PPID; exit 75" "exit 0"; do echo "$answer"; done >answers; another 0 "$noproc" 2>&1 | sed "s/after [0-9]*/in some/"'
call kinsettings 'cat >call <<"END"
. "$T/family"; family 100; __lockkit_last=100 __lockkit_told=100; set -u; shopt -s failglob nocasematch 2>/dev/null; setopt ksharrays shwordsplit nomatch 2>/dev/null; GLOBIGNORE="*" IFS=0123456789; set -f; __lockkit_shared="" __lockkit_pid=300; echo "$(__lockkit_kin 9)"; echo "$(__lockkit_named="" __lockkit_describe 9)"
END
mkdir proc; another 0 "$fakeproc"'
call signslength 'LOCKKIT_DIR=$PWD/named; export LOCKKIT_DIR; n=$(printf %070d 1); echo ". \"\$FUNCTIONS\"; with_lock two cat named/two.lock" >$n; $THIS ./$n | cut -d" " -f3 | wc -c'
call loadpart '[ "${BASH-}" ] || exit; LC_ALL=C sed "s/lock_fd_struct/lock_fx_struct/g" "$TOOLS/lockkit.so" >part.so; anew; LOCKKIT_ENGINE="builtin flock" LOCKKIT_LOADABLE=$PWD/part.so; with_lock ./a did; echo "$? $__lockkit_engine"; with_lock -n ./held did'
call nosyscall 'cat >call <<"END"
. "$T/family"; family 100; echo pipe_read >proc/200/wchan; : >pipe; ln -s "$PWD/pipe" proc/200/fd/200; ln -sf "$PWD/pipe" proc/300/fd/1; __lockkit_shared="" __lockkit_pid=300; echo "$(__lockkit_kin 9)"
END
mkdir proc; another 0 "$fakeproc"'
call cutshort 'mkdir x; cat >x/lockkit <<"END"
#!/bin/sh
[ -e came ] || { : >came; kill -USR1 "$PPID"; }
END
chmod +x x/lockkit; PATH=$PWD/x:$PATH; trap "LOCKKIT_ENGINE=flock; { with_lock -n ./held did; echo \$?; } >seen 2>&1; LOCKKIT_ENGINE=\"lockkit flock\"" USR1; LOCKKIT_ENGINE="lockkit flock"; with_lock ./a did; echo "$? $__lockkit_engine"; cat seen'
call execexported '[ "${BASH_VERSION-}" ] || exit; exec() { echo mine; }; command() { echo mine; }; export -f exec; lock_fd 9 ./a; echo "$?"; declare -F | grep "exec$"'
call fewopen 'with_lock -o ./a sh -c "ls /proc/\$\$/fd"; with_lock -o ./a sh -c "ls /proc/\$\$/fd" <&-'
call limitedadopt '[ "${BASH_VERSION-}" ] || exit; at "__lockkit_exec*free_fd*" "ulimit -n 9"; with_lock ./a did; s=$?; trap - DEBUG; echo "$s"; ls came'
call notours 'mkdir x; for f in find lock; do printf "#!/bin/sh\necho \"\${0##*/}\" >>came\n" >x/__lockkit_mine_$f; chmod +x x/__lockkit_mine_$f; done; PATH=$PWD/x:$PATH; LOCKKIT_ENGINE="mine flock"; with_lock ./a did; echo "$? $__lockkit_engine"; LOCKKIT_ENGINE=mine; with_lock -n ./held did; echo "$?"; lock_fd 9 ./a; echo "$?"; [ -e came ]; echo "$?"'
call fdabsolute 'lock_fd 9 "$PWD/a"; cd dir; unlock -r 9; echo "$?"; ls ../a'
call unsigned 'chmod 777 .; cat >call <<"END"
PATH=/usr/bin:/bin; mkdir -m 700 ours; : >ours/n.lock; chmod 400 ours/n.lock
set -e; trap "echo bye" EXIT; trap "echo failed" ERR 2>/dev/null || :; . "$FUNCTIONS"; LOCKKIT_DIR=$PWD/ours; with_lock n echo ran; lock_fd 9 n; unlock 9; with_lock -s -o n echo ran; cat ours/n.lock
END
setpriv --reuid=65534 --regid=65534 --clear-groups $THIS ./call'
call trappedroom 'exec 3<. 4<. 5<. 6<. 7<. 8<.; trap "exec 9<." USR1; told "kill -USR1 \$PPID; exit 0" "exit 0"; with_lock -o ./a sees "/a$"; echo "$?"; free a; [ -e /dev/fd/9 ]; echo "$?"; [ /dev/fd/3 -ef . ]; echo "$?"'
call nodeclarebare '[ "${BASH_VERSION-}" ] || exit; enable -n declare; builtin() { \echo "mine $*"; [ "$1" = return ] || \exit 3; }; with_lock ./a did; \echo "$?"'
call disabled '[ "${BASH_VERSION-}${ZSH_VERSION-}" ] || exit; off() { if [ "${ZSH_VERSION-}" ]; then \disable "$@"; else \enable -n "$@"; fi; }; for v in : "[" return read; do for w in none builtin; do ( \eval "$w() { :; }"; \off "$v"; with_lock -n ./held did; /bin/echo "$?"; lock_fd 9 ./a; /bin/echo "$?"; unlock 9; /bin/echo "$?" ); done; done; free a'
call evalasked '[ "${BASH_VERSION-}${ZSH_VERSION-}" ] || exit; fake; mkdir liar; printf "#!/bin/sh\nexit 0\n" >liar/flock; chmod +x liar/flock; PATH=$PWD/liar:$PATH; exec 6<.; eval() { echo mine; }; trap "echo bye" EXIT; set -e; with_lock ./a did; lock_fd 6 ./a || echo "$?"; if lock_fd 99999 ./a; then echo no; else echo "$?"; fi; with_lock ./fifo did || echo "$?"; with_lock ./no/a did || echo "$?"; exec() { echo mine; }; lock_fd 99999 ./a || echo "$?"; command() { echo mine; }; lock_fd 99999 ./a || echo "$?"; type exec | sed -n 1p; lock_fd 9 ./a; free a; unlock 9; free a; with_lock ./a false; echo no'
call lastdigit 'exec 3<. 4<. 5<. 6<. 7<. 8<.; with_lock ./a sh -c "ls -l /proc/self/fd" | sed -n "s|.* \([0-9]*\) -> .*/a\$|\1|p"; free a; [ -e /dev/fd/9 ]; echo "$?"'
call refusal65fd 'exec 9>./a; told "exit 65" "echo no locks here >&2; exit 65"; lock_fd 9; echo "$?"; cat answers.asked'
call slowwords 'read() { return 1; }; echo() { \printf "mine\n"; }; printf() { :; }; with_lock -n ./held did; /bin/echo "$?"; with_lock -vw 0.01 ./held did; /bin/echo "$?"'
call forgets 'lock_fd 9 ./a; unlock 9; exec 9>./b; unlock -r 9; echo "$?"; open b; unlock 9; echo "$?"; open b; ls a b'
call provedbefore 'anew; mkdir x; printf "#!/bin/sh\nexit 0\n" >x/flock; chmod +x x/flock; f() { PATH=$PWD/x:$PATH LOCKKIT_ENGINE="flock lockkit"; left; }; with_lock ./a f; echo "$__lockkit_program"; free a; echo >fifo; wait'
call otherliar 'anew; mkdir x; printf "#!/bin/sh\ncase \$1 in *s) exit 75 ;; esac\nexit 0\n" >x/flock; chmod +x x/flock; PATH=$PWD/x:/usr/bin:/bin; with_lock ./a did; echo "$__lockkit_program"'
call limitedproof '[ "${BASH-}" ] || exit; PATH=$TOOLS:$PATH LOCKKIT_LOADABLE=$TOOLS/lockkit.so LOCKKIT_ENGINE=builtin; anew; exec 9>./a; ulimit -n 10; lock_fd 9; echo "$?"'
