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

// A word that comes to one name or another is neither of them: what is done to all of them
// would be one thing else.
func TestMeetNotBoth(t *testing.T) {
	text := []byte("F=/run/a\n[ -z \"$1\" ] || F=/run/b\n[ -e $F ] && exit\n: >/run/b\nwork\nrm /run/a\n")
	file, err := shell.Parse("x.sh", text, source.Sh)
	if err != nil {
		t.Fatal(err)
	}
	in := survey(file, text)
	if in.of("/run/a") == in.of("/run/b") {
		t.Error("two names are one, by a word that may be either")
	}
}
