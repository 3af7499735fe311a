package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// What has nothing to do with a lock does not keep a walk from its end: loops that
// shift and set their parameters, and variables that only the caller can have set. The lock behind them is judged either way.
func TestSettles(t *testing.T) {
	const right = "exec 9>/srv/app/lock\nflock -n 9 || exit\n./work\n"
	const wrong = "exec 9>/srv/app/lock\nflock -n 9 || echo busy\n./work\n"
	many := ""
	for _, v := range []string{"a", "b", "c", "d", "e"} { // more ways than a thorough walk keeps apart
		many += "[ -e /etc/" + v + " ] && " + v + "=1\n"
	}
	many += "./show $a $b $c $d $e\n[ \"$a$b$c$d$e\" ] && ./some\n"
	for _, c := range []struct{ name, before string }{
		{"options are put behind", "for arg do\n case $1 in\n -o) set x \"$@\" -o \"$2\"; shift;;\n *) set x \"$@\" \"$1\"; shift;;\n esac\n shift\ndone\n"},
		{"words are put in front", "while [ \"$1\" != -- ]; do\n set -- \"-I$1\" \"$@\"\n shift 2\ndone\n"},
		{"a list that grows", "set -- a b\nwhile ./more; do set -- \"$@\" c; done\n"},
		{"a wrapper takes its own options", "wrap() {\n for arg do\n if [ -n \"$eat\" ]; then eat=; else case $1 in -o) eat=1; set x \"$@\" \"-F$2\"; shift;; *) set x \"$@\" \"$1\"; shift;; esac; fi\n shift\n done\n}\nwrap \"$@\"\n"},
		{"a variable that begins unset in a function that is walked less carefully", many + "take() { exec 9>/srv/app/lock; }\nmore() { take; }\nlook() { local got; got=$(./look); [ \"$got\" = yes ] || exit; more; }\nlook\n"},
		{"a variable that was unset, walked less carefully", many + "take() { exec 9>/srv/app/lock; }\nmore() { take; }\nlook() { unset got; got=$(./look); [ \"$got\" = yes ] || exit; more; }\nlook\n"},
		{"what the caller has set", "[ -n \"$mode\" ] || exit\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for end, want := range map[string]prove.Verdict{right: prove.Holds, wrong: prove.Violated} {
				text := "#!/bin/bash\n" + c.before + end
				p := loaded(t, text).Protocol
				got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2, Properties: []prove.Property{prove.Exclusion}})
				if got.Verdict != want || len(p.Unknowns) > 0 {
					t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, want, p.Unknowns, text, p)
				}
			}
		})
	}
}
