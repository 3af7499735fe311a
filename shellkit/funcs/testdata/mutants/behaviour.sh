# shellcheck shell=sh
# What the functions do, as a transcript: one line for each call, with its status, what
# it said and what the command saw. $T is a folder of its own; $FUNCTIONS defines them.
# Who holds a lock does so with a descriptor of this shell, so nothing has to be waited for.
cd "$T" || exit
PATH=$T/bin:/usr/bin:/bin
unset LOCKKIT_ENGINE LOCKKIT_DIR
. "$FUNCTIONS"

# A flock that fails as it is told, but not where an engine is proved.
mkdir bin dir && cat >bin/flock <<'END'
#!/bin/sh
for last; do :; done
case $FAKE.$(readlink "/proc/self/fd/$last") in
  .* | *./) exec /usr/bin/flock "$@" ;;
esac
case $FAKE in
  15) kill -15 $$ ;;
  *) exit "$FAKE" ;;
esac
END
chmod +x bin/flock
mkfifo fifo
ln -s nowhere dangling
ln -s dir link
: >held >shared >plain
exec 3>held 4>shared
/usr/bin/flock -n 3 && /usr/bin/flock -ns 4

did() { echo "did $*"; return "${result:-0}"; }
free() { if /usr/bin/flock -n "$1" true 3>&- 4>&-; then echo "$1 is free"; else echo "$1 is locked"; fi; }
sees() { ls -l /proc/self/fd | grep -c "$1"; }
left() { { read -r line; } <fifo & }
opens() { command ls "/proc/$PPID/fd" 2>/dev/null | wc -l; }

# call NAME CALL: in a subshell without our descriptors
call() {
  ( exec 3>&- 4>&-; result=''; eval "$2" ) >out 2>&1
  echo "$1: $? $(sed -e 's/pid [0-9]*/pid N/' -e 's/since .*/since/' -e "s|$T|T|g" -e "s|$FUNCTIONS: line [0-9]*|FUNCTIONS|" out | tr '\n' ';')"
}

call plain 'with_lock ./a did 1 "2 3" "*"; free a'
call status 'result=3; with_lock ./a did'
call false 'with_lock ./a false; free a'
call echo 'with_lock ./a echo; free a'
call program 'with_lock ./a sh -c "exit 4"; s=$?; free a; exit $s'
call inside 'with_lock ./a free a'
call returns 'f() { return 5; }; with_lock ./a f; s=$?; free a; exit $s'
call breaks 'f() { break 3; }; for i in 1 2; do echo $i; with_lock ./a f 2>/dev/null; done; free a'
call sets 'f() { x=$1; }; with_lock ./a f 7; echo $x'
call exits 'f() { exit 6; }; with_lock ./a f; echo no'
call busy 'with_lock -n ./held did'
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
call errexit 'set -e; with_lock ./a did; with_lock -n -E 3 ./held did; echo no'
call errexitin 'f() { false; echo no; }; set -e; with_lock ./a f; echo no'
call nounset 'set -u; with_lock ./a did'
call noclobber 'set -C; with_lock ./new did; with_lock ./new did'
call noglob 'set -f; with_lock ./a did "*"'
call inif 'if with_lock -n ./held did; then echo yes; else echo "no $?"; fi; if with_lock ./a did; then echo yes; fi'
call inexit "trap 'with_lock -n ./held did; echo \$?; with_lock ./a did; echo \$?; lock_fd -n 9 ./held; echo \$?' EXIT; exit 7"
call insignal "trap 'with_lock -n ./held did; echo \$?; with_lock ./a did; echo \$?' USR1; sh -c 'kill -USR1 \$PPID'; echo \$?"
call fifo 'with_lock ./fifo did'
call device 'with_lock /dev/null did'
call dangling 'with_lock ./dangling did; ls nowhere'
call missing 'with_lock ./no/a did'
call folder 'with_lock ./dir did'
call linked 'ln -s a toa; with_lock ./toa did'
call kept 'echo text >full; with_lock ./full did; cat full'
call named 'LOCKKIT_DIR=$T/named; with_lock one did; ls -ld named | cut -c1-10; wc -w <named/one.lock; cut -d" " -f3 <named/one.lock | wc -l; free named/one.lock'
call namedbusy 'LOCKKIT_DIR=$T/named; f() { with_lock -n two did; }; with_lock two f'
call namedlink 'LOCKKIT_DIR=$T/link; with_lock one did'
call namedfile 'LOCKKIT_DIR=$T/plain; with_lock one did'
call namednone 'LOCKKIT_DIR=$T/no/such; with_lock one did'
call relative 'LOCKKIT_DIR=rel; with_lock one did'
call names 'LOCKKIT_DIR=$T/named; for n in .a -a a/ "a b" "" a.b-c_D 9; do with_lock -- "$n" did; echo $?; done'
call usage 'with_lock; echo $?; with_lock -n; echo $?; with_lock ./a; echo $?; with_lock ./a --; echo $?; with_lock ./a -x; echo $?; with_lock -- ./a -- did'
call options 'for o in -z --none -nz -r --remove --nonblock=1 --keep= -- --; do with_lock "$o" ./a did; echo $?; done'
call values 'for v in x "" . 1.2.3 -1 1x; do with_lock -w "$v" ./a did; echo $?; done; with_lock -w; echo $?; with_lock --timeout; echo $?; with_lock -nw; echo $?'
call codes 'for v in x "" 256 999 1000 -1 1x; do with_lock -n -E "$v" ./held did; echo $?; done; with_lock -E; echo $?'
call seconds 'for v in 0 00 0.0 000.000 .0; do with_lock -w $v ./held did; echo $?; done; for v in 1 01.5 99999999999 4000000000.25 2147483648; do with_lock -w $v ./a did; echo $?; done'
call fd 'lock_fd 9 ./a; echo $?; free a; unlock 9; echo $?; free a; sees "/a$"'
call fdbusy 'lock_fd -n 9 ./held; echo $?; sees "/held$"; lock_fd -n -E 5 9 ./held; echo $?; lock_fd -nq 9 ./held; echo $?; lock_fd -w 0.01 9 ./held; echo $?'
call fdzero 'lock_fd -n -E 0 9 ./held; echo $?; lock_fd -E 00 9 ./a; echo $?; free a'
call fdopen 'exec 9>./a; lock_fd 9; echo $?; free a; unlock 9; echo $?; free a; sees "/a$"; lock_fd 9 ./b; echo $?'
call fdopenbusy 'exec 9>./held; lock_fd -n 9; echo $?; lock_fd -w 0.01 -E 4 9; echo $?; sees "/held$"'
call fdclosed 'lock_fd 9; echo $?; unlock 9; echo $?'
call fdusage 'lock_fd; echo $?; lock_fd -o 9; echo $?; lock_fd 9 ./a b; echo $?; lock_fd x-y ./a; echo $?; lock_fd -- -1; echo $?; lock_fd name; echo $?; lock_fd 09 ./a; echo $?'
call fdshared 'lock_fd -s 9 ./a; /usr/bin/flock -ns a true && echo shared; free a; unlock -r 9; echo $?; ls a'
call fdsharedby 'lock_fd -sn 9 ./shared; echo $?; unlock -r 9; echo $?; ls shared; sees "/shared$"'
call fdremove ': >gone; lock_fd 9 gone; echo $?; LOCKKIT_DIR=$T; lock_fd 8 ./gone; unlock -r 8; echo $?; ls gone; unlock -r 8; echo $?'
call fdfar 'lock_fd 9 ./a; cd dir; unlock -r 9; echo $?; cd ..; ls a'
call fdreplaced 'lock_fd 9 ./a; rm a; : >a; unlock -r 9; echo $?; ls a'
call fdleft 'exec 9>./a; lock_fd 9; left; unlock 9; free a; echo >fifo; wait'
call fdmiss 'exec 9>./a; lock_fd 9; unlock -r 9; echo $?; free a; unlock; echo $?; unlock 9 9; echo $?; unlock -n 9; echo $?; unlock x-y; echo $?; unlock --remove 9; echo $?'
call fdtwo 'lock_fd 9 ./a; lock_fd 8 ./b; free a; free b; unlock 9; free a; free b; unlock 8; free b'
call none 'LOCKKIT_ENGINE=none; with_lock ./a did; echo $?; lock_fd 9 ./a; echo $?; sees "/a$"'
call nopath 'PATH=/nowhere; with_lock ./a did; echo $?'
call engine 'with_lock ./a did; FAKE=71; export FAKE; with_lock ./a did; echo $?; lock_fd 9 ./a; echo $?; sees "/a$"; FAKE=; lock_fd 9 ./a; FAKE=71; unlock 9; echo $?'
call engine1 'with_lock ./a did; FAKE=1; export FAKE; with_lock ./a did; echo $?; with_lock -w 0.01 ./a did; echo $?'
call engine65 'with_lock ./a did; FAKE=65; export FAKE; with_lock ./a did; echo $?; with_lock -s ./a did; echo $?; exec 9>./a; lock_fd 9; echo $?'
call engine127 'with_lock ./a did; FAKE=127; export FAKE; with_lock ./a did; echo $?; FAKE=126; with_lock -w 1 ./a did; echo $?; lock_fd 9 ./a; echo $?'
call engine15 'with_lock ./a did; FAKE=15; export FAKE; with_lock ./a did 2>/dev/null; echo $?; lock_fd 9 ./a 2>/dev/null; echo $?; sees "/a$"'
call lost 'with_lock ./a did; rm bin/flock; with_lock ./b did; cp /usr/bin/flock bin'
call twice '. "$FUNCTIONS"; with_lock ./a did; lock_fd 9 ./a; . "$FUNCTIONS"; unlock -r 9; ls a'
call many 'for i in 1 2 3 4 5 6; do with_lock ./a :; done; opens; lock_fd -n 9 ./held 2>/dev/null; with_lock -n ./held did 2>/dev/null; opens; free a'
call functions 'alias flock=false exec=false printf=false 2>/dev/null; printf() { echo mine; }; read() { echo mine; }; with_lock ./a did'
