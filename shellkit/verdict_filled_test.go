package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A name is not empty of which some part is written down, nor one by which something was
// made or opened: whether it is asked then keeps no clean-up away.
func TestVerdictsOfNamesThatAreNotEmpty(t *testing.T) {
	const (
		signals = "trap drop EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n"
		take    = "mkdir \"$L\" || exit 1\n"
	)
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a part is written down", "L=$HOME/seat\n" + take + "drop() { [ -n \"$L\" ] && rmdir \"$L\"; }\n" + signals, prove.Holds},
		{"asked by itself", "L=/srv/$1/seat\n" + take + "drop() { if [ \"$L\" ]; then rmdir \"$L\"; fi; }\n" + signals, prove.Holds},
		{"asked for the opposite", "D=${D:-/srv}\nL=$D/seat-$1\n" + take + "drop() { [[ -z $L ]] || rmdir \"$L\"; }\n" + signals, prove.Holds},
		{"it was made", "L=$1\n" + take + "drop() { [ -n \"$L\" ] && rmdir \"$L\"; }\n" + signals, prove.Holds},
		{"it was made with the shell's own means", "L=$1\nset -C\necho $$ >\"$L\" || exit 1\ndrop() { [ -z \"$L\" ] || rm -f \"$L\"; }\n" + signals, prove.Holds},
		{"it was linked", "L=$1\nln -s $$ \"$L\" || exit 1\ndrop() { test -n \"$L\" && rm -f \"$L\"; }\n" + signals, prove.Holds},
		{"another one was made", "L=$1\n" + take + "drop() { [ -n \"$OTHER\" ] && rmdir \"$L\"; }\n" + signals, prove.Violated},
		{"what is left of it", "L=/srv/$1.seat\n" + take + "N=${L%.seat}; N=${N#/srv/}\ndrop() { [ -n \"$N\" ] && rmdir \"$L\"; }\n" + signals, prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
