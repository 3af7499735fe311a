package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Children that work on without the lock for which they were started, and their siblings
// that are waited for, keep the lock, or are meant to stay.
func TestWorkersWithoutTheLock(t *testing.T) {
	const (
		flock  = "exec 9>/srv/app/lock\nflock -n 9 9<&9 || exit\n"
		folder = "mkdir /srv/app/lock.d || exit\ntrap 'rmdir /srv/app/lock.d' EXIT\ntrap 'exit 1' HUP INT TERM\n"
	)
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
	}{
		{"a loop", "dash", flock + "for f in /in/*; do gzip \"$f\" 9>&- & done\n", prove.Violated},
		{"a loop that is waited for", "dash", flock + "for f in /in/*; do gzip \"$f\" 9>&- & done\nwait\n", prove.Holds},
		{"a loop over lines", "bash", flock + "while read -r h; do ( exec 9>&-; rsync \"$h:/a\" /b ) & done <hosts\n", prove.Violated},
		{"a loop within a subshell", "bash", "(\nflock -n 9 || exit\nfor f in /in/*; do gzip \"$f\" 9>&- & done\n) 9>/srv/app/lock\n", prove.Violated},
		{"a loop of prefixes", "ksh", flock + "for f in 1 2 3; do setsid gzip \"$f\" 9>&- & done\n", prove.Violated},
		{"a loop and a folder", "bash", folder + "for f in \"$@\"; do gzip \"$f\" & done\n", prove.Violated},
		{"one job and a folder", "bash", folder + "rsync /a /b &\nexit\n", prove.Violated},
		{"one job and a folder, waited for", "bash", folder + "rsync /a /b &\nwait\n", prove.Holds},
		{"a function and a link", "ksh", "ln -s $$ /run/app.l || exit\ntrap 'rm /run/app.l' EXIT\ntrap 'exit 1' HUP INT TERM\njob() { rsync /a /b; }\njob &\n", prove.Violated},
		{"one job with its descriptor closed", "bash", flock + "server 9>&- &\n", prove.Holds},
		{"one job that is meant to stay", "bash", folder + "nohup server >/dev/null 2>&1 &\n", prove.Holds},
		{"one job after other work", "bash", folder + "prepare\nserver &\n", prove.Holds},
		{"one job after a question", "bash", folder + "[ -e /srv/app/ready ] || exit\nserver &\n", prove.Holds},
		{"one job whose number is kept", "bash", folder + "server &\necho $! >/srv/app/pid\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
