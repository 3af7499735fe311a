# `lockkit who`: what lslocks cannot tell of a lock that a shell took. Who waits is
# read from /proc/locks, gates are FIFOs, and nothing sleeps but those who are there
# to do that.
# shellcheck disable=SC2016,SC2030,SC2031 # text for other shells; bats runs each test in its own

bats_require_minimum_version 1.5.0

setup_file() {
  [ -r /proc/locks ] || skip 'no /proc/locks'
  command -v flock >/dev/null || skip 'no flock(1)'
  LOCKKIT=$(realpath -e "${LOCKKIT-$BATS_TEST_DIRNAME/../build/lockkit}") || return
  export LOCKKIT PATH=$BATS_TEST_DIRNAME/flock_helpers:$PATH
  export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT-60} # no wait lasts for ever
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  D=$PWD
  export LOCKKIT_DIR=$D/locks
  mkfifo up never one.go two.go
}

# Everything that a test has started ends with it, whoever its parent is by now.
teardown() {
  [ ! -e tmux ] || tmux -S tmux kill-server
  disown -a
  local process
  for process in /proc/[0-9]*; do
    [ ! "$process/cwd" -ef "$D" ] || [ "${process#/proc/}" = $$ ] ||
      [ "${process#/proc/}" = "$BASHPID" ] || kill -9 "${process#/proc/}"
  done 2>/dev/null || :
}

lk() { "$LOCKKIT" "$@"; }

# script NAME — makes a script of standard input, runs it in the background, and
# returns when it says that it is up; $! is its process. That is read from a FIFO
# opened both ways: one whose last writer is about to close it is not at its end.
script() {
  cat >"$1"
  bash "$1" </dev/null >/dev/null 2>&1 3>&- &
  read -r <>up
}

# ended STATUS PID — waits for the end of a script
ended() {
  local status=0
  wait "$2" || status=$?
  [ "$status" = "$1" ]
}

# A script that has taken a lock as shells do, a child of it that sleeps, a daemon
# that it has left behind, and somebody who waits.
shop() {
  script shop.sh <<'END'
exec 9>shop
flock 9
sleep 9h &
(setsid sh -c 'echo >up; exec sleep 9d' &)
read -r _ <never
END
  SHOP=$!
  flock shop true 3>&- &
  waiter shop
}

# A lock file that was removed while it was locked.
removed() {
  script removed.sh <<'END'
exec 9>gone
flock 9
rm gone
echo >up
read -r _ <never
END
}

# Two scripts that take two locks in opposite order.
deadlock() {
  local pair
  PAIR=()
  for pair in 'one two' 'two one'; do
    script "${pair% *}.sh" <<END
exec 8>${pair% *} 7>${pair#* }
flock 8
echo >up
read -r _ <${pair% *}.go
flock 7
echo >${pair% *}.on
END
    PAIR+=($!)
  done
  echo >one.go
  echo >two.go
  waiter one
  waiter two
}

# seen — output without what differs from run to run: numbers of processes and
# inodes, times, the user, how wide a column is, processes that may not be seen
seen() {
  sed -E -e "s|$D/||g" -e 's/[0-9]{2}:[0-9]{2}:[0-9]{2}/TIME/g' -e 's/[0-9a-f]{2,}:[0-9a-f]{2,}:[0-9]+/INODE/g' \
    -e "s/ $(id -un) / USER /" -e 's/\b[0-9]{2,}\b/PID/g' -e '/^note: /d' -e 's/ +/ /g' -e 's/─+/─/g' <<<"$output"
}

shows() {
  diff - <(seen)
}

@test '4: who shows every process that keeps a lock alive, who took it, who waits' {
  shop
  run -0 lk who ./shop
  shows <<'END'
 LOCK PID FD USER STARTED COMMAND
shop
 keeps flock exclusive PID 9 USER TIME bash shop.sh
 keeps flock exclusive PID 9 USER TIME sleep 9h
 keeps flock exclusive PID 9 USER TIME sleep 9d
 took flock exclusive PID - - - (ended)
 waits flock exclusive PID 3 USER TIME flock shop true
 hint: pid PID (sleep 9h) has descriptor 9 from pid PID (bash shop.sh), and the lock lasts until both are gone: add 9>&- to that command if it should not keep it
 hint: held by pid PID (sleep 9d), which inherited descriptor 9 from pid PID (bash shop.sh): start it with 9>&-
END
  [[ $output == *"  keeps  flock exclusive  "*"$SHOP   9  "*' bash shop.sh'* ]]
  kill "$SHOP"
  wait "$SHOP" 2>/dev/null || :
  run -0 lk who ./shop
  [[ $output == *'hint: held by pid '*' (sleep 9d), which inherited descriptor 9 from '* ]]
}

@test '4: nobody is told to close a descriptor that lockkit has chosen' {
  export LOCKKIT_DIR=$D/locks
  LOCKKIT=$LOCKKIT script job.sh <<'END'
source <("$LOCKKIT" init bash)
work() {
  sleep 9h &
  echo >up
  read -r _ <never
}
with_lock -q shop work
END
  flock locks/shop.lock true 3>&- &
  waiter locks/shop.lock
  run -0 lk who shop
  [[ $output == *'keeps  flock exclusive'*'sleep 9h'*'noted   pid '*' (job.sh) since '* ]]
  [[ $output == *'hint: pid '*' (sleep 9h) has the descriptor from pid '*' (bash job.sh): '*'with -o children do not get it'* ]]
  [[ $output != *'>&-'* ]]
}

@test '4: who says when the name of a locked file was removed or leads to another file' {
  removed
  run -0 lk who
  [[ $output == *"$D/gone (removed)"*'keeps  flock exclusive'*'bash removed.sh'*'hint: the name was removed while the file was locked: '* ]]
  run -1 lk who ./gone
  [[ $output == *"$D/gone (removed)"*'./gone is held by no one'* ]]
  : >gone
  run -1 lk who ./gone
  [[ $output == *"$D/gone (replaced)"*'hint: the name now leads to another file: two holders are possible; '* ]]
}

@test '4: who shows a deadlock of two scripts as the circle that it is' {
  deadlock
  run -0 lk who ./one ./two
  shows <<'END'
 LOCK PID FD USER STARTED COMMAND
one
 keeps flock exclusive PID 8 USER TIME bash one.sh
 keeps flock exclusive PID 8 USER TIME flock 7
 took flock exclusive PID - - - (ended)
 waits flock exclusive PID 7 USER TIME flock 7
two
 keeps flock exclusive PID 8 USER TIME bash two.sh
 keeps flock exclusive PID 8 USER TIME flock 7
 took flock exclusive PID - - - (ended)
 waits flock exclusive PID 7 USER TIME flock 7
deadlock: 2 processes wait for each other
 pid PID (bash two.sh) keeps two (descriptor 8) and waits for one through pid PID (flock 7)
 pid PID (bash one.sh) keeps one (descriptor 8) and waits for two through pid PID (flock 7)
 hint: let every script take these locks in one order, or wait with -w; to end this one, kill PID PID or kill PID PID
END
  # What the hint says ends it: one of the two goes on, the other does not.
  [[ $output =~ 'to end this one, kill '([0-9]+)' '([0-9]+)' or ' ]]
  kill "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
  [ "${BASH_REMATCH[1]}" = "${PAIR[1]}" ]
  ended 0 "${PAIR[0]}"
  [ -e one.on ]
  ended 143 "${PAIR[1]}"
  [ ! -e two.on ]
}

@test '4: who names a script that waits for its own lock for what it is, a circle of one' {
  script self.sh <<'END'
exec 9>self
flock 9
echo >up
(flock self true; echo >on)
echo >on
END
  SELF=$!
  waiter self
  run -0 lk who ./self
  shows <<'END'
 LOCK PID FD USER STARTED COMMAND
self
 keeps flock exclusive PID 9 USER TIME bash self.sh
 keeps flock exclusive PID 9 USER TIME bash self.sh
 keeps flock exclusive PID 9 USER TIME flock self true
 took flock exclusive PID - - - (ended)
 waits flock exclusive PID 3 USER TIME flock self true
deadlock: a circle of one, a process waits for a lock that it keeps itself
 pid PID (bash self.sh) keeps self (descriptor 9) and waits for that same file through pid PID (flock self true)
 hint: it has the lock already, on descriptor 9: drop the inner lock, or lock descriptor 9 again, which does not wait, instead of opening the file anew; to end this one, kill PID PID PID
END
  # What the hint says ends it, and nothing goes on without the lock.
  read -ra pids < <(sed -n 's/.*to end this one, kill //p' <<<"$output")
  kill "${pids[@]}"
  ended 143 "$SELF"
  flock self true
  [ ! -e on ]
  run -1 lk who ./self
}

@test '4: who --tree draws process, descriptor, open file description and file' {
  shop
  removed
  run -1 lk who --tree ./shop ./gone
  shows <<'END'
bash shop.sh (PID) ─ 9 ─┬─ flock exclusive, taken by PID (ended) ─┬─ shop INODE
└ sleep 9h (PID) ─ 9 ─┤ │
sleep 9d (PID) ─ 9 ─┘ │
flock shop true (PID) ─ 3 ─ waits: flock exclusive ─┘
 hint: pid PID (sleep 9h) has descriptor 9 from pid PID (bash shop.sh), and the lock lasts until both are gone: add 9>&- to that command if it should not keep it
 hint: held by pid PID (sleep 9d), which inherited descriptor 9 from pid PID (bash shop.sh): start it with 9>&-

bash removed.sh (PID) ─ 9 ─ flock exclusive, taken by PID (ended) ─ gone (removed) INODE
 hint: the name was removed while the file was locked: who comes now makes another file and does not wait; remove a lock file only under its lock, and look again after locking (lint: LK301)
./gone is held by no one: there is no such file
END
  # What meets stands in one column.
  [ "$(sed -n '1,3{s/┬.*//; s/┤.*//; s/┘.*//; s/├/x/; s/└/x/; s/─/x/g; p}' <<<"$output" | awk '{ print length }' | sort -u | wc -l)" = 1 ]
}

# is FILTER TEXT — what the filter makes of the output
is() {
  [ "$(jq -r "$1" <<<"$output")" = "$2" ] || {
    echo "$1: $(jq -c "$1" <<<"$output"), not $2"
    return 1
  }
}

@test '4: who --format json holds what the table shows' {
  shop
  deadlock
  removed
  run -0 --separate-stderr lk who --format json ./shop ./one ./two
  [ -z "$stderr" ]
  is '.locks | length' 3
  is '[.locks[] | select(.path | endswith("/shop")) | .held[].keepers[] | .arguments | join(" ")] | join(",")' 'bash shop.sh,sleep 9h,sleep 9d'
  is '[.locks[].held[].takerState] | unique | join(",")' ended
  is ".locks[] | select(.path == \"$D/shop\") | .held[0].keepers[0] | [.pid, .fd, .command] | @csv" "$SHOP,9,\"bash\""
  is ".locks[] | select(.path == \"$D/shop\") | .waiters[0] | .mode + \" \" + (.arguments | join(\" \"))" 'exclusive flock shop true'
  is '[.deadlocks[].steps[] | .keeps + ">" + .waitsFor] | sort | join(",")' "$D/one>$D/two,$D/two>$D/one"
  run -0 --separate-stderr lk who --format json
  is ".locks[] | select(.path == \"$D/gone\") | .name" removed
}

@test '4: who --format dot is a graph with the circle in red' {
  deadlock
  run -0 lk who --format dot ./one ./two
  [[ $output == 'digraph locks {'*'}' ]]
  [ "$(grep -c 'style=dashed, color=red' <<<"$output")" = 2 ]
  if command -v dot >/dev/null; then dot -Tsvg <<<"$output" >/dev/null; fi
}

# Somebody else's file names and command lines must not do anything to a terminal.
@test '4: who shows escape sequences, line ends and control bytes harmless in every format' {
  hostile=$'x\e[31m\n\r\b\177\302\233\342\200\256\377\\N"'
  mkdir "$hostile"
  printf '%s\n' '#!/bin/bash' 'exec 9>"$1"' 'flock 9' 'echo >up' 'read -r _ <never' >"$hostile/run"
  bash "$hostile/run" "$hostile/lock" "$hostile" </dev/null >/dev/null 2>&1 3>&- &
  read -r <>up
  flock "$hostile/lock" true "$hostile" 3>&- &
  waiter "$hostile/lock"
  for format in '' --tree '--format json' '--format dot'; do
    # shellcheck disable=SC2086
    lk who $format "./$hostile/lock" >out 2>err || [ ! -s err ]
    [ "$(LC_ALL=C tr -d '\n\40-\176' <out | LC_ALL=C tr -d '\200-\377' | wc -c)" = 0 ]
    iconv -f UTF-8 -t UTF-8 out >/dev/null
    run -1 grep -P '[\x{80}-\x{9f}\x{202e}]' out
    grep -q 31m out
    [ "$format" = '--format json' ] || grep -qF 'x\x1b[31m\n' out || grep -qF 'x\\x1b[31m\\n' out
  done
  run -0 lk who --format json "./$hostile/lock"
  is '.locks[0].waiters[0].arguments[3] | contains("\u001b[31m\n")' true
  if command -v dot >/dev/null; then lk who --format dot | dot -Tsvg >/dev/null; fi
}

@test '4: who says what a user without rights cannot see, and makes no noise' {
  [ "$(id -u)" = 0 ] || skip 'not root'
  shop
  chmod 711 "$D"
  run -0 --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups "$LOCKKIT" who
  [ -z "$stderr" ]
  [[ $output == *"inode $(stat -c %i shop) below "* ]]
  [[ $output =~ ' '[0-9]+' processes may not be looked into: of their locks only the process that took them is seen' ]]
  chmod 711 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/test "$D/.." "$D"
  run -0 setpriv --reuid=65534 --regid=65534 --clear-groups "$LOCKKIT" who ./shop
  [[ $output == *$'\n'"$D/shop"$'\n'*'took '* ]]
}

# hidepid= hides other users' processes as if they had ended; they have not.
@test '4: who does not take processes for ended that /proc only hides' {
  [ "$(id -u)" = 0 ] || skip 'not root'
  unshare -m mount -t proc -o hidepid=2 proc /proc 2>/dev/null || skip 'nothing can be mounted here'
  shop
  flock stays sleep 9h 3>&- &
  until [ -e stays ] && ! flock -n stays true; do :; done
  chmod 711 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/test "$D/.." "$D"
  run -0 --separate-stderr unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc || exit
    exec setpriv --reuid=65534 --regid=65534 --clear-groups "$LOCKKIT" who ./shop ./stays'
  [ -z "$stderr" ]
  [[ $output == *"note: other users' processes do not show in /proc here (hidepid=)"* ]]
  shows <<'END'
 LOCK PID FD USER STARTED COMMAND
shop
 took flock exclusive PID - - - (ended)
 waits flock exclusive PID - - - (not to be seen)
stays
 took flock exclusive PID - - - (may not be looked into)
END
}

# Elsewhere another file can have the path that we ask for.
@test '4: who does not take a path among other mounts for ours' {
  unshare -m mount -t tmpfs none /mnt 2>/dev/null || skip 'nothing can be mounted here'
  mkdir m
  : >m/a
  unshare -m bash -c 'mount -t tmpfs none m && exec 9>m/a && flock 9 && echo >up; read -r _ <never' </dev/null >/dev/null 2>&1 3>&- &
  read -r <>up
  run -1 lk who ./m/a
  [[ $output == './m/a is held by no one'* ]]
  [[ $output != *keeps* ]]
  run -0 lk who
  [[ $output == *$'\n'"$D/m/a (among other mounts)"$'\n  keeps  flock exclusive  '* ]]
}

# On an overlay stat(2) has other numbers than the kernel's list of locks.
@test '4: who finds locks on an overlay' {
  unshare -m mount -t tmpfs none /mnt 2>/dev/null || skip 'nothing can be mounted here'
  cat >overlay.sh <<'END'
mount -t tmpfs none /mnt && mkdir /mnt/upper /mnt/work below top || exit
: >below/old
mount -t overlay none top -o lowerdir=below,upperdir=/mnt/upper,workdir=/mnt/work || exit 42
exec 8<top/old 9>top/new
flock 8
flock 9
"$LOCKKIT" who ./top/old ./top/new
END
  run unshare -m bash overlay.sh
  [ "$status" != 42 ] || skip 'no overlay can be mounted here'
  [ "$status" = 0 ]
  [[ $output == *$'\n'"$D/top/old"$'\n  keeps  flock exclusive  '*' 8  '*$'\n'"$D/top/new"$'\n  keeps  flock exclusive  '*' 9  '* ]]
}

# terminal — starts a terminal of our own, with a shell in it
terminal() {
  command -v tmux >/dev/null || skip 'no tmux'
  env -u TMUX tmux -S "$D/tmux" -f /dev/null new-session -d -x 90 -y 30 'PS1="$ " exec bash --norc --noprofile' 3>&-
}

keys() { tmux -S "$D/tmux" send-keys "$@"; }

# screen PATTERN — waits until the screen is like PATTERN
screen() {
  local i
  for ((i = 0; i < 2000; i++)); do
    output=$(tmux -S "$D/tmux" capture-pane -p)
    # shellcheck disable=SC2053
    [[ $output == $1 ]] && return
  done
  echo "never seen: $1"
  echo "$output"
  return 1
}

@test '4: who --watch obeys its keys and gives the terminal back' {
  shop
  deadlock
  terminal
  keys 'stty -a >before; echo here' Enter
  screen '*$ *here*'
  keys '"$LOCKKIT" who --watch ./shop ./one ./two; echo status $?' Enter
  screen '*3 locks, 3 waits, 1 deadlock*longest wait*deadlock: *keeps*bash shop.sh*waits*flock shop true*▒*'
  keys s
  screen '*ort: longest hold*'
  keys f
  keys f
  screen '*ilter: with a hint*/shop*'
  [[ $output != *$'\n'*/one$'\n'* ]]
  keys f
  screen '*ilter: deadlocked*/two*'
  [[ $output != *$'\n'*/shop$'\n'* ]]
  keys f / sho x BSpace p
  screen '*'$'\n''/shop_*'
  keys Enter
  screen '*[[]/] shop*/shop'$'\n''*'
  keys q
  screen '*$ stty*here*status 0*'
  keys 'stty -a | cmp - before && echo as before' Enter
  screen '*as before'$'\n''*'
}

@test '4: who --watch gives the terminal back when it is stopped or killed' {
  shop
  terminal
  keys 'clear; stty -a >before; "$LOCKKIT" who --watch ./shop' Enter
  screen '*1 lock, 1 wait*'
  keys C-z
  screen '*Stopped*'
  keys 'stty -a | cmp - before && echo as before' Enter
  screen '*as before'$'\n''*'
  keys fg Enter
  screen '*1 lock, 1 wait*'
  keys s
  screen '*ort: longest hold*'
  keys C-c
  screen '*who --watch ./shop'$'\n''$*' # what is typed before that is read by who
  keys 'echo status $?' Enter
  screen '*status 0*'
  keys 'clear; "$LOCKKIT" who --watch ./shop; echo status $?' Enter
  screen '*1 lock, 1 wait*'
  kill -TERM "$(pgrep -P "$(tmux -S "$D/tmux" list-panes -F '#{pane_pid}')")"
  screen '*status 143*'
  keys 'stty -a | cmp - before && echo as before' Enter
  screen '*as before'$'\n''*'
}

@test '4: who --watch needs a terminal' {
  run -64 lk who --watch </dev/null
  [ "$output" = $'lockkit: who: --watch needs a terminal\nhint: --format json can be called again and again' ]
}

@test '4: who --watch leaves a terminal alone that cannot move its cursor' {
  terminal
  keys 'clear; TERM=dumb "$LOCKKIT" who --watch; echo status $?' Enter
  screen '*lockkit: who: --watch needs a terminal that can move its cursor, and TERM says dumb*status 64*'
}

@test '4: who has colour on a terminal alone, and NO_COLOR is obeyed' {
  shop
  terminal
  keys 'clear; "$LOCKKIT" who ./shop; echo end' Enter
  screen '*hint:*'$'\n''end*'
  run -0 tmux -S "$D/tmux" capture-pane -ep
  [[ $output == *$'\e['*m"$D/shop"* ]]
  keys 'clear; NO_COLOR=1 "$LOCKKIT" who ./shop; echo over' Enter
  screen '*hint:*'$'\n''over*'
  run -0 tmux -S "$D/tmux" capture-pane -ep
  [[ $output == *"$D/shop"* && $output != *$'\e['* ]]
  run -0 lk who ./shop
  [[ $output != *$'\e['* ]]
}

@test '4: who leaves the terminal no line to break' {
  shop
  terminal
  tmux -S "$D/tmux" resize-window -x "$((${#D} + 30))" -y 40 # the path fits on a line for itself
  keys 'cd /; clear; "$LOCKKIT" who --tree '"$D"'/shop; echo end' Enter
  screen '*hint:*'$'\n''end*'
  [[ $output == *' ↑'$'\n'* ]]
  diff <(tmux -S "$D/tmux" capture-pane -p) <(tmux -S "$D/tmux" capture-pane -pJ | sed 's/ *$//') # J joins what was broken
}
