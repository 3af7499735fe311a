package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A name that a child has made of a process number is another one in every run.
func TestNamesOfNumbers(t *testing.T) {
	const (
		holds, violated = prove.Holds, prove.Violated
		lock            = "\nexec 9>>\"$f\"\nflock -n 9 || exit 1\nwork\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", "f=/srv/app/lock.$(echo $$)" + lock, violated},
		{"dash", "f=\"/srv/app/$(printf '%s.lock' \"$$\")\"" + lock, violated},
		{"bash", "f=/srv/app/lock.$(sh -c 'echo $$')" + lock, violated},
		{"zsh", "f=/srv/app/lock.$(dash -c \"echo \\$PPID\")" + lock, violated},
		{"ksh", "f=/srv/app/lock.`echo $$`" + lock + "echo through\n", violated},
		{"bash", "f=/srv/app/lock.$(echo $USER)" + lock, holds},
		{"bash", "f=/srv/app/$(sh -c 'echo lock').lock" + lock, holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
