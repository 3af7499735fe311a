package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// What becomes of a script that sends a signal to itself.
func TestOwnSignals(t *testing.T) {
	const (
		holds, violated = prove.Holds, prove.Violated
		take            = "mkdir /srv/app/lock.d || exit 75\n"
		give            = "work\nrmdir /srv/app/lock.d\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", "bye() { rmdir /srv/app/lock.d; trap - HUP INT TERM; kill -\"$1\" $$; }\n" + take + "trap 'bye HUP' HUP; trap 'bye INT' INT; trap 'bye TERM' TERM\n" + give, holds},
		{"bash", "bye() { rmdir /srv/app/lock.d; trap - HUP INT TERM; kill -s \"$1\" \"$$\"; }\n" + take + "trap 'bye HUP' HUP; trap 'bye INT' INT; trap 'bye TERM' TERM\n" + give, holds},
		{"dash", "bye() { rmdir /srv/app/lock.d; trap - HUP INT TERM; kill -s \"$1\" 0; }\n" + take + "trap 'bye HUP' HUP; trap 'bye INT' INT; trap 'bye TERM' TERM\n" + give, holds},
		{"bash", "bye() { rmdir /srv/app/lock.d; trap - HUP INT TERM; kill -15 $BASHPID; }\n" + take + "trap bye HUP INT SIGTERM\n" + give, holds},
		{"bash", "bye() { rmdir /srv/app/lock.d; trap - HUP INT TERM; kill -WINCH $$; }\n" + take + "trap bye HUP INT TERM\n" + give, violated},
		{"bash", "bye() { rmdir /srv/app/lock.d; trap '' TERM; kill -TERM $$; }\n" + take + "trap bye HUP INT TERM\n" + give, violated},
		{"bash", "bye() { rmdir /srv/app/lock.d; kill -KILL $$; }\n" + take + "trap bye HUP INT TERM\n" + give, holds},
		// It ends the script, with the EXIT trap where the shell runs it, or without.
		{"bash", take + "trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT\n" + "work || kill -TERM $$\nmore\n", holds},
		{"dash", take + "trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM\n" + "work || kill -TERM $$\nmore\n", holds},
		{"dash", take + "trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM\n" + "work || { trap - TERM; kill $$; }\nmore\n", violated},
		// The trap runs, and then the script goes on.
		{"bash", take + "trap 'rmdir /srv/app/lock.d; exit 1' HUP INT TERM\nwork || kill -TERM $$\n" + give, holds},
		{"bash", take + "trap 'echo told' TERM; trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT\nkill -TERM $$\nwork\n", holds},
		// $$ is the script in a subshell too.
		{"bash", take + "trap 'rmdir /srv/app/lock.d; exit 1' HUP INT TERM\n( check || kill -TERM $$ )\n" + give, holds},
		{"dash", take + "trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM\n( check || kill -KILL $$ )\nmore\n", violated},
		{"bash", take + "trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM\n( check || kill -KILL $BASHPID )\nmore\n", holds},
		{"bash", take + "trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM\nsh -c 'check || kill -KILL $$'\nmore\n", holds},
		// What is not known is said.
		{"bash", "bye() { rmdir /srv/app/lock.d; kill -\"$SIG\" $$; }\n" + take + "trap bye HUP INT TERM\n" + give, prove.Violated},
		{"bash", take + "trap 'rmdir /srv/app/lock.d' EXIT HUP INT TREM\n" + give, prove.Violated},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
