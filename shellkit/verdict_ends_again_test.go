package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A lock that is taken before a loop and given up in each turn is had in the first turn
// alone. Each script that is wrong stands beside one that is right and one detail apart.
func TestGivenUpInEachTurn(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	const folder = "mkdir /srv/app/l || exit 1\ntrap 'rmdir /srv/app/l' HUP INT TERM\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"unlocked in the loop", open + "flock -n 9 || exit 1\nfor t in a b c; do\n  ./work \"$t\"\n  flock -u 9\ndone\n", prove.Violated},
		{"unlocked behind the loop", open + "flock -n 9 || exit 1\nfor t in a b c; do\n  ./work \"$t\"\ndone\nflock -u 9\n", prove.Holds},
		{"locked in the loop as well", open + "for t in a b c; do\n  flock 9 || exit 1\n  ./work \"$t\"\n  flock -u 9\ndone\n", prove.Holds},
		{"unlocked in a loop without end", open + "flock 9 || exit 1\nwhile :; do\n  ./work\n  flock -u 9\n  sleep 60\ndone\n", prove.Violated},
		{"closed in a loop over arguments", open + "flock 9 || exit 1\nfor t; do\n  ./work \"$t\"\n  exec 9>&-\ndone\n", prove.Violated},
		{"in a function that is called twice", open + "step() { ./work; flock -u 9; }\nflock 9 || exit 1\nstep\nstep\n", prove.Violated},
		{"a function of which the lock is part", open + "step() { flock 9 || exit 1; ./work; flock -u 9; }\nstep\nstep\n", prove.Holds},
		{"other work behind it, and a clean-up", open + "done_() { flock -u 9; }\ntrap done_ EXIT\nflock 9 || exit 1\n./work\ndone_\n./report\n", prove.Holds},
		{"a message that is told twice, and a clean-up", open + "tell() { ./notify \"$1\"; }\ndone_() { flock -u 9; }\ntrap done_ EXIT\nflock 9 || exit 1\ntell begin\n./work\ndone_\ntell end\n", prove.Holds},
		{"a message in each turn", open + "tell() { ./notify \"$1\"; }\nwhile :; do\n  flock 9 || exit 1\n  tell begin\n  ./work\n  flock -u 9\n  tell end\ndone\n", prove.Holds},
		{"a folder that is removed in the loop", folder + "for t in a b c; do\n  ./work \"$t\"\n  rmdir /srv/app/l\ndone\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
