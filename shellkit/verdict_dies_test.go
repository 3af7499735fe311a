package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// After a signal that nothing catches, jobs that end by themselves are waited for, as
// after kill -9: also where the EXIT trap runs at such a signal. Who catches it and exits
// has ended on his own path, and who does not wait for a job leaves it behind in any case.
func TestDiesOfASignal(t *testing.T) {
	const jobs = "exec 9>/run/lock/x.lock\nflock -n 9 || exit 1\n./a &\n./b &\n"
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
		only        prove.Property
	}{
		{"bash", jobs + "wait\n", prove.Holds, ""},
		{"bash", jobs + "trap 'rm -f ./scratch' EXIT\nwait\n", prove.Holds, ""},
		{"zsh", jobs + "trap 'rm -f ./scratch' EXIT\nwait\n: done\n", prove.Holds, ""},
		{"bash", "trap 'rm -f ./scratch; exit 3' EXIT\n" + jobs + "wait\nexec 9>&-\n./more\n", prove.Holds, ""},
		{"bash", jobs + "trap 'exit 130' INT\nwait\n", prove.Violated, prove.Leak},
		{"bash", jobs + "trap 'exit 130' INT\ntrap 'rm -f ./scratch' EXIT\nwait\n", prove.Violated, prove.Leak},
		{"bash", jobs + "trap 'rm -f ./scratch' EXIT\n./c\n", prove.Violated, prove.Leak},
		{"bash", "exec 9>/run/lock/x.lock\nflock -n 9 || exit 1\ntail -f log &\ntrap 'kill $!' EXIT\n./c\nkill $!\n", prove.Violated, prove.Leak},
	} {
		t.Run(c.shell+": "+c.text, func(t *testing.T) {
			if c.only == "" {
				ask(t, c.shell, c.text, c.want)
				return
			}
			askFor(t, c.shell, c.text, c.want, c.only)
		})
	}
}
