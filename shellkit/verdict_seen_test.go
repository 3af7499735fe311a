package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// What the walk must see to tell a script from its nearest good sibling.
func TestVerdictsOfWhatIsSeen(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a program that is asked before the lock", "git diff --quiet && exit\n" + unheeded, prove.Violated},
		{"a program that is asked before a lock that is heeded", "git diff --quiet && exit\n" + heeded, prove.Holds},
		{"a message before the lock", "echo begin\n" + unheeded, prove.Violated},
		{"a loop around the whole script", "while next; do\n" + unheeded + "done\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loaded(t, c.text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.text, p)
			}
		})
	}
}

const (
	unheeded = "exec 9>/srv/app/lock\nflock -n 9\nwork\n"
	heeded   = "exec 9>/srv/app/lock\nflock -n 9 || exit\nwork\n"
)
