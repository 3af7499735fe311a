package shellkit

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// How the result of an acquisition is heeded: the loser stays away, or it works. Each
// script that is wrong stands beside one that is right and one detail apart.
func TestHeeded(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	const rest = "trap 'rmdir /run/app.d' EXIT\ntrap 'exit 1' HUP INT TERM\n./work\n"
	for _, c := range []struct{ name, violated, holds string }{
		{"the winner leaves", open + "flock -n 9; [ $? -eq 0 ] && exit\n./work\n", open + "flock -n 9; [ $? -eq 0 ] || exit\n./work\n"},
		{"the winner leaves by if", open + "if flock -n 9; then echo busy; exit 1; fi\n./work\n", open + "if ! flock -n 9; then echo busy; exit 1; fi\n./work\n"},
		{"the winner leaves by case", "#!/bin/dash\n" + open + "flock -n 9\ncase $? in 0) exit 1;; esac\n./work\n", "#!/bin/dash\n" + open + "flock -n 9\ncase $? in 0) ;; *) exit 1;; esac\n./work\n"},
		{"the winner leaves by arithmetic", "#!/bin/zsh\n" + open + "flock -n 9\n(( $? == 0 )) && exit\n./work\n", "#!/bin/zsh\n" + open + "flock -n 9\n(( $? != 0 )) && exit\n./work\n"},
		{"the winner leaves by !", open + "! flock -n 9 || exit\n./work\n", open + "! flock -n 9 && exit\n./work\n"},
		{"the winner leaves by a variable", open + "flock -n 9\nr=$?\nif [ $r = 0 ]; then echo running; exit; fi\n./work\n", open + "flock -n 9\nr=$?\nif [ $r = 0 ]; then ./work; fi\n"},
		{"the winner leaves, and it is not a question", open + "if flock -n 9; then exit; fi\n./work\n", open + "if flock -n 9; then exit; fi\nkill -TERM \"$(cat /srv/app/pid)\"\n"},
		{"the winner leaves, and the work is done elsewhere", open + "flock -n 9 && exit\n./work\n", open + "case $1 in\nstart) flock -n 9 || exit; ./work;;\nstop) flock -n 9 && exit; ./stop;;\nesac\n"},
		{"a number that is never given", open + "s=$(flock -n 9; echo $?)\n[ \"$s\" = 75 ] && exit 1\n./work\n", open + "s=$(flock -n -E 75 9; echo $?)\n[ \"$s\" = 75 ] && exit 1\n./work\n"},
		{"a number that is never given, in case", "#!/bin/dash\n" + open + "case $(flock -n 9; echo $?) in 2) exit 1;; esac\n./work\n", "#!/bin/dash\n" + open + "case $(flock -n 9; echo $?) in 1) exit 1;; esac\n./work\n"},
		{"a word that is never printed", open + "[ \"$(flock -n 9 && echo got)\" = locked ] && exit\n./work\n", open + "[ \"$(flock -n 9 && echo got)\" = got ] || exit\n./work\n"},
		{"the wrong way round, by what is printed", open + "[ -n \"$(flock -n 9 || echo busy)\" ] || exit\n./work\n", open + "[ -z \"$(flock -n 9 || echo busy)\" ] || exit\n./work\n"},
		{"a function prints", open + "try() { if flock -n 9; then printf '%s\\n' 0; else echo 1 >&2; fi; }\n[ \"$(try)\" != 1 ] || exit\n./work\n", open + "try() { if flock -n 9; then printf '%s\\n' 0; else echo 1 >&2; fi; }\n[ \"$(try)\" = 0 ] || exit\n./work\n"},
		{"a folder and what is printed", "#!/bin/bash\ns=$(mkdir /run/app.d; echo $?)\n(( s > 1 )) && exit\n" + rest, "#!/bin/bash\ns=$(mkdir /run/app.d; echo $?)\n(( s == 0 )) || exit\n" + rest},
		{"a counter in a word", "#!/bin/bash\n" + open + "until flock -n 9 || [ $((n++)) -gt 5 ]; do sleep 1; done\n./work\n", "#!/bin/bash\n" + open + "until flock -n 9; do [ $((n++)) -gt 5 ] && exit; sleep 1; done\n./work\n"},
		{"a counter that expr makes", open + "i=0\nuntil flock -n 9; do\n  i=$(expr $i + 1)\n  [ $i -ge 10 ] && break\n  sleep 1\ndone\n./work\n", open + "i=0\nwhile [ $i -lt 10 ]; do\n  flock -n 9 && break\n  i=$(expr $i + 1)\n  sleep 1\ndone\n[ $i -eq 10 ] && exit\n./work\n"},
		{"a clock", "#!/bin/bash\n" + open + "while ! flock -n 9 && [ $SECONDS -lt 30 ]; do sleep 1; done\n./work\n", "#!/bin/bash\n" + open + "while ! flock -n 9; do [ $SECONDS -lt 30 ] || exit; sleep 1; done\n./work\n"},
		{"a counter is asked once more", open + "i=0\nuntil flock -n 9; do\n  i=$((i + 1))\n  [ $i -ge 10 ] && break\n  sleep 1\ndone\n[ $i -le 10 ] || exit\n./work\n", open + "i=0\nuntil flock -n 9; do\n  i=$((i + 1))\n  [ $i -ge 10 ] && break\n  sleep 1\ndone\n[ $i -lt 10 ] || exit\n./work\n"},
		{"a counter by arithmetic", "#!/bin/bash\n" + open + "n=5\nwhile (( n > 0 )); do flock -n 9 && break; (( n-- )); sleep 1; done\n(( n < 0 )) && exit\n./work\n", "#!/bin/bash\n" + open + "n=5\nwhile (( n > 0 )); do flock -n 9 && break; (( n-- )); sleep 1; done\n(( n == 0 )) && exit\n./work\n"},
		{"a mail, and the work all the same", open + "flock -n 9 || mail -s busy root\n./work\n", open + "flock -n 9 || { mail -s busy root; exit; }\n./work\n"},
		{"several steps, and the work all the same", open + "flock -n 9 || { mail -s busy root; sleep 9; ./note; }\n./work\n", open + "flock -n 9 || { mail -s busy root; sleep 9; flock 9 || exit; }\n./work\n"},
		{"a signal to the parent", "#!/bin/bash\n" + open + "flock -n 9 || kill -TERM $PPID\n./work\n", "#!/bin/bash\n" + open + "flock -n 9 || kill -TERM $$\n./work\n"},
		{"a signal that is ignored", "#!/bin/bash\ntrap '' TERM\n" + open + "flock -n 9 || kill $$\n./work\n", "#!/bin/bash\ntrap 'exit 1' TERM\n" + open + "flock -n 9 || kill $$\n./work\n"},
		{"a signal that does nothing", open + "flock -n 9 || kill -CHLD $$\n./work\n", open + "flock -n 9 || kill -KILL $$\n./work\n"},
		{"a loser that leaves a subshell with 0", "(\n  flock -w 5 9 || { echo busy; exit 0; }\n) 9>/srv/app/lock || exit 0\n./work\n", "(\n  flock -w 5 9 || { echo busy; exit 0; }\n  ./work\n) 9>/srv/app/lock || exit 0\n"},
		{"a loser that leaves a subshell with 0, by a number", "#!/bin/dash\n(\n  exec 9>/srv/app/lock\n  timeout 60 flock 9\n  rc=$?\n  [ $rc -eq 0 ] || { echo busy; exit 0; }\n) || exit\n./work\n", "#!/bin/dash\n(\n  exec 9>/srv/app/lock\n  timeout 60 flock 9\n  rc=$?\n  [ $rc -eq 0 ] || { echo busy; exit 0; }\n  ./work\n) || exit\n"},
		{"a loser that returns 0 and works without", "take() {\n  exec 9>/srv/app/lock\n  if ! flock -w 9 9; then echo busy >&2; exec 9>&-; return 0; fi\n}\ntake\n./work\n", "take() {\n  exec 9>/srv/app/lock\n  if ! flock -w 9 9; then echo busy >&2; exec 9>&-; return 1; fi\n}\ntake || exit\n./work\n"},
		{"a message through a pipe", "set -o pipefail\n" + open + "flock -n 9 2>&1 | tee -a log | ./count\n./work\n", "set -o pipefail\nmkdir /run/app.d 2>&1 | tee -a log || exit\n" + rest},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, s := range []struct {
				text string
				want prove.Verdict
			}{{c.violated, prove.Violated}, {c.holds, prove.Holds}} {
				p := loadedAs(t, source.Other, s.text).Protocol
				got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2, Properties: []prove.Property{prove.Exclusion}})
				if got.Verdict != s.want {
					t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, s.want, got.Doubts, s.text, p)
				}
			}
		})
	}
}

// A counter that takes more than one step at a time may pass its bound.
func TestStepsOfACounter(t *testing.T) {
	const text = "exec 9>/srv/app/lock\ni=0\nuntil flock -n 9; do\n  i=$((i + STEP))\n  [ $i -ge 10 ] && break\n  sleep 1\ndone\n[ $i -eq 10 ] && exit\n./work\n"
	for step, want := range map[string]prove.Verdict{"1": prove.Holds, "3": prove.Unknown} {
		p := loadedAs(t, source.Other, strings.Replace(text, "STEP", step, 1)).Protocol
		if got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2}); got.Verdict != want {
			t.Errorf("by %s: %s, want %s; %v\n%s", step, got.Verdict, want, got.Doubts, p)
		}
	}
}

// A command whose end decides whether a loser works leaves a doubt.
func TestCommandsThatDecide(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	for text, want := range map[string]prove.Verdict{
		open + "flock -n 9 || ./force || exit\n./work\n":                                   prove.Unknown,
		open + "flock -n 9 || ./force\n./work\n":                                           prove.Violated,
		"#!/bin/bash -e\n" + open + "if ! flock -n 9; then mail root; fi\n./work\n":        prove.Violated,
		"#!/bin/bash -e\n" + open + "if ! flock -n 9; then mail root; false; fi\n./work\n": prove.Holds,
	} {
		p := loadedAs(t, source.Other, text).Protocol
		if got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2}); got.Verdict != want {
			t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, want, got.Doubts, text, p)
		}
	}
}

// A flag that is run as a command is asked: two places that run it agree, also where a
// loop has set it.
func TestFlagsThatAreRun(t *testing.T) {
	const lock, free = "{ mkdir /srv/app/l || exit; }\n", "rmdir /srv/app/l\n"
	for text, want := range map[string]prove.Verdict{
		"do=true\nfor a; do case $a in -n) do=false ;; esac; done\nif ${do}; then " + lock + "work; fi\nother\nif ${do}; then " + free + "fi\n": prove.Holds,
		"quiet=false\nfor a; do [[ $a == -q ]] && quiet=true; done\n\"$quiet\" || " + lock + "work\n\"$quiet\" || " + free:                      prove.Holds,
		"do=:\nwhile getopts n o; do case $o in n) do=false ;; esac; done\n$do && " + lock + "other\n$do && " + free:                            prove.Holds,
		"got=false\nfor i in 1 2 3; do mkdir /srv/app/l && got=true && break; done\nif ! $got; then exit; fi\nwork\n" + free:                    prove.Holds,
		"got=false\nfor i in 1 2 3; do mkdir /srv/app/l && got=true && break; done\nif $got; then echo got; fi\nwork\n" + free:                  prove.Violated,
	} {
		p := loaded(t, text).Protocol
		if got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 3, Properties: []prove.Property{prove.Exclusion}}); got.Verdict != want {
			t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, want, got.Doubts, text, p)
		}
	}
}

// Who is not let in may do and ask what he likes before he tries again: over that try he
// comes to the work with the lock.
func TestTriedAgain(t *testing.T) {
	const open, again = "exec 9>/srv/app/lock\n", "flock 9 || exit"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{open + "flock -n 9 || { ./ask || exit; " + again + "; }\n./work\n", prove.Holds},
		{open + "flock -n 9 || { ./ask || exit; }\n./work\n", prove.Unknown},
		{open + "flock -n 9 || { who=$(./ask) || ./note; " + again + "; }\n./work\n", prove.Holds},
		{open + "flock -n 9 || { ./tell; [ \"$1\" = now ] && exit; " + again + "; }\n./work\n", prove.Holds},
		{open + "flock -n 9 || { ./tell; [ \"$1\" = now ] && exit; }\n./work\n", prove.Violated},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
