# CONTRACT 3.9: with_lock, lock_fd and unlock mean inside traps, during waits and
# under set -e what they mean outside. The table is shell × context × option, and
# each cell is run: once with the lock held by another, when COMMAND must not run,
# and once with the lock free, when it must run once and leave the lock free.
# VERBOSE=1 says how many cells that is, and which shells are not here; TURNS=1 fills
# the whole table, which takes minutes.
# shellcheck disable=SC2016 # text for other shells

bats_require_minimum_version 1.5.0

setup_file() {
  [ -r /proc/locks ] || skip 'no /proc/locks'
  load lib/shells
  emit
  export CELLS=$BATS_TEST_DIRNAME/contexts/cells.sh
}

setup() { load lib/shells; }

teardown_file() {
  local name here
  [[ ${VERBOSE-} ]] || return 0
  load lib/shells
  here=$(every_shell bash zsh sh)
  for name in $here; do
    echo "# $name: $(cat "$BATS_FILE_TMPDIR/figures/$name-"[!0-9]* 2>/dev/null | awk '{ n += $1 } END { print n + 0 }') cells" >&3
  done
  for name in bash-3.2 bash-4.0 bash-4.2 bash-4.4 bash-5.0 bash-5.1 bash-5.3 zsh dash busybox yash mksh ksh93; do
    [[ $'\n'$here$'\n' == *$'\n'$name$'\n'* ]] || echo "# $name: not here" >&3
  done
}

# bash runs every context. The others take turns: each runs every third one, another than
# the shell before, and TURNS=1 has them run all.
on_turn() {
  local name turn=0
  while read -r name; do
    case $name in
      bash) ;;
      *)
        turn=$((turn + 1))
        (((turn + BATS_TEST_NUMBER) % ${TURNS-3} == 0)) || continue
        ;;
    esac
    echo "$name"
  done < <(every_shell bash zsh sh)
}

# Usage: context CELLS [DIALECT...] <<'EOF'
# Runs a script in every shell of the dialects (all) and compares what it prints: how
# many cells it has run, before that each that is wrong. It begins with . "$CELLS" and
# gets to column in its context.
context() {
  local figures=$BATS_FILE_TMPDIR/figures failed=0 out
  mkdir -p "$figures"
  [[ ${ONLY-} ]] || local ONLY
  ONLY=${ONLY-$(on_turn | tr '\n' ' ')}
  want="$1 cells" ENGINES=${ENGINES-flock} everywhere "${@:2}" < <(
    cat <<'END'
cat >inner <<'EOF'
. "$FUNCTIONS"
. "$CELLS"
END
    cat
    cat <<'END'
EOF
mkfifo up go
: >free
: >held
flock held sh -c 'echo >up; read x <go' &
read -r x <up
$THIS_SHELL ./inner </dev/null 4<&- 5<&-
echo >go
wait
END
  ) || failed=1
  for out in "$BATS_TEST_TMPDIR"/*.out; do
    grep -x '[0-9]* cells' "$out" >"$figures/$(basename "$out" .out)-$BATS_TEST_NUMBER"
  done
  return "$failed"
}

@test '3.9: plain' {
  context 34 <<'SH'
column
echo "$cells cells"
SH
}

@test '3.9: in a condition' {
  context 34 <<'SH'
column if
echo "$cells cells"
SH
}

@test '3.9: behind !, and in lists' {
  context 68 <<'SH'
column not
column list
echo "$cells cells"
SH
}

@test '3.9: in subshells, pipelines and substitutions' {
  context 57 <<'SH'
column subshell
column pipeline
column substitution
echo "$cells cells"
SH
}

@test '3.9: under set -u and noclobber, in a file that is sourced' {
  context 34 <<'SH'
set -uC
echo column >sourced
. ./sourced
echo "$cells cells"
SH
}

@test '3.9: in the shell that -c starts' {
  context 34 <<'SH'
$THIS_SHELL -c '. "$FUNCTIONS"; . "$CELLS"; column; echo "$cells cells"'
SH
}

@test '3.9: under set -e' {
  context 34 <<'SH'
column errexit
echo "$cells cells"
SH
}

@test '3.9: nested, under set -eu' {
  context 34 <<'SH'
set -eu
nested() {
  set +e
  column
  set -e
}
with_lock ./outer nested
echo "$cells cells"
SH
}

@test '3.9: in the EXIT trap after exit 0' {
  context 34 <<'SH'
trap 'column; echo "$cells cells"' EXIT
exit 0
SH
}

@test '3.9: in the EXIT trap after exit 7' {
  context 34 <<'SH'
trap 'column if; echo "$cells cells"' EXIT
exit 7
SH
}

@test '3.9: in a subshell of the EXIT trap' {
  context 34 <<'SH'
trap '(column; echo "$cells cells")' EXIT
exit 0
SH
}

@test '3.9: in the EXIT trap of a subshell' {
  context 34 <<'SH'
(
  trap 'column; echo "$cells cells"' EXIT
  exit 0
)
SH
}

@test '3.9: in the trap of a signal' {
  context 34 <<'SH'
trap 'column; echo "$cells cells"' USR1
kill -s USR1 $$
:
SH
}

@test '3.9: in a trap that TERM sets off, which exits' {
  context 34 <<'SH'
trap 'column; echo "$cells cells"; exit 0' TERM
kill -s TERM $$
echo not here
SH
}

@test '3.9: in a trap that a signal sets off during a wait' {
  context 35 <<'SH'
mkfifo waited over
: >awaited
flock awaited sh -c 'echo >waited; waiter awaited; kill -s USR1 $1; read x <over' sh $$ &
read -r x <waited
trap 'column; echo >over' USR1
: >ran
with_lock ./awaited job awaited
cell 'the one that waited' "$?" 3 x
is_free awaited 'the one that waited'
echo "$cells cells"
SH
}

@test '3.9: in the ERR trap' {
  context 34 <<'SH'
if (trap : ERR) 2>/dev/null; then
  trap 'trap - ERR; column; echo "$cells cells"' ERR
  false
else
  column
  echo "$cells cells"
fi
SH
}

@test '3.9: in the DEBUG trap' {
  context 34 <<'SH'
if (trap : DEBUG) 2>/dev/null; then
  trap 'case $cells in 0) column ;; esac' DEBUG
  :
  trap - DEBUG
else
  column
fi
echo "$cells cells"
SH
}

@test '3.9: in the RETURN trap' {
  context 34 bash <<'SH'
f() {
  trap 'trap - RETURN; column; echo "$cells cells"' RETURN
  return 0
}
f
SH
}

@test '3.9: in PROMPT_COMMAND' {
  context 34 bash <<'SH'
cat >rc <<'END'
. "$FUNCTIONS"
. "$CELLS"
PROMPT_COMMAND='PROMPT_COMMAND=; column; echo "$cells cells"'
END
exec 3<&0
echo 'exit 0' | $BASH --rcfile ./rc -i 2>/dev/null
SH
}

# Where no function of the user's is called, none decides what happens, and many can
# be there at once. Those that ours ask for, or ask with, stand there one by one.
@test '3.4: a function called like a builtin or a program does no harm' {
  want='' ENGINES=flock everywhere <<'SH'
cat >inner <<'END'
. "$FUNCTIONS"
ran=0
job() { ran=$((ran + 1)); }
text=''
for name; do
  (eval "$name() { :; }") 2>/dev/null && text="$text
$name() { /bin/echo hostile $name${2+ >>called}; }"
done
names=$*
eval "$text"
with_lock name job
got=$?
with_lock -qn ./held job
got="$got $?"
with_lock -qw .05 -E 0 ./held job
got="$got $?"
lock_fd 8 ./free
got="$got $?"
with_lock -n ./free job 2>said
got="$got $?"
unlock 8
got="$ran $got $?"
case $got in
  '1 0 75 0 0 75 0') ;;
  *) /bin/echo "$names: $got" ;;
esac
END
hostile() {
  $THIS_SHELL ./inner "$@" 2>&1
  case $THIS_SHELL in
    bash*) $THIS_SHELL --posix ./inner "$@" 2>&1 ;;
  esac
}
mkfifo up go
: >held
flock held sh -c 'echo >up; read x <go' &
read -r x <up
hostile return test echo [ printf read shift unset local exec true : set trap break \
  continue export readonly type exit wait cd umask grep id mkdir rm sleep date cat flock tr sh
for name in builtin eval typeset declare; do
  hostile "$name"
done
case $THIS_SHELL in
  bash* | zsh*) hostile command ;; # the others have no other word for it: see below
esac
[ ! -e called ] || sort -u called
echo >go
wait
SH
}

@test '3.4: functions called like several builtins at once: what runs has the lock, or nothing runs and the status says so' {
  want='' ENGINES=flock everywhere <<'SH'
cat >inner <<'END'
. "$FUNCTIONS"
ran='' text='' body=$1
shift
job() {
  ran=x$ran
  if $FLOCK -n ./free /bin/true; then ran=unlocked; fi
}
names=$*
for name; do
  (eval "$name() { :; }") 2>/dev/null && text="$text
$name() { $body; }"
done
eval "$text"
with_lock ./free job 2>/dev/null
got=$?
with_lock -qn -E 0 ./held job 2>/dev/null
got="$got $?"
lock_fd 8 ./free 2>/dev/null
got="$got $?"
if $FLOCK -n ./free /bin/true; then got="$got free"; fi
unlock 8 2>/dev/null
if $FLOCK -n ./free /bin/true; then got="$got free"; fi
case $ran.$got in
  'x.0 0 0 free' | '.69 69 69 free free' | '.71 71 71 free free' | '.66 66 66 free free') ;;
  *) /bin/echo "$names, $body: $ran.$got" ;;
esac
END
export FLOCK=$(command -v flock)
mkfifo up go
: >held
: >free
flock held sh -c 'echo >up; read x <go' &
read -r x <up
for body in '/bin/echo hostile >&2' 'x=x' '/bin/false'; do
  while read -r names; do
    $THIS_SHELL ./inner "$body" $names </dev/null 2>/dev/null
  done <<'END'
builtin eval set
builtin command return
builtin command exec
builtin typeset declare
command exec
eval return [ typeset
builtin command eval set return typeset declare local shift unset [ : true printf read exec break
END
done
echo >go
wait
SH
}

@test '3.4: a handler for commands that are not found is no engine' {
  want='69 69' everywhere <<'SH'
command_not_found_handle() { :; }
command_not_found_handler() { :; }
COMMAND_NOT_FOUND_HANDLER='HANDLED=1'
LOCKKIT_ENGINE=nonsense
with_lock ./L echo no 2>/dev/null
got=$?
lock_fd 8 ./L 2>/dev/null
echo "$got $?"
SH
}

@test '3.4: where command is a function of the user, sh opens no lock and runs nothing, and what is open can be locked' {
  want='71 71 71 71
0 0
lockkit: no lock can be opened where command is a function' everywhere sh <<'SH'
job() { echo no; }
command() { echo "$@" >/dev/null; }
with_lock ./L job 2>/dev/null
got=$?
with_lock -o ./L job 2>/dev/null
got="$got $?"
lock_fd 8 ./L 2>/dev/null
got="$got $?"
with_lock ./L job 2>/dev/null
echo "$got $?"
: >open
exec 7<open
lock_fd 7
got=$?
unlock 7
echo "$got $?"
command() {
  case $1 in -p) shift ;; esac
  "$@"
}
with_lock ./L echo ran 2>&1
SH
}

# Usage: compared [OPTION] <<'EOF'
# Writes $TABLE, which runs each COMMAND, a line of what it reads, in each context: once
# alone and once behind with_lock OPTION, and compares.
compared() {
  local context command file call
  export TABLE=$BATS_TEST_TMPDIR/table
  while read -r command; do
    while read -r context; do
      for file in plain locked; do
        case $file in
          plain) call=$command ;;
          locked) call="with_lock ${1-} ./L $command" ;;
        esac
        printf '(\nset -e\n%s\necho "end $?"\n) >>%s 2>/dev/null\necho "$? of: %s" >>%s\n' \
          "${context//@/$call}" "$file" "${context//[\"\$\`]/} | ${command//[\"\$\`]/}" "$file"
      done
    done <<'END'
@
@ && false
true && @
@ || echo or$?
if @; then echo yes; else echo no$?; fi
g() { @; echo g; }; g
g() { @ || return 9; echo g; }; g || echo h$?
for i in 1 2; do @; done
x=$(@); echo "[$x]"
END
  done >"$TABLE"
  cat >>"$TABLE" <<'END'
cells=0
while read -r line; do
  case $line in *' of: '*) cells=$((cells + 1)) ;; esac
done <locked
diff plain locked
echo "$cells cells"
END
}

@test '3.1: with_lock L C under set -e is what C is, wherever it stands' {
  compared <<'END'
true
false
sh -c "exit 4"
ends
stays
three
eval "echo e; false; echo g"
END
  want='63 cells' ENGINES=flock everywhere <<'SH'
ends() { echo in; false; echo after; }
stays() { echo in; false || echo went on; (exit 3) || :; }
three() { return 3; }
. "$TABLE"
SH
}

@test '3.1: so it is in bash where eval is a function, -o is given and the descriptors below 20 are taken' {
  compared -o <<'END'
true
false
ends
three
END
  want='36 cells' ENGINES=flock everywhere bash <<'SH'
ends() { echo in; false; echo after; }
three() { return 3; }
eval() { echo mine; }
exec 10<. 11<. 12<. 13<. 14<. 15<. 16<. 17<. 18<. 19<.
with_lock ./L true # what is made anew for eval is so for all of them
. "$TABLE"
SH
}
