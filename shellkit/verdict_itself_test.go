package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// A script that runs itself under its lock runs a child that asks for it too, unless
// that knows better: by its arguments, or by its environment.
func TestItself(t *testing.T) {
	const take = "exec 9>>/srv/app/lock\nflock 9 || exit\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"an argument is asked for too late", take + "if [ $# -gt 0 ]; then ./stage; exit; fi\nsh \"$0\" a\n", prove.Violated},
		{"an argument is asked for in time", "if [ $# -gt 0 ]; then ./stage; exit; fi\n" + take + "sh \"$0\" a\n", prove.Holds},
		{"without a shell in front", take + "[ \"$1\" = inner ] && { ./stage; exit; }\n\"$0\" inner\n", prove.Violated},
		{"by its own name", take + "[ \"$1\" = inner ] && { ./stage; exit; }\nsh ./job.sh inner\n", prove.Violated},
		{"another script", take + "[ \"$1\" = inner ] && { ./stage; exit; }\nsh ./other.sh inner\n", prove.Holds},
		{"the environment is asked too late", take + "[ -n \"$INNER\" ] && { ./stage; exit; }\nINNER=1 \"$0\"\n", prove.Violated},
		{"the environment is asked in time", "[ -n \"$INNER\" ] && { ./stage; exit; }\n" + take + "INNER=1 \"$0\"\n", prove.Holds},
		{"what is exported", "[ -n \"$INNER\" ] && { ./stage; exit; }\n" + take + "export INNER=1\n\"$0\"\n", prove.Holds},
		{"in the background, and waited for", take + "[ \"$1\" = inner ] && { ./stage; exit; }\n\"$0\" inner &\nwait\n", prove.Violated},
		{"the inner one does not wait", "exec 9>>/srv/app/lock\nflock -n 9 || exit\n[ \"$1\" = inner ] && { ./stage; exit; }\n\"$0\" inner\n./work\n", prove.Holds},
		{"the lock is given up before", take + "[ \"$1\" = inner ] && { ./stage; exit; }\n./work\nflock -u 9\n\"$0\" inner\n", prove.Holds},
		{"it takes its own place under the lock", "[ \"$LOCKED\" = yes ] || LOCKED=yes exec flock -n /srv/app/lock \"$0\" \"$@\"\n./work\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loaded(t, c.text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2, Properties: []prove.Property{prove.Exclusion, prove.Deadlock}})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.text, p)
			}
		})
	}
}
