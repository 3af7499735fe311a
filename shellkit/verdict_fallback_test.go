package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Whether the locking program is there is the same for every run: a script that takes
// another lock where it is missing excludes as well, one that takes none does not.
func TestVerdictsOfFallbacks(t *testing.T) {
	const (
		flock  = "exec 9>/srv/app/lock; flock -n 9 || exit 1"
		folder = "mkdir /srv/app/seat || exit 1; trap 'rmdir /srv/app/seat' EXIT"
	)
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"another lock", "if command -v flock >/dev/null; then " + flock + "; else " + folder + "; fi\nwork\n", prove.Holds},
		{"another lock, by its path", "if [ -x /usr/bin/flock ]; then\n" + flock + "\nelse\n" + folder + "\nfi\nwork\n", prove.Holds},
		{"another lock, turned around", "if ! which flock >/dev/null; then\n" + folder + "\nelse\n" + flock + "\nfi\nwork\n", prove.Holds},
		{"another lock, in a function", "take() { if type flock >/dev/null; then " + flock + "; else " + folder + "; fi; }\ntake\nwork\n", prove.Holds},
		{"none", "if command -v flock >/dev/null; then " + flock + "; fi\nwork\n", prove.Violated},
		{"another lock that nobody heeds", "if command -v flock >/dev/null; then " + flock + "; else mkdir /srv/app/seat; trap 'rmdir /srv/app/seat' EXIT; fi\nwork\n", prove.Violated},
		{"another lock that comes with the first as well", "if command -v flock >/dev/null; then " + flock + "; fi\n" + folder + "\nwork\n", prove.Violated},
		{"none, and what is no work of the lock", "command -v flock >/dev/null || echo no flock >&2\nprepare\nexec 8>/srv/app/turn\nflock -n 8 || echo busy\nexec 9>/srv/app/lock\nflock -n 9 && { flock -u 8; work; }\n", prove.Holds},
		{"none, and a question behind it", "command -v flock >/dev/null || echo no flock >&2\ncommand -v rsync || exit\n" + flock + "\nwork\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
