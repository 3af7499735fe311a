package shellkit

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A trap that removes what is called a lock, and is one run's alone, takes nobody's away.
func TestVerdictsOfForeignLocks(t *testing.T) {
	const text = "NAME\nmkfifo $pipe\ncleanup() {\nrm -f \"$pipe\"\ncase $(uname) in FreeBSD*) rm -f \"$pipe.lock\" ;; esac\n}\ntrap cleanup EXIT\nwork\n"
	for _, c := range []struct {
		name string
		want prove.Verdict
	}{
		{"pipe=/tmp/fifo$$", prove.Nothing},
		{"pipe=$(mktemp -u)", prove.Nothing},
		{"dir=$(mktemp -d)\npipe=$dir/fifo", prove.Nothing},
		{"pipe=/tmp/fifo", prove.Unknown},
		{"pipe=$1", prove.Unknown},
		{"pipe=/tmp/fifo$$\n[ -z \"$1\" ] || pipe=$1", prove.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", strings.Replace(text, "NAME", c.name, 1), c.want) })
	}
}
