package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Where nobody ever comes to the work, the lock keeps out the winner as well.
func TestLocksUnderWhichNobodyWorks(t *testing.T) {
	const (
		holds, violated = prove.Holds, prove.Violated
		on              = "exec 9>/srv/app/lock\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", on + "flock -n 9\nif [ $? -ge 0 ]; then echo busy; exit 1; fi\nwork\n", violated},
		{"dash", on + "flock -n 9 && echo got || echo busy; exit 1\nwork\n", violated},
		{"bash", on + "if flock -n 9; then echo got; else echo busy; fi\nexit\nwork\n", violated},
		{"bash", on + "flock -n 9 || exit\necho got\n", holds}, // there is no work at all
		{"bash", on + "flock -n 9 || exit\nwork\nexit\nmore\n", holds},
		{"bash", on + "flock -n 9 || exit\nwork &\nwait\nexit\nmore\n", holds},

		{"bash", "exec flock -n /srv/app/lock \"$0\" \"$@\"\nwork\n", violated},
		{"sh", "set -e\nexec flock /srv/app/lock \"$0\"\nwork\n", violated},
		{"bash", "[ \"$LOCKED\" ] || exec env LOCKED=1 flock -n /srv/app/lock \"$0\" \"$@\"\nwork\n", holds},

		{"bash", "if [ -z \"$JOB_LOCKED\" ]; then\n export JOB_LOCKED=1\n exec flock -n /srv/app/lock \"$0\" \"$@\"\nfi\nwork\n", holds},
		{"sh", "if [ \"$JOB_LOCKED\" != yes ]; then\n JOB_LOCKED=yes exec flock -n /srv/app/lock \"$0\"\nfi\nwork\n", holds},

		{"sh", "flock -n -c 'work' /srv/app/lock\n", violated},
		{"sh", "flock --command work /srv/app/lock || exit 1\nmore\n", violated},
		{"sh", "flock -n /srv/app/lock -c work\n", holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
