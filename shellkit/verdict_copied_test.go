package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A lock that is asked for through a copy of a descriptor is not over when the copy is
// gone: who does not ask whether it was got works without it.
func TestLockThroughACopy(t *testing.T) {
	const (
		holds, violated = prove.Holds, prove.Violated
		on              = "exec 9>/srv/app/lock\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"mksh", on + "flock -n 9 9<&9\nwork\n", violated},
		{"mksh", on + "flock -n 9 9<&9 || exit\nwork\n", holds},
		{"bash", on + "flock -n 8 8>&9 || echo busy\nwork\n", violated},
		{"bash", on + "{ flock -n 0; } <&9\nwork\n", violated},
		{"bash", on + "{ flock -n 0; } <&9 || exit\nwork\n", holds},
		{"ksh", "take() { flock -n 9 || echo busy; }\n" + on + "take 9<&9\nwork\n", violated},
		{"mksh", "take() { flock -n 9 || exit; }\n" + on + "take 9<&9\nwork\n", holds},
		{"bash", on + "flock -n 8 8>&9 || echo busy\ngrep -c x /srv/app/log\nwork\n", violated},
		{"bash", on + "flock -n 9 || { echo \"busy: $(flock -n 0 2>&1 <&9 | tr a b)\"; exit 1; }\nwork\n", holds}, // it is asked for its words
		{"bash", "{ flock -n 9 || echo busy; } 9>/srv/app/lock\nwork\n", violated},                                // the copy is all that there is
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
