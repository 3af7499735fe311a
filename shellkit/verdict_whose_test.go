package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A name is a lock, whatever it is called, where who has tried to make it asks behind that
// whose it is and goes when it is not his.
func TestWhoseItIs(t *testing.T) {
	const (
		nothing, holds, violated = prove.Nothing, prove.Holds, prove.Violated
		gone                     = "trap 'rm -f /srv/app/seat' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"dash", "ln -s $$ /srv/app/seat 2>/dev/null\n[ \"$(readlink /srv/app/seat)\" = $$ ] || exit 1\n" + gone, holds},
		{"ksh", "(set -C; echo $$ >/srv/app/seat) 2>/dev/null\nif [ $$ != \"$(cat /srv/app/seat)\" ]; then\n echo busy\n exit 1\nfi\n" + gone, holds},
		{"bash", "(set -o noclobber; echo $$ >/srv/app/seat) 2>/dev/null || :\n[[ $(</srv/app/seat) == \"$$\" ]] || exit\n" + gone, holds},
		{"bash", "echo $$ >/srv/app/seat.$$\nln /srv/app/seat.$$ /srv/app/seat\nrm -f /srv/app/seat.$$\n[ \"$(head -n 1 /srv/app/seat)\" -eq $$ ] || exit 1\n" + gone, holds},
		{"dash", "test -f /srv/app/seat || echo $$ >/srv/app/seat\n[ \"$(cat /srv/app/seat)\" = \"$$\" ] || exit 1\n" + gone, violated},
		{"bash", "echo $$ >/srv/app/seat\n[ \"$(cat /srv/app/seat)\" = $$ ] || exit 1\n" + gone, violated},
		{"bash", "date >/srv/app/seat\n[ \"$(cat /srv/app/seat)\" = \"$1\" ] || exit 1\nwork\nrm -f /srv/app/seat\n", nothing},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
