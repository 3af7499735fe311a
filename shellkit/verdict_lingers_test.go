package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A job keeps the lock where it can do so for ever: as long as it works with the lock's
// descriptor, also where it closes that behind its work; not where it closes it first, nor
// where the signal that ends its script ends it as well.
func TestJobsThatKeepTheLock(t *testing.T) {
	const take = "exec 8>/srv/app/lock\nflock -n 8 || exit\n"
	for _, shell := range []string{"bash", "dash", "zsh", "ash"} {
		for _, c := range []struct {
			text string
			want prove.Verdict
		}{
			{take + "( hold; exec 8>&- ) &\nwork\n", prove.Violated},
			{take + "( hold; exec 8>&-; more ) &\nwork\n", prove.Violated},
			{take + "trap 'exit 1' INT\n( hold; exec 8>&- ) &\nwork\n", prove.Violated},
			{take + "( exec 8>&-; hold; more ) &\nwork\n", prove.Holds},
			{take + "{ hold; more; } 8>&- &\nwork\n", prove.Holds},
			{take + "( echo start; exec 8>&-; hold ) &\n", prove.Holds},
			{take + "trap 'exit 1' TERM\nhold &\nwait\n", prove.Holds},
			{take + "trap 'echo stop' TERM\nhold &\nwait\n", prove.Holds},
			{take + "trap 'exit 1' TERM\n( trap '' TERM; hold; more ) &\nwait\n", prove.Violated},
			{take + "trap 'exit 1' TERM\n( trap '' TERM; exec 8>&-; hold; more ) &\nwork\n", prove.Holds},
		} {
			t.Run(shell+" "+c.text, func(t *testing.T) { ask(t, shell, c.text, c.want) })
		}
	}
}
