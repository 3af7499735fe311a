package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A job beside the work that goes on until the script ends it keeps the lock once the script
// is killed: kill -9 ends nothing else, and jobs ignore ^C. What ends by itself, what the
// script does nothing but wait for, and what has closed the descriptor keeps none.
func TestHelpersOutliveTheScript(t *testing.T) {
	const open = "exec 9>/srv/app/lock\nflock -n 9 || exit 1\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a heartbeat", "while :; do touch /srv/alive; sleep 30; done & p=$!\ntrap 'kill $p' EXIT\n./work\n", prove.Violated},
		{"a spinner in a subshell", "( while sleep 5; do echo .; done ) &\np=$!\n./work\nkill $p\n", prove.Violated},
		{"a heartbeat that never fails", "until false; do touch /srv/alive; sleep 30; done & p=$!\n./work\nkill $p\n", prove.Violated},
		{"a loop that takes turns at another lock", "until false; do flock /srv/app/other ./poll; sleep 5; done 9>&- & p=$!\n./work\nkill $p\n", prove.Holds},
		{"a log that is followed", "tail -F /var/log/app.log & p=$!\n./work\nkill $p\n", prove.Violated},
		{"a server for a test", "./server --port 80 & p=$!\ntrap 'kill $p' EXIT\n./check\n", prove.Violated},
		{"by its job number", "./server & ./check\nkill %1\n", prove.Violated},
		{"reaped behind that", "./server & p=$!\n./check\nkill $p\nwait $p\n", prove.Violated},
		{"a heartbeat without the descriptor", "while :; do touch /srv/alive; sleep 30; done 9>&- & p=$!\ntrap 'kill $p' EXIT\n./work\n", prove.Holds},
		{"a server without the descriptor", "./server 9>&- & p=$!\ntrap 'kill $p' EXIT\n./check\n", prove.Holds},
		{"a sleep that is cut short", "sleep 60 & p=$!\n./work\nkill $p\n", prove.Holds},
		{"a heartbeat that looks after the script", "while kill -0 $$; do touch /srv/alive; sleep 30; done & p=$!\n./work\nwait $p\n", prove.Holds},
		{"a loop that has an end", "while :; do ./poll && break; sleep 1; done & p=$!\n./work\nwait $p\n", prove.Holds},
		{"the work itself", "./work & p=$!\ntrap 'kill $p' TERM\nwait $p\n", prove.Holds},
		{"the work itself, for ever", "while :; do ./poll; sleep 1; done &\nwait\n", prove.Holds},
		{"waited for in the end", "./one & p=$!\n./two\nwait $p\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { askFor(t, "bash", open+c.text, c.want, prove.Leak) })
	}
}
