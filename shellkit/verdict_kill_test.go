package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// A job that is killed is over, and so is one that a loop over numbers waits for. One that
// has to be killed keeps the lock only where the script is killed before it comes to that.
func TestJobsThatAreEnded(t *testing.T) {
	const (
		holds, violated, early = keeps, leaks, leaksWhenKilled

		take   = "exec 9>/srv/app/lock\nflock -n 9 9<&9 || exit\n"
		folder = "mkdir /srv/app/lock.d || exit\n"
	)
	for _, c := range []struct {
		shell, text string
		want        ending
	}{
		{"bash", take + "tail -F /var/log/a &\nt=$!\nwork\nkill \"$t\"\n:\n", early},
		{"dash", take + "tail -F /var/log/a &\nwork\nkill -9 $! 2>/dev/null\n:\n", early},
		{"zsh", take + "tail -F /var/log/a &\ntrap 'kill %1' EXIT HUP INT TERM\nwork\n", early},
		{"bash", take + "end() { kill $(jobs -p) 2>/dev/null; }\ntrap end EXIT\na &\nb &\nwork\n", early},
		{"bash", take + "trap 'pkill -P $$' EXIT\na &\nwork\n", early},
		{"bash", take + "trap 'kill -- -$$' EXIT\na &\nwork\n", early},
		{"bash", take + "trap 'kill -TERM -$$' EXIT\na &\nwork\n", early},
		{"dash", take + "a & all=$!\nb & all=\"$all $!\"\nwork\nkill $all\n:\n", early},
		{"ksh", take + "a & all=$!\nb & all=\"$all $!\"\nwork\nkill $all\n:\n", holds},
		{"bash", take + "all=()\nfor h in 1 2 3; do a $h & all+=($!); done\nwork\nfor p in \"${all[@]}\"; do kill \"$p\"; done\n:\n", early},
		{"bash", take + "nohup server &\ns=$!\nwork\nkill $s\n:\n", early},
		{"bash", folder + "trap 'kill $(jobs -p); rmdir /srv/app/lock.d' EXIT\nfor h in 1 2 3; do a $h & done\nwork\n", holds},
		// Another process, a signal that ends nothing, one job of two, a trap against it.
		{"bash", take + "a &\nwork\nkill \"$(cat /run/other.pid)\"\n:\n", violated},
		{"bash", take + "a &\nwork\nkill -INT $!\n:\n", violated},
		{"bash", take + "a &\nwork\nkill -USR1 $$\n:\n", violated},
		{"bash", take + "a &\np=$!\nwork\nkill -CONT $p\n:\n", violated},
		{"bash", take + "a &\nb &\nwork\nkill $!\n:\n", violated},
		{"bash", take + "( trap '' TERM; a; b ) &\nwork\nkill $!\n:\n", violated},
		{"bash", take + "a &\nif [ \"$1\" = x ]; then kill $!; fi\n:\n", violated},
		// To wait in a loop over the numbers of the jobs is to wait for them.
		{"bash", take + "all=()\nfor h in 1 2 3; do a $h & all+=(\"$!\"); done\nfor p in \"${all[@]}\"; do wait \"$p\" || rc=1; done\nexit $rc\n", holds},
		{"dash", take + "all=\nwhile read -r h; do a \"$h\" & all=\"$all $!\"; done </etc/hosts\nfor p in $all; do wait \"$p\" || rc=$?; done\n", holds},
		{"zsh", take + "typeset -a all\na & all+=($!)\nb & all+=($!)\nfor p in $all; do\n  if ! wait $p; then echo failed; fi\ndone\n", holds},
		{"bash", take + "a &\nb &\nfor p in $(jobs -p); do wait $p; done\n", holds},
		{"bash", take + "all=()\na & all+=($!)\nfor p in \"${all[@]}\"; do echo \"$p\"; done\n", violated},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { askWhen(t, c.shell, c.text, c.want) })
	}
}

// ending tells when a job keeps the lock of a script that has ended.
type ending int

const (
	keeps           ending = iota // never
	leaks                         // at an ordinary end
	leaksWhenKilled               // where the script was killed, and not at an ordinary end
)

// askWhen is ask, and tells how the script has ended where a job keeps its lock.
func askWhen(t *testing.T, shell, text string, want ending) {
	t.Helper()
	if want == keeps {
		ask(t, shell, text, prove.Holds)
		return
	}
	for _, v := range ask(t, shell, text, prove.Violated).Violations {
		last := v.Events[len(v.Events)-1]
		killed := last.Kind != prove.Run || last.Node == protocol.None
		if v.Property != prove.Leak || want == leaksWhenKilled && !killed {
			t.Errorf("%s is violated, by a script that was killed: %v\n%s", v.Property, killed, text)
		}
	}
}
