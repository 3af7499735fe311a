package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Two promises that are broken at one place are both said, by lint as by prove.
func TestPromisesOfOnePlace(t *testing.T) {
	const (
		violated = prove.Violated
		made     = "(set -C; echo $$ >/srv/app/lock) 2>/dev/null || exit 1\nwork\n"
	)
	for _, c := range []struct{ shell, text string }{
		{"yash", "trap 'if [ \"$(cat /srv/app/lock)\" != $$ ]; then rm -f /srv/app/lock; fi' EXIT\ntrap 'exit 1' HUP INT TERM\n" + made},
		{"bash", "trap '[ \"$(cat /srv/app/lock)\" != $$ ] && rm -f /srv/app/lock' EXIT\n" + made},
		{"dash", "gone() { [ \"$(cat /srv/app/lock)\" = $$ ] || rm -f /srv/app/lock; }\ntrap gone EXIT HUP INT TERM\n" + made},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, violated) })
	}
}
