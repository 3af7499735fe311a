package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A descriptor that is handed to flock and is not open is no lock: the redirect fails, and
// who asks never gets in.
func TestHandedAndNotOpen(t *testing.T) {
	const holds, violated = prove.Holds, prove.Violated
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"mksh", "flock -n 8 8<&8 || exit\nwork\n", violated},
		{"bash", "if ! flock 9 9<&9; then\n exit 1\nfi\nwork\n", violated},
		{"ksh", "exec 9>/srv/app/lock\nexec 9>&-\nflock -w 5 9 9<&9 || exit 1\nwork\nmore\n", violated},
		{"mksh", "exec 9>/srv/app/lock\nenter() {\n ! flock -n 9 9<&9 && exit\n work\n}\nexec 9>&-\nenter\n", violated},
		{"mksh", "exec 9>/srv/app/lock\nflock -n 9 9<&9 || exit\nwork\n", holds},
		{"mksh", "enter() {\n flock -n 9 9<&9 || exit\n work\n}\nenter 9>/srv/app/lock\n", holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
