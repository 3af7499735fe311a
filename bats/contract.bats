# CONTRACT 3, the functions, clause by clause, in every shell that is to be had
# and on every engine. Scripts are plain sh, so that all shells run the same text.
# shellcheck disable=SC2016 # text for other shells

bats_require_minimum_version 1.5.0

setup_file() {
  [ -r /proc/locks ] || skip 'no /proc/locks'
  load lib/shells
  emit
}

setup() { load lib/shells; }

@test '3: options bundle, long forms work, the last of -s and -x counts' {
  want='75
75 5
5
75
f shared
f exclusive
f shared
ran' everywhere <<'EOF'
mkfifo go
flock f sh -c 'read x <go' &
held f
t() {
  "$@" 2>/dev/null
  printf '%s' $?
}
t with_lock -n ./f true
echo
t with_lock --nonblock ./f true
printf ' '
t with_lock -nE5 ./f true
echo
t with_lock -n --conflict-exit-code=5 ./f true
echo
t with_lock --timeout 0 ./f true
echo
echo >go
wait
with_lock -xs -- ./f -- state f
with_lock --shared --exclusive ./f state f
with_lock -qsw.5 ./f state f
with_lock -w 10.5 --quiet --verbose ./f echo ran
EOF
}

# No engine is asked there, so there is none.
@test '3: wrong words are a usage error, and the command does not run' {
  want='64 with_lock: no LOCK
64 with_lock: no COMMAND
64 with_lock: no COMMAND
64 with_lock: not a COMMAND: -n
64 with_lock: not a COMMAND: -n
64 with_lock: unknown option -Z
64 with_lock: unknown option -N
64 with_lock: unknown option --nonsense
64 with_lock: takes no value: --quiet=1
64 with_lock: needs a value: -w
64 with_lock: not a number of seconds: -1
64 with_lock: not a number of seconds: 1.2.3
64 with_lock: not a number of seconds: 1e3
64 with_lock: not an exit status from 0 to 255: 256
64 with_lock: not an exit status from 0 to 255: x
64 with_lock: unknown option -r
64 with_lock: after exec nobody would hold the lock with -o
64 lock_fd: no descriptor
64 lock_fd: -E 0 would claim a lock that is not held
64 lock_fd: not a descriptor: 09
64 lock_fd: not a descriptor: a-b
64 lock_fd: not a descriptor: __lockkit_fd
64 lock_fd: too many words: x
64 lock_fd: unknown option -k
64 unlock: no descriptor
64 unlock: too many words: 4
64 unlock: not a descriptor: x' ENGINES=none everywhere <<'EOF'
t() {
  said=$("$@" 2>&1)
  echo "$? ${said#lockkit: }"
}
t with_lock
t with_lock ./f
t with_lock ./f --
t with_lock ./f -n echo
t with_lock ./f -- -n echo
t with_lock -Z ./f echo
t with_lock -N ./f echo
t with_lock --nonsense ./f echo
t with_lock --quiet=1 ./f echo
t with_lock -w
t with_lock -w -1 ./f echo
t with_lock -w1.2.3 ./f echo
t with_lock -w 1e3 ./f echo
t with_lock -E 256 ./f echo
t with_lock -Ex ./f echo
t with_lock -r ./f echo
t with_lock -o ./f exec echo no
t lock_fd
t lock_fd -E 0 9 ./f
t lock_fd 09 ./f
t lock_fd a-b ./f
t lock_fd __lockkit_fd ./f
t lock_fd 3 ./f x
t lock_fd -k 3
t unlock
t unlock 3 4
t unlock x
[ ! -e f ] || echo something was made
EOF
}

@test '3: lock_fd opens what is closed, closes it when it fails, leaves what is open alone' {
  want='0
f exclusive
65 descriptor 8 is open already
65 descriptor 7 is not open
65 descriptor 7 is not open
0
f free
closed
75
closed' everywhere <<'EOF'
t() {
  "$@" 2>said
  printf '%s %s\n' $? "$(sed 's/^lockkit: //' said)" | sed 's/ $//'
}
t lock_fd 8 ./f
state f
t lock_fd 8 ./g
t lock_fd 7
t unlock 7
t unlock 8
state f
(: <&8) 2>/dev/null || echo closed
mkfifo go
flock f sh -c 'read x <go' &
held f
lock_fd -qn 8 ./f
echo $?
(: <&8) 2>/dev/null || echo closed
echo >go
wait
EOF
}

@test '3: lock_fd opens no descriptor of two digits in zsh, which would take the number for a program' {
  want='64 lockkit: lock_fd: zsh opens one digit, or what it chooses for a variable, and not 
64 lockkit: lock_fd: zsh opens one digit, or what it chooses for a variable, and not 
nothing was made' ENGINES=none everywhere zsh <<'EOF'
exec {open}</dev/null
for fd in $open 99; do
  said=$(lock_fd $fd ./L 2>&1) || echo "$? ${said%$fd}"
done
[ -e L ] || echo nothing was made
EOF
}

@test '3: lock_fd for a variable that cannot be set gives 64, and nothing stays open' {
  want='64 lockkit: lock_fd: cannot set the variable fixed
1 f free' everywhere bash zsh <<'EOF'
readonly fixed=1
lock_fd fixed ./f 2>said
echo "$? $(tail -n 1 said)"
echo "$fixed $(state f)"
EOF
}

@test '3: lock_fd FD alone serves the subshell idiom' {
  want='worked
busy 75' everywhere <<'EOF'
(lock_fd -n 9 || exit; echo worked) 9>>file
mkfifo go
flock file sh -c 'read x <go' &
held file
(lock_fd -nq 9 || { echo busy $?; exit 0; }; echo no) 9>>file
echo >go
wait
EOF
}

@test '3.1: arguments pass through untouched' {
  want="<a b><*><><x
y><\\><\$HOME><-n><--><a=b>
<a/b><c>" everywhere <<'EOF'
show() {
  for w in "$@"; do printf '<%s>' "$w"; done
  echo
}
with_lock ./L show 'a b' '*' '' 'x
y' '\' '$HOME' -n -- a=b
IFS=/
with_lock ./L show a/b c
EOF
}

@test '3.1: COMMAND runs in this shell: variables survive, its status is ours' {
  want='5 kept
0 1 3 127' everywhere <<'EOF'
set_it() {
  x=kept
  return 5
}
with_lock ./L set_it
echo "$? $x"
three() { return 3; }
with_lock ./L true
a=$?
with_lock ./L false
b=$?
with_lock ./L three
c=$?
with_lock ./L no-such-command-here 2>/dev/null
echo "$a $b $c $?"
EOF
}

@test '3.1: exit exits, with its status and the EXIT trap' {
  want='leaving
L free 7' everywhere <<'EOF'
cat >inner <<'END'
. "$FUNCTIONS"
trap 'echo leaving' EXIT
out() { exit 7; }
with_lock ./L out
echo no
END
$THIS_SHELL ./inner
code=$?
echo "$(state L) $code"
EOF
}

@test '3.1: set -e means inside what it means outside' {
  want='before
1
went on
7
inner 4
7' everywhere <<'EOF'
cat >inner <<'END'
set -eu
. "$FUNCTIONS"
work() {
  echo before
  false
  echo no
}
with_lock ./L work
echo no
END
$THIS_SHELL ./inner
echo $?
set -e
lax() {
  false
  echo went on
  return 7
}
with_lock ./L lax || echo $?
if with_lock ./L false; then echo no; fi
deep() {
  with_lock ./M sh -c 'exit 4' || echo inner $?
  return 7
}
with_lock ./L deep || echo $?
EOF
}

@test '3.1: where set -e ends the shell nothing else is said' {
  want='1
3
75
4
5
75' everywhere <<'EOF'
mkfifo go
flock held sh -c 'read x <go' &
held held
cat >inner <<'END'
. "$FUNCTIONS"
three() { return 3; }
deep() { with_lock ./M sh -c 'exit 4'; }
five() { with_lock -o ./N three || return 5; }
set -e
eval "$1"
echo no
END
for call in 'with_lock ./L false' 'with_lock -o ./L three' 'with_lock -qn ./held true' \
  'with_lock ./L deep' 'with_lock ./L five' 'lock_fd -qn 8 ./held'; do
  $THIS_SHELL ./inner "$call" || echo $?
done
echo >go
wait
EOF
}

@test '3.1: where set -e ends the shell its EXIT trap runs, as after any failure' {
  want='with_lock ./L false: leaving 1
with_lock ./L sh -c exit\ 3: leaving 3
with_lock -o ./L sh -c exit\ 3: leaving 3
with_lock ./L cd /nonexistent: leaving as after cd
with_lock ./L eval false: leaving 1
with_lock -o ./L eval "sh -c exit\ 3; echo no": leaving 3
with_lock ./L . ./failing: leaving 4
with_lock -q 9/ true: leaving 73
with_lock -qn ./held work: leaving 75
with_lock -qn -E 5 ./held false: leaving 5
lock_fd -qn 8 ./held: leaving 75
lock_fd 7: leaving 65
unlock 7: leaving 65
with_lock ./L true && false: leaving 1
lock_fd 8 ./L && false: leaving 1
lock_fd 8 ./L; unlock 8 && false: leaving 1
with_lock ./L work; false: leaving 1
with_lock ./L false || false: leaving 1' everywhere <<'EOF'
mkfifo go
flock held sh -c 'read x <go' &
held held
cat >inner <<'END'
. "$FUNCTIONS"
work() { :; }
trap 'printf "leaving "' EXIT
set -e
eval "$1"
echo no
END
echo '(exit 4)' >failing
$THIS_SHELL ./inner 'cd /nonexistent' >said 2>&1
cd=$?
for call in 'with_lock ./L false' 'with_lock ./L sh -c exit\ 3' 'with_lock -o ./L sh -c exit\ 3' \
  'with_lock ./L cd /nonexistent' 'with_lock ./L eval false' \
  'with_lock -o ./L eval "sh -c exit\ 3; echo no"' 'with_lock ./L . ./failing' 'with_lock -q 9/ true' \
  'with_lock -qn ./held work' \
  'with_lock -qn -E 5 ./held false' 'lock_fd -qn 8 ./held' 'lock_fd 7' 'unlock 7' \
  'with_lock ./L true && false' 'lock_fd 8 ./L && false' 'lock_fd 8 ./L; unlock 8 && false' \
  'with_lock ./L work; false' 'with_lock ./L false || false'; do
  printf '%s: ' "$call"
  got=0
  $THIS_SHELL ./inner "$call" 2>/dev/null || got=$?
  case $call in
    *' cd '*) [ "$got" != "$cd" ] || got='as after cd' ;;
  esac
  case $THIS_SHELL.$got in
    yash.5 | yash.??) printf 'leaving ' ;; # where -e ends yash at a `return`, its trap does not run
  esac
  echo "$got"
done
echo >go
wait
EOF
}

@test '3.1: return and break do not escape the release' {
  want='3
L free
0
L free
L free
all three' everywhere <<'EOF'
with_lock ./L return 3
echo $?
state L
one() { break 2>/dev/null || :; }
two() { break 2 2>/dev/null || :; }
n=0
for i in 1 2 3; do
  with_lock ./L one
  code=$?
  [ $i != 1 ] || {
    echo $code
    state L
  }
  with_lock ./L two
  [ $i != 1 ] || state L
  n=$i
done
[ $n = 3 ] && echo all three
EOF
}

@test '3.2: kill -9 of the shell does not free the lock under a command that still runs' {
  want='L exclusive
L free' everywhere <<'EOF'
mkfifo up go
cat >inner <<'END'
. "$FUNCTIONS"
with_lock ./L sh -c 'echo $PPID >up; read x <go'
echo no
END
($THIS_SHELL ./inner 2>/dev/null &)
read pid <up
kill -9 $pid
gone $pid
state L
echo >go
free L
state L
EOF
}

@test '3.2: a job that COMMAND leaves behind does not keep the lock, with -k it does' {
  want='L free
L exclusive
L free' everywhere <<'EOF'
mkfifo go
leave() { sh -c 'read x <go' & }
with_lock ./L leave
state L
echo >go
wait
with_lock -k ./L leave
state L
echo >go
free L
state L
EOF
}

@test '3.2: with -o no program that COMMAND starts has the lock' {
  want='L exclusive
6 L free
L free' everywhere <<'EOF'
mkfifo up go
: >L
all() {
  sh -c 'for n in /dev/fd/*; do [ "$n" -ef L ] && echo "has it as $n"; done; exit 0'
  state L
  return 6
}
with_lock -o ./L all
echo "$? $(state L)"
cat >inner <<'END'
. "$FUNCTIONS"
work() {
  sh -c 'echo $PPID >up; read x <go'
  :
}
with_lock -o ./L work
END
($THIS_SHELL ./inner 2>/dev/null &)
read pid <up
kill -9 $pid
gone $pid
state L
echo >go
EOF
}

@test '3.2: COMMAND has the lock also where just one digit was free for it' {
  want='has it
5 L free' everywhere <<'EOF'
: >L
exec 3<. 4<. 5<. 6<. 7<. 8<.
with_lock ./L sh -c 'for n in /dev/fd/*; do [ "$n" -ef L ] && echo "has it"; done; exit 5'
echo "$? $(state L)"
EOF
}

@test '3.2: COMMAND may be a program with -o as well' {
  want='input
L exclusive
L free' everywhere <<'EOF'
: >L
echo input | with_lock -o ./L cat
with_lock -o ./L state L
state L
EOF
}

@test '3.2: a script whose last command runs in its own place keeps what lock_fd took' {
  want='L exclusive
same' everywhere <<'EOF'
cat >inner <<'END'
. "$FUNCTIONS"
set +o >before
lock_fd 8 ./L
set +o >after
state L
END
$THIS_SHELL ./inner
cmp before after && echo same
EOF
}

@test '3.3: locks nest, and the descriptors of the caller are what they were' {
  want='A exclusive
B exclusive
C exclusive
three
A exclusive
B free
A free
out' everywhere <<'EOF'
echo three >data
exec 3<data
inner() {
  state A
  state B
  state C
  cat <&3
}
middle() { with_lock ./C inner; }
outer() {
  with_lock ./B middle
  state A
  state B
}
exec 4>out
with_lock ./A outer
state A
echo out >&4
cat out
EOF
}

@test '3.3: -o where a trap takes the last digit during the wait: COMMAND has no part of the lock, or does not run' {
  want='L free' ENGINES=flock everywhere <<'EOF'
mkdir bin
cat >bin/flock <<'END'
#!/bin/sh
for last; do :; done
case $(readlink "/proc/self/fd/$last") in
  */L) [ -e came ] || { : >came; kill -USR1 "$PPID"; } ;;
esac
exec flock "$@"
END
sed -i "s|exec flock|exec $(command -v flock)|" bin/flock
chmod +x bin/flock
PATH=$PWD/bin:$PATH
exec 3<. 4<. 5<. 6<. 7<. 8<.
trap 'exec 9<.' USR1
: >L
work() {
  sh -c 'for n in /dev/fd/*; do [ "$n" -ef L ] && echo "has it as $n"; done; exit 0'
  ran=ran
}
ran=no
with_lock -o ./L work 2>said
case $?.$ran in
  0.ran) ;;
  69.no) grep -q 'lockkit: every descriptor that a lock could have is open' said || cat said ;;
  *) echo "$?.$ran" ;;
esac
[ -e came ] || echo no trap
state L
EOF
}

@test '3.3: the outer lock outlives kill -9 of the shell inside an inner one' {
  want='A exclusive B exclusive
A free B free' everywhere <<'EOF'
mkfifo up go
cat >inner <<'END'
. "$FUNCTIONS"
work() {
  with_lock ./B sh -c 'echo $PPID >up; read x <go'
  :
}
with_lock ./A work
END
($THIS_SHELL ./inner 2>/dev/null &)
read pid <up
kill -9 $pid
gone $pid
echo "$(state A) $(state B)"
echo >go
free A
free B
echo "$(state A) $(state B)"
EOF
}

@test '3.4: no option, trap, umask or variable changes, and nothing is left open' {
  want='same' everywhere <<'EOF'
shot() {
  set +o
  trap
  umask
  set | grep -E '^[A-Za-z_]+=' |
    grep -vE '^(_|__lockkit_.*|LOCKKIT_.*|BASH_.*|BASHPID|LINENO|RANDOM|SRANDOM|SECONDS|EPOCH.*|PIPESTATUS|FUNCNAME|KSH_.*|status|TTYIDLE|PPID|pipestatus|OLDPWD|_AST_.*)='
  ls /dev/fd | wc -l
}
trap 'echo usr1' USR1
if (trap : ERR) 2>/dev/null; then trap : ERR; fi
IFS=:
OPTIND=3 REPLY=r i=i
shot >before
with_lock name true
with_lock ./L sh -c :
with_lock -n ./L false
with_lock ./L eval :
lock_fd 8 ./L
unlock 8
with_lock -n /dev/null true 2>/dev/null
shot >after
cmp before after && echo same
EOF
}

@test '3.4: hostile functions and aliases do no harm' {
  want='ran
L exclusive
75
0
M free
L free' everywhere <<'EOF'
cat >inner <<'END'
[ -z "${BASH_VERSION-}" ] || shopt -s expand_aliases
alias '['='echo hostile [' 2>/dev/null || :
alias flock='echo hostile flock' exec='echo hostile exec' local='echo hostile local' printf='echo hostile printf'
alias return='echo hostile return' eval='echo hostile eval' shift='echo hostile shift' read='echo hostile read'
alias command='echo hostile command' set='echo hostile set' builtin='echo hostile builtin' :='echo hostile :'
alias unset='echo hostile unset' grep='echo hostile grep' mkdir='echo hostile mkdir' true='echo hostile true'
. "$FUNCTIONS"
unalias -a
eval 'flock() { echo hostile flock; }'
eval 'printf() { echo hostile printf; }'
eval 'grep() { echo hostile grep; }'
eval 'mkdir() { echo hostile mkdir; }'
eval 'date() { echo hostile date; }'
(eval 'local() { :; }') 2>/dev/null && eval 'local() { echo hostile local; }'
(eval 'exec() { :; }') 2>/dev/null && eval 'exec() { echo hostile exec; }'
(eval '[() { :; }') 2>/dev/null && eval '[() { echo hostile [; }'
with_lock name echo ran
busy() {
  with_lock -qn ./L echo no
  echo $?
}
with_lock ./L state L
with_lock ./L busy
lock_fd 8 ./M
unlock 8
echo $?
state M
END
$THIS_SHELL ./inner
state L
EOF
}

@test '3.4: with a function called eval set -e ends nothing of which the status is asked' {
  want='ran
65
else 65
66
73
again
ended' everywhere bash zsh <<'EOF'
mkdir liar dir
printf '#!/bin/sh\nexit 0\n' >liar/flock
cp liar/flock liar/lockkit
chmod +x liar/*
PATH=$PWD/liar:$PATH
(
  mkfifo p
  eval 'exec 6<.'
  eval() { echo hostile eval; }
  set -e
  with_lock ./L echo ran
  lock_fd 6 ./L 2>/dev/null || echo $?
  if lock_fd 6 ./L 2>/dev/null; then echo no; else echo "else $?"; fi
  with_lock ./p echo no 2>/dev/null || echo $?
  [ -z "${BASH_VERSION-}" ] || ! lock_fd 1000000 ./L 2>/dev/null
  with_lock ./no/L echo no 2>/dev/null || echo $?
  with_lock ./L echo again
  work() {
    sh -c "exit 5"
    echo no
  }
  with_lock -o ./L work
  echo no
)
[ $? -eq 0 ] || echo ended # bash 4.2 ends with 1 then
EOF
}

@test '3.4: where a builtin is disabled that cannot be done without, no lock is claimed' {
  want='69 69 69
69 69 69
69 69 69
69 69 69' ENGINES=flock everywhere bash zsh <<'EOF'
: >L
off() { if [ "${ZSH_VERSION-}" ]; then disable "$@"; else enable -n "$@"; fi; }
run() {
  with_lock ./L echo no
  set -- $?
  lock_fd 9 ./L
  set -- $1 $?
  unlock 9
  /bin/echo $1 $2 $?
}
(off :; run 2>/dev/null)
(off return; run 2>/dev/null)
(builtin() { /bin/true; }; off read; run 2>/dev/null)
(builtin() { /bin/true; }; if [ "${ZSH_VERSION-}" ]; then disable typeset; else enable -n declare; fi; run 2>/dev/null)
EOF
}

@test '3.4: sourced twice under -eu, pipefail and noclobber it prints nothing and forgets nothing' {
  want='ran
L free' everywhere <<'EOF'
cat >inner <<'END'
set -euC
(set -o pipefail) 2>/dev/null && set -o pipefail
. "$FUNCTIONS"
. "$FUNCTIONS"
with_lock name true
lock_fd 8 ./L
. "$FUNCTIONS"
unlock -r 8
with_lock name echo ran
END
$THIS_SHELL ./inner
[ ! -e L ] && state L
EOF
}

@test '3.4: what is set oddly does no harm: IFS, noglob, nocasematch, posix mode, no environment' {
  want='ran
ran
ran
64
ran
ran' everywhere <<'EOF'
IFS=0123456789abcdefghijklmnopqrstuvwxyz./
with_lock name echo ran
with_lock -w 0.5 ./L echo ran
unset IFS
set -f
with_lock -w 1 ./L echo ran
[ -z "${BASH_VERSION-}" ] || shopt -s nocasematch
with_lock -S ./L echo no 2>/dev/null
echo $?
(set -o posix) 2>/dev/null && set -o posix
with_lock ./L echo ran
cat >inner <<'END'
. "$1"
with_lock ./L echo ran
END
case $THIS_SHELL in
  busybox*) env -i "$(command -v busybox)" ash ./inner "$FUNCTIONS" ;;
  *) env -i "$(command -v "$THIS_SHELL")" ./inner "$FUNCTIONS" ;;
esac
EOF
}

@test '3.5: busy tells who, and -q does not' {
  want='lockkit: deploy is busy: pid PID (holder) since TIME
75
75
lockkit: ./L is busy: pid PID (sh)
75
lockkit: ./L is still busy after 0.100 s: pid PID (sh)
75' everywhere <<'EOF'
mkfifo up go
cat >holder <<'END'
. "$FUNCTIONS"
both() { flock ./L sh -c 'echo $PPID >up; read x <go'; }
with_lock deploy both
END
$THIS_SHELL ./holder &
read pid <up
s() { sed -E 's/pid [0-9]+ /pid PID /; s/[0-9][0-9]:[0-9][0-9]:[0-9][0-9]$/TIME/; s/\((flock|sh)\)/(sh)/'; }
t() {
  said=$("$@" 2>&1)
  code=$?
  [ -z "$said" ] || echo "$said" | s
  echo $code
}
t with_lock -n deploy true
t with_lock -nq deploy true
t with_lock -n ./L true
t with_lock -w 0.1 ./L true
echo >go
wait
EOF
}

@test '3.5: a dead or an earlier holder is not named, and a file cannot speak to the terminal' {
  want='lockkit: deploy is busy: pid PID (sh)
lockkit: deploy is busy: pid PID (sh)
lockkit: deploy is busy: pid PID (sh)
lockkit: deploy is busy: pid PID (?[31mred?name) since TIME' everywhere <<'EOF'
mkfifo up go
mkdir -m 700 locks
s() { sed -E 's/pid [0-9]+ /pid PID /; s/[0-9-]* ?[0-9][0-9]:[0-9][0-9]:[0-9][0-9]$/TIME/; s/\((flock|sh)\)/(sh)/'; }
flock locks/deploy.lock sh -c 'echo $$ >up; read x <go' &
read pid <up
echo "999999999 1700000000 dead" >locks/deploy.lock
with_lock -n deploy true 2>&1 | s
echo "$$ 1700000000 earlier" >locks/deploy.lock
with_lock -n deploy true 2>&1 | s
echo "$pid x;reboot evil" >locks/deploy.lock
with_lock -n deploy true 2>&1 | s
printf '%s 1700000000 \033[31mred\007name\n' $pid >locks/deploy.lock
with_lock -n deploy true 2>&1 | s
echo >go
wait
EOF
}

@test '3.5: -v tells when waiting starts and how long it took' {
  want='lockkit: waiting for deploy: pid PID (holder) since TIME
lockkit: got deploy after N s
ran' everywhere <<'EOF'
mkfifo up go
cat >holder <<'END'
. "$FUNCTIONS"
with_lock deploy sh -c 'echo >up; read x <go'
END
$THIS_SHELL ./holder &
read x <up
with_lock -v deploy echo ran 2>said >ran &
waiter locks/deploy.lock
echo >go
wait
sed -E 's/pid [0-9]+ /pid PID /; s/..:..:..$/TIME/; s/[0-9]+\.[0-9]{3} s/N s/' said
cat ran
EOF
}

@test '3.6: -w waits for the lock, ends when the time is over, and 0 is -n' {
  want='75 75 75
got it' everywhere <<'EOF'
mkfifo go
flock L sh -c 'read x <go' &
held L
with_lock -qw 0 ./L echo no
a=$?
with_lock -qw 0.15 ./L echo no
b=$?
with_lock -q --timeout=.05 ./L echo no
echo "$a $b $?"
with_lock -w 900 ./L echo got it &
waiter L
echo >go
wait
EOF
}

# to_group TRAP — a script in which INT and TERM go to the process group of a waiter
to_group() {
  cat <<EOF
mkfifo go
flock L sh -c 'read x <go' &
cat >inner <<'END'
$1
. "\$FUNCTIONS"
with_lock ./L echo no
echo \$?
END
cat >group <<'END'
set -m
\$THIS_SHELL ./inner x \$1 &
job=\$!
settled L
kill -\$1 -\$job
wait \$job
code=\$?
[ \$code = 0 ] || echo \$code
END
held L
bash ./group INT 2>/dev/null
bash ./group TERM 2>/dev/null
echo >go
wait
EOF
}

@test '3.6: INT and TERM to the process group end a wait at once, and COMMAND never runs' {
  want='130
143' everywhere < <(to_group '')
}

@test '3.6: INT and TERM that are trapped do so as well, and the trap runs' {
  want='said INT
130
said TERM
143' everywhere < <(to_group 'trap "echo said $2" $2')
}

@test '3.6: a trapped signal that goes to the shell alone is answered while the lock is still held' {
  want='said TERM
L exclusive' ENGINES=flock everywhere <<'EOF'
mkfifo go up
flock L sh -c 'read x <go' &
held L
cat >inner <<'END'
trap 'echo said TERM >up; exit 3' TERM
. "$FUNCTIONS"
with_lock ./L echo no
END
$THIS_SHELL ./inner &
shell=$!
waiter L
kill -TERM $shell
cat up
state L
echo >go
wait
EOF
}

@test '3.7: unlock frees the lock even if a child has the descriptor' {
  want='L exclusive
L free
L exclusive
L free' everywhere <<'EOF'
mkfifo go
lock_fd 8 ./L
sh -c 'read x <go' 8<&8 &
state L
unlock 8
state L
(
  lock_fd 7
  state L
  unlock 7
  state L
) 7<L
echo >go
EOF
}

@test '3.7: unlock -r removes the file under the lock, but not one that others share' {
  want='0 gone
0 stays
64 unlock: -r needs a descriptor that lock_fd opened, not 7
L free
0 the new one stays' everywhere <<'EOF'
lock_fd 8 ./L
unlock -r 8
echo "$? $([ -e L ] && echo stays || echo gone)"
lock_fd -s 8 ./L
lock_fd -s 6 ./L
unlock -r 8
echo "$? $([ -e L ] && echo stays || echo gone)"
unlock 6
exec 7<L
said=$(unlock -r 7 2>&1)
echo "$? ${said#lockkit: }"
exec 7<&-
state L
lock_fd 8 ./L
mv L old
: >L
unlock -r 8
echo "$? $([ -e L ] && echo the new one stays)"
EOF
}

@test '3.8: shared and exclusive locks are those of flock(1)' {
  want='shared with flock
75
75
L shared' everywhere <<'EOF'
mkfifo go go2
flock -s L sh -c 'read x <go' &
held L
with_lock -ns ./L echo shared with flock
with_lock -nq ./L echo no
echo $?
echo >go
wait
flock L sh -c 'read x <go2' &
held L
with_lock -nqs ./L echo no
echo $?
echo >go2
wait
lock_fd -s 8 ./L
state L
EOF
}

@test 'status 70: waiting for oneself, or for an ancestor that waits for us, would never end' {
  want='lockkit: waiting for name would never end: this shell holds it
70
lockkit: waiting for name would never end: pid PID holds it and waits for us
70
75
75
lockkit: waiting for ./L would never end: this shell holds it
70
70' everywhere <<'EOF'
s() { sed -E 's/pid [0-9]+ holds/pid PID holds/'; }
again() {
  with_lock name echo no 2>said
  code=$?
  s <said
  echo $code
}
with_lock name again
cat >inner <<'END'
. "$FUNCTIONS"
with_lock name echo no
echo $?
with_lock -nq name echo no
echo $?
with_lock -qw 0.2 name echo no
echo $?
END
with_lock name $THIS_SHELL ./inner 2>&1 | s
lock_fd 8 ./L
with_lock ./L echo no 2>&1
echo $?
IFS=0123456789
with_lock -q ./L echo no 2>/dev/null
echo "$?"
EOF
}

@test 'status 70: whatever the shell of the ancestor sleeps in' {
  want='70
70
70' everywhere <<'EOF'
inner() {
  bash -c '. "$BATS_FILE_TMPDIR/bash"; with_lock ./L echo no' 2>/dev/null
  echo $?
  dash -c '. "$BATS_FILE_TMPDIR/sh"; with_lock ./L echo no' 2>/dev/null
  echo $?
  lockkit run ./L -- echo no 2>/dev/null
  echo $?
}
with_lock ./L inner
EOF
}

@test 'status 70: an ancestor that goes on is waited for' {
  want='got it' everywhere <<'EOF'
outer() {
  with_lock ./L echo got it 2>/dev/null &
  waiter L
}
with_lock ./L outer
wait
EOF
}

@test 'status 69: a program that does not lock is no engine, and none is no pass' {
  mkdir -p "$BATS_TEST_TMPDIR/liars"
  printf '#!/bin/sh\nexit 0\n' >"$BATS_TEST_TMPDIR/liars/flock"
  cp "$BATS_TEST_TMPDIR/liars/flock" "$BATS_TEST_TMPDIR/liars/lockkit"
  chmod +x "$BATS_TEST_TMPDIR/liars/"*
  export LIARS=$BATS_TEST_TMPDIR/liars
  want='L exclusive
lockkit: no engine can lock here, tried: nonsense
69
69
69' ENGINES=flock everywhere <<'EOF'
export truth=$PATH
true_state() { (PATH=$truth && state L); }
PATH=$LIARS:$PATH
with_lock ./L true_state
LOCKKIT_ENGINE=nonsense
with_lock ./L echo no
echo $?
LOCKKIT_ENGINE=lockkit
PATH=$LIARS
with_lock ./L echo no 2>/dev/null
echo $?
lock_fd 8 ./L 2>/dev/null
echo $?
EOF
}

@test 'engines: /usr/bin and /bin are looked at after PATH, and no folder that it does not name' {
  [ -x /usr/bin/flock ] || [ -x /bin/flock ] || skip 'flock(1) is elsewhere'
  want='nowhere
empty
unset' ENGINES=flock everywhere <<'EOF'
printf '#!/bin/sh\n/bin/echo it came from here >>./liar\nexit 0\n' >flock
/bin/chmod +x flock
PATH=/nowhere
with_lock ./L echo nowhere
__lockkit_engine=''
PATH=''
with_lock ./L echo empty
__lockkit_engine=''
unset PATH
with_lock ./L echo unset
if [ -e liar ]; then /bin/cat liar; fi
EOF
}

@test 'engines: perl, and a flock(1) that knows neither -w nor -E, are enough to stand alone' {
  mkdir -p "$BATS_TEST_TMPDIR/lesser"
  cat >"$BATS_TEST_TMPDIR/lesser/flock" <<SH
#!/bin/sh
for word do case \$word in -*[wE]*) echo usage >&2; exit 1 ;; esac; done
exec $(command -v flock) "\$@"
SH
  chmod +x "$BATS_TEST_TMPDIR/lesser/flock"
  export LESSER=$BATS_TEST_TMPDIR/lesser
  want='75
75
got it
shared
free
65' ENGINES='perl busybox' everywhere <<'SH'
PATH=$LESSER:$PATH
mkfifo go
flock f sh -c 'read x <go' &
held f
with_lock -qn ./f echo no
echo $?
with_lock -qsw .1 ./f echo no
echo $?
with_lock -w 900 ./f echo got it &
waiting=$!
echo >go
wait "$waiting"
with_lock -s ./f with_lock -sn ./f echo shared
leave() { sh -c 'read x <go' & }
with_lock ./f leave
with_lock -n ./f echo free
echo >go
wait
lock_fd 7 2>/dev/null
echo $?
SH
}
