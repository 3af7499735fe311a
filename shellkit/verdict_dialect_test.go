package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What is right in one shell is wrong in another: each text stands beside itself under two
// first lines.
func TestDialectsDiffer(t *testing.T) {
	const asked = "exec 9>/run/lock/j.lock\nflock -n 9; rc=$?\n"
	for _, c := range []struct{ name, right, wrong, text string }{
		{"a doubled equal sign", "bash", "dash", asked + "if [ $rc == 1 ]; then exit; fi\nwork\n"},
		{"a doubled equal sign in an and", "ash", "sh", asked + "[ -n \"$rc\" -a $rc == 1 ] && exit\nwork\n"},
		{"a descriptor that the shell chooses", "zsh", "ksh", ": {lk}>/run/lock/j.lock\nflock -n $lk || exit 1\nwork\n"},
		{"a descriptor that the shell chooses for a group", "bash", "ksh", "{ flock -n $fd || exit 1; } {fd}>/run/lock/j.lock\nwork\n"},
		{"a descriptor that the shell chooses for a function", "bash", "ksh", "got() { flock -n $fd; }\ngot {fd}>/run/lock/j.lock || exit 1\nwork\n"},
		{"a doubled equal sign that everybody must pass", "ash", "dash", asked + "[ $rc == 0 ] || exit\nwork\n"},
		{"signals with SIG", "bash", "dash", "trap 'rmdir /run/lock/j.d; exit 1' SIGHUP SIGINT SIGTERM\n"},
		{"signals with sig", "yash", "sh", "trap 'rmdir /run/lock/j.d; exit 1' HUP INT sigterm\n"},
		{"a name by chance", "sh", "bash", "exec 9>/run/lock/j.$RANDOM\nflock -n 9 || exit\nwork\n"},
		{"a name by the clock", "ash", "mksh", "exec 9>/run/lock/j.$SECONDS\nflock -n 9 || exit\nwork\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for shell, want := range map[string]prove.Verdict{c.right: prove.Holds, c.wrong: prove.Violated} {
				text := c.text
				if text[:4] == "trap" {
					text = "mkdir /run/lock/j.d || exit 1\n" + text + "work\nrmdir /run/lock/j.d\n"
				}
				p := loadedAs(t, source.Other, "#!/bin/"+shell+"\n"+text).Protocol
				got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2})
				if got.Verdict != want {
					t.Errorf("%s: %s, want %s; %v\n%s\n%s", shell, got.Verdict, want, got.Doubts, text, p)
				}
			}
		})
	}
}
