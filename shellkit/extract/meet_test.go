package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Words that come to one name share what is known of them, and another look, for a text
// that is met later, adds nothing to it.
func TestMeetAgain(t *testing.T) {
	text := []byte("[ -e /run/a ] && exit\n: >/run/b\n[ -e /run/c ] && exit\n: >/run/c\n: >/run/a\nwork\nrm /run/a /run/b /run/c\n")
	file, err := shell.Parse("x.sh", text, source.Sh)
	if err != nil {
		t.Fatal(err)
	}
	in := survey(file, text)
	count := func() (n int) {
		for _, word := range []string{"/run/a", "/run/c", "/run/b"} {
			steps := in.of(word)
			n += len(steps.tests) + len(steps.makes) + len(steps.removals)
		}
		return n
	}
	in.share("/run/a", "/run/c")
	in.share("/run/b", "/run/c")
	met := count()
	in.share("/run/a", "/run/c")
	in.share("/run/b", "/run/c")
	if again := count(); again != met || met == 0 {
		t.Errorf("%d steps have become %d", met, again)
	}
}
