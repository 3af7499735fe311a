package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A file that is not called a lock is one only if it is used as one.
func TestLikeLock(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"tested, made, removed", "[ -e /srv/x ] && exit\n: >/srv/x\nwork\nrm /srv/x", true},
		{"removed by a trap", "trap 'rm -f /srv/x' EXIT\n[ -e /srv/x ] && exit\n: >/srv/x\nwork", true},
		{"in functions", "out() { rm /srv/x; }\nin() { : >/srv/x; }\nfree() { [ ! -e /srv/x ]; }\nfree && in && out", true},
		{"removed before it is made", "rm -f /srv/x\n[ -e /srv/x ] && exit\n: >/srv/x\nwork", false},
		{"looked at afterwards", "make >/srv/x\n[ -s /srv/x ] && cat /srv/x\nrm /srv/x", false},
		{"output of a function, looked at there", "run() { make >/srv/x; [ -s /srv/x ]; }\nother() { : >/srv/x; }\nrun; other; rm /srv/x", false},
		{"what nobody else meets", "t=$(mktemp)\n[ -e \"$t\" ] && exit\n: >\"$t\"\nwork\nrm \"$t\"", false},
	} {
		text := []byte(c.text)
		file, err := shell.Parse("x.sh", text, source.Sh)
		if err != nil {
			t.Fatal(err)
		}
		if got := survey(file, text).locks; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
