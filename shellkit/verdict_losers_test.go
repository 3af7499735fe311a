package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Whatever those do who do not get a lock, on whichever way: where they come to the work,
// it is done without the lock.
func TestWaysOfLosers(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"past a question and a sleep", open + "while [ $((n += 1)) -lt 4 ]; do\n  flock -n 9 && break\n  [ \"$state\" = \"$last\" ] && echo again\n  sleep 1\ndone\n./work\n", prove.Violated},
		{"past a question in the list", open + "for i in $(seq 3); do\n  flock -n 9 && break\n  [ $i = 3 ] && logger \"giving up\"\n  sleep 1\ndone\n./work\n", prove.Violated},
		{"past a question in the last turn", open + "flock -n 9 || for i in 1 2 3; do [ \"$i\" = 3 ] && logger x; ./note; done\n./work\n", prove.Violated},
		{"the last turn leaves", open + "for i in 1 2 3; do\n  flock -n 9 && break\n  [ $i = 3 ] && exit 1\n  sleep 1\ndone\n./work\n", prove.Holds},
		{"the last but one turn leaves", open + "for i in 1 2 3; do\n  flock -n 9 && break\n  [ $i = 2 ] && exit 1\n  sleep 1\ndone\n./work\n", prove.Holds},
		{"a turn that never comes leaves", open + "for i in 1 2 3; do\n  flock -n 9 && break\n  [ $i = 4 ] && exit 1\n  sleep 1\ndone\n./work\n", prove.Violated},
		{"two questions and two programs", open + "if ! flock -n 9; then\n  if [ -n \"$(./ask)\" ]; then ./note; else ./tell; fi\n  ./more\nfi\n./work\n", prove.Violated},
		{"what was not followed decides", open + "eval \"x=$(./ask)\"\nif ! flock -n 9; then\n  ./note\n  [ \"$x\" = go ] || exit\n  ./tell\nfi\n./work\n", prove.Unknown},
		{"past a child", open + "flock -n 9 || echo busy\nsleep 5 &\nwait\n./work\n", prove.Violated},
		{"past children, and a program in one of them", open + "if flock -n 9; then echo locked; fi\n./a &\n./b &\nwait\n", prove.Violated},
		{"the child leaves", open + "flock -n 9 || { ./note & exit; }\n./work\n", prove.Holds},
		{"the status is kept", open + "flock -n 9; rc=$?\nif [ $rc -ne 0 ]; then ./note; fi\n./work\n", prove.Violated},
		{"the status is kept and heeded", open + "flock -n 9; rc=$?\nif [ $rc -ne 0 ]; then ./note; exit; fi\n./work\n", prove.Holds},
		{"a flag is kept", open + "got=0; flock -n 9 && got=1\n[ $got = 1 ] || ./note\n./work\n", prove.Violated},
		{"a variable is set on the way", open + "if ! flock -n 9; then list=\"$list x\"; ./note; fi\n./work\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}

// The same command with the same words is the same work, wherever it stands, where it is
// all that is done under the lock.
func TestLosersDoTheSame(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	const fn = "work() { ./fetch && ./store; }\nexport -f work\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a function", fn + "flock -n /srv/app/lock bash -c work || work\n", prove.Violated},
		{"another function", fn + "flock -n /srv/app/lock bash -c work || echo busy\n", prove.Holds},
		{"a program", "flock -n /srv/app/lock ./fetch -a \"$1\" || ./fetch -a \"$1\"\n", prove.Violated},
		{"a program with other words", "flock -n /srv/app/lock ./fetch -a \"$1\" || ./fetch --print-only\n", prove.Holds},
		{"in the branches of if", open + "if flock -n 9; then ./work; else echo busy; ./work; fi\n", prove.Violated},
		{"other work in the branches of if", open + "if flock -n 9; then ./work all; else echo busy; ./work rest; fi\n", prove.Holds},
		{"the same message", open + "if ! flock -n 9; then ./tell \"$0\"; exit; fi\n./tell \"$0\"\n./work\n", prove.Holds},
		{"for another slot", "exec 8>/srv/app/slot\n" + open + "if flock -n 8; then ./work; elif flock -n 9; then ./work; fi\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}

// A function that ends a substitution says how it ended where its exits say so.
func TestSubstitutionsThatEnd(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	const probe = "probe() { flock -n 9 || die busy; echo ok; }\nstate=$(probe) || exit 1\n./work\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{open + "die() { echo \"$*\" >&2; exit 1; }\n" + probe, prove.Holds},
		{open + "no() { exit 3; }\ndie() { echo \"$*\" >&2; no; }\n" + probe, prove.Holds},
		{open + "die() { echo \"$*\" >&2; exit 0; }\n" + probe, prove.Unknown},
		{open + "die() { echo \"$*\" >&2; [ -t 0 ] && exit 1; exit 256; }\n" + probe, prove.Unknown},
		{open + "die() { echo \"$*\" >&2; exit \"$code\"; }\n" + probe, prove.Unknown},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
