package extract

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// What zsh does always, it does behind a return too, and it changes no status.
func TestAlways(t *testing.T) {
	for _, c := range []struct{ text, has, lacks string }{
		{"f() { { return 1 } always { released } }\nf && work", `"released"`, `"work"`},
		{"f() { { return 0 } always { false } }\nf && work", `"work"`, `"released"`},
		{"f() { { exit 1 } always { released } }\nf", `leave`, `"released"`},
		{"f() { { return 1 }; { work } }\nf && work", `leave`, `"work"`},
		{"f() { for x in 1 2; do { break } always { released }; work; done }\nf", `"released"`, `"work"`},
	} {
		file, err := source.New("x", []byte("exec 9>>/run/x.lock\nflock -n 9 || exit\n"+c.text+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Script(file, source.Zsh, Options{Exact: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.String(); !strings.Contains(got, c.has) || strings.Contains(got, c.lacks) {
			t.Errorf("%s\n%s", c.text, got)
		}
	}
}
