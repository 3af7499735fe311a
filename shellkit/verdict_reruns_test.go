package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A script that runs itself under a lock must find in its second life that it has been
// here before: what tells it so is handed on, and spelled alike.
func TestScriptsThatRunThemselves(t *testing.T) {
	const holds, violated = prove.Holds, prove.Violated
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"[ \"${FLOCKER}\" != \"$0\" ] && exec env FLOCKER=\"$0\" flock -en \"$0\" \"$0\" \"$@\" || :\nwork\n", holds},
		{"[ \"$FLOCKER\" = \"$0\" ] || FLOCKER=\"$0\" exec flock -en \"$0\" \"$0\" \"$@\"\nwork\n", holds},
		{"[ \"$LOCKED\" ] || exec env LOCKED=1 flock -n /srv/app/lock \"$0\" \"$@\"\nwork\n", holds},
		{"if [ -z \"$LOCKED\" ]; then\nexport LOCKED=yes\nexec flock -n /srv/app/lock \"$0\" \"$@\"\nfi\nwork\n", holds},
		{"case $1 in --locked) shift;; *) exec flock -n /srv/app/lock \"$0\" --locked \"$@\";; esac\nwork\n", holds},
		{"if [ \"$1\" != --locked ]; then exec flock /srv/app/lock \"$0\" --locked \"$@\"; fi\nwork\n", holds},

		{"[ \"${FLOCKR}\" != \"$0\" ] && exec env FLOCKER=\"$0\" flock -en \"$0\" \"$0\" \"$@\" || :\nwork\n", violated}, // another name is asked
		{"[ \"$FLOCKER\" != \"$0\" ] && exec env FLOCKED=\"$0\" flock -en \"$0\" \"$0\" \"$@\" || :\nwork\n", violated},
		{"[ \"$LOCKD\" ] || exec env LOCKED=1 flock /srv/app/lock \"$0\" \"$@\"\nwork\n", violated},                     // and he waits for himself
		{"if [ -z \"$LOCKED\" ]; then\nLOCKED=yes\nexec flock -n /srv/app/lock \"$0\" \"$@\"\nfi\nwork\n", violated},    // not exported
		{"case $1 in --locked) shift;; *) exec flock -n /srv/app/lock \"$0\" --lokced \"$@\";; esac\nwork\n", violated}, // another word
		{"if [ \"$1\" != --locked ]; then exec flock /srv/app/lock \"$0\" \"$@\"; fi\nwork\n", violated},                // none at all
		{"[ \"$FLOCKER\" != \"$0\" ] && env FLOCKER=\"$0\" flock -en \"$0\" \"$0\" \"$@\"\nwork\n", violated},           // no exec: the first life works too
		{"exec flock -n /srv/app/lock \"$0\" \"$@\"\n", violated},                                                       // unasked
		{"flock -n \"$0\"\nwork\n", violated}, // no command
		{"[ \"$LOCKED\" ] || exec env LOCKED=1 flock -n /srv/app/lock \"$0\" \"$@\"\nwork\nrm -f /srv/app/lock\nmore\n", violated}, // removed while it is held
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "sh", c.text, c.want) })
	}
	ask(t, "bash", "flock -n \"${BASH_SOURCE[0]}\" || exit\nwork\n", violated)
}

// The shell may keep the number of a descriptor in an array.
func TestDescriptorsInArrays(t *testing.T) {
	const one = "exec {fds[0]}>/srv/app/lock\nflock -n \"${fds[0]}\" || exit 1\n"
	const named = "declare -A fds\nexec {fds[app]}>/srv/app/lock\nflock -n \"${fds[app]}\" || exit 1\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{one + "work\n", prove.Holds},
		{one + "exec {fds[0]}>&-\nwork\n", prove.Violated},
		{"exec {fds[0]}>/srv/app/lock\nflock -n \"${fds[0]}\" || echo busy\nwork\n", prove.Violated},
		{named + "work\n", prove.Holds},
		{named + "flock -u \"${fds[app]}\"\nwork\n", prove.Violated},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
