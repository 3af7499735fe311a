package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A function that calls itself does in its further calls what it has done in the first
// two. As long as that is work, a lock around it is understood.
func TestRecursion(t *testing.T) {
	const held = "exec 9>/run/x\nflock -n 9 || exit\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"walk() { for d in \"$1\"/*; do if [ -d \"$d\" ]; then walk \"$d\"; else process \"$d\"; fi; done; }\n" + held + "walk /srv\n", prove.Holds},
		{"retry() { fetch \"$1\" && return 0; [ \"$2\" -gt 0 ] || return 1; sleep 5; retry \"$1\" $(($2-1)); }\n" + held + "retry http://x 3\n", prove.Holds},
		{"retry() { fetch \"$1\" && return 0; retry \"$1\"; }\nretry a\n" + held + "work\n", prove.Holds},
		{"a() { [ -d \"$1\" ] && b \"$1\"; process \"$1\"; }\nb() { for d in \"$1\"/*; do a \"$d\"; done; }\nmkdir /run/l || exit\ntrap 'rmdir /run/l' EXIT\na /srv\n", prove.Holds},
		{"walk() { for d in \"$1\"/*; do walk \"$d\"; process \"$d\"; done; }\nexec 9>/run/x\nflock -n 9\nwalk /srv\n", prove.Violated},
		// What is done to the lock in the further calls is not known.
		{"acquire() { flock -n 9 && return 0; sleep 1; acquire; }\nexec 9>/run/x\nacquire\nwork\n", prove.Unknown},
		{"down() { [ \"$1\" -gt 0 ] && down $(($1-1)); exec 9>&-; work; }\n" + held + "down 5\n", prove.Unknown},
		{"down() { work; trap 'echo bye' EXIT; down; }\nmkdir /run/l || exit\ntrap 'rmdir /run/l' EXIT\ndown\n", prove.Violated},
	} {
		ask(t, "bash", c.text, c.want)
	}
}
