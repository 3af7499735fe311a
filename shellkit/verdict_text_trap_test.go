package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// The EXIT trap of a text that a shell is given runs with the functions of that text,
// whichever way the text ends.
func TestTrapOfText(t *testing.T) {
	const (
		holds, violated = prove.Holds, prove.Violated
		take            = "mkdir /srv/app/lock || exit 1\n"
		arm             = "trap tidy EXIT\ntrap \"exit 1\" HUP INT TERM\n"
		tidy            = "tidy() { rmdir /srv/app/lock; }\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", "bash -s <<'END'\n" + take + tidy + arm + "work\nEND\n", holds},
		{"dash", "dash -c '" + take + tidy + arm + "work\nexit 0\n'\n", holds},
		{"zsh", tidy + "bash -c '" + take + "tidy() { :; }\n" + arm + "work\nrmdir /srv/app/lock\n'\n", violated},
		{"bash", "tidy() { :; }\nbash -c '" + take + tidy + arm + "work\n'\ntidy\n", holds},
		{"bash", tidy + "bash -c '" + take + "bash -c : x\n" + tidy + arm + "work\n'\n", holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
