package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A name that is this run's own on some ways keeps nobody out on those.
func TestOwnOnSomeWays(t *testing.T) {
	const take = "exec 9>\"$L\"\nflock -n 9 || exit 1\nwork\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"if [ -w /run/lock ]; then L=/run/lock/job; else L=/tmp/job.$$; fi\n" + take, prove.Unknown},
		{"L=/run/lock/job\n[ -w /run/lock ] || L=$(mktemp)\nflock -n \"$L\" work || exit 1\n", prove.Unknown},
		{"if [ -w /run/lock ]; then L=/run/lock/job; else L=/tmp/job; fi\n" + take, prove.Holds},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
