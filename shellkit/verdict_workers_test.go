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
		share  = "exec 9>/srv/app/lock\nflock -n -s 9 9<&9 || exit\n"
		folder = "mkdir /srv/app/lock.d || exit\ntrap 'rmdir /srv/app/lock.d' EXIT\ntrap 'exit 1' HUP INT TERM\n"
	)
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
	}{
		{"a loop", "dash", flock + "for f in /in/*; do gzip \"$f\" 9>&- & done\n", prove.Violated},
		{"a loop that is waited for, but not on an interrupt", "dash", flock + "for f in /in/*; do gzip \"$f\" 9>&- & done\nwait\n", prove.Violated},
		{"a loop that is waited for in any case", "dash", flock + "trap 'wait; exit 1' HUP INT TERM\nfor f in /in/*; do gzip \"$f\" 9>&- & done\nwait\n", prove.Holds},
		{"a loop that is told to end in any case", "bash", flock + "trap 'kill $(jobs -p)' EXIT\nfor f in /in/*; do gzip \"$f\" 9>&- & done\nwait\n", prove.Holds},
		{"a loop that keeps the lock and is waited for", "dash", flock + "for f in /in/*; do gzip \"$f\" & done\nwait\n", prove.Holds},
		{"a loop whose lock is freed", "bash", flock + "trap 'flock -u 9' EXIT\nfor f in /in/*; do gzip \"$f\" & done\n", prove.Violated},
		{"a loop in a pipeline, and a vain wait", "dash", flock + "cat /etc/hosts | while read -r h; do rsync \"$h:/a\" /b 9>&- & done\nwait\n", prove.Violated},
		{"one program by two jobs", "bash", flock + "gzip a 9>&- &\ngzip b 9>&- &\necho started\n", prove.Violated},
		{"two programs by two jobs", "bash", flock + "server 9>&- &\nlogger-server 9>&- &\necho started\n", prove.Holds},
		{"a loop over lines", "bash", flock + "while read -r h; do ( exec 9>&-; rsync \"$h:/a\" /b ) & done <hosts\n", prove.Violated},
		{"a loop whose lock is freed before it is waited for", "bash", flock + "for f in /in/*; do gzip \"$f\" & done\nflock -u 9\nwait\n", prove.Violated},
		{"a loop without the descriptor that is waited for behind the lock", "zsh", flock + "for f in /in/*; do gzip \"$f\" 9>&- & done\nexec 9>&-\nwait\n", prove.Violated},
		{"two jobs whose lock is freed before they are waited for", "bash", flock + "gzip a &\ngzip b &\nflock -u 9\nwait\n", prove.Violated},
		{"a loop that keeps the lock beyond its release", "bash", flock + "for f in /in/*; do gzip \"$f\" & done\nexec 9>&-\nwait\n", prove.Holds},
		{"a loop that is waited for before the lock is freed", "bash", flock + "trap 'wait; exit 1' HUP INT TERM\nfor f in /in/*; do gzip \"$f\" & done\nwait\nflock -u 9\n", prove.Holds},
		{"a loop that takes the lock for each job anew", "mksh", "for turn in 1 2; do\n flock 9\n test $? = 0 || exit 1\n work\n gzip a 9>&- &\ndone 9>>/srv/app/lock\n", prove.Holds},
		{"a loop that locks for each job in a subshell", "ksh", "for turn in 1 2; do\n flock -n 9 || exit 1\n work\n ( exec 9>&-; gzip a ) &\ndone 9>>/srv/app/lock\n", prove.Holds},
		{"a loop in a loop that takes the lock for each list", "bash", "for turn in 1 2; do\n flock 9 || exit\n for f in /in/*; do gzip \"$f\" 9>&- & done\ndone 9>/srv/app/lock\n", prove.Violated},
		{"a loop that locks for each job how that is started", "bash", "exec 9>/srv/app/lock\nfor f in a b; do\n flock 9 || exit\n take $f\n gzip $f &\n flock -u 9\ndone\nwait\n", prove.Holds},
		{"a loop whose jobs are killed", "bash", flock + "for f in /in/*; do gzip \"$f\" & done\nflock -u 9\nkill $(jobs -p)\n", prove.Holds},
		{"one job that is waited for behind the lock", "bash", flock + "take\nwork &\nflock -u 9\nwait\n", prove.Holds},
		{"jobs under a shared lock that is freed", "bash", share + "for f in /in/*; do gzip \"$f\" & done\nflock -u 9\nwait\n", prove.Holds},
		{"jobs under a shared lock that nobody keeps", "dash", share + "for f in /in/*; do gzip \"$f\" 9>&- & done\n", prove.Holds},
		{"a job that is waited for under a shared lock", "zsh", share + "gzip a &\nwait\nflock -u 9\n", prove.Holds},
		{"jobs under a lock that one side shares", "bash", "exec 9>/srv/app/lock\nif [ \"$1\" = read ]; then flock -n -s 9 || exit; else flock -n 9 || exit; fi\nfor f in /in/*; do gzip \"$f\" 9>&- & done\n", prove.Violated},
		{"a loop within a subshell", "bash", "(\nflock -n 9 || exit\nfor f in /in/*; do gzip \"$f\" 9>&- & done\n) 9>/srv/app/lock\n", prove.Violated},
		{"a loop of prefixes", "ksh", flock + "for f in 1 2 3; do setsid gzip \"$f\" 9>&- & done\n", prove.Violated},
		{"a loop and a folder", "bash", folder + "for f in \"$@\"; do gzip \"$f\" & done\n", prove.Violated},
		{"one job and a folder", "bash", folder + "rsync /a /b &\nexit\n", prove.Violated},
		{"one job and a folder, waited for", "bash", folder + "rsync /a /b &\nwait\n", prove.Violated},
		{"one job and a folder, waited for in the trap", "bash", "mkdir /srv/app/lock.d || exit\ntrap 'rmdir /srv/app/lock.d' EXIT\ntrap 'wait; exit 1' HUP INT TERM\nrsync /a /b &\nwait\n", prove.Holds},
		{"one job and a folder, killed in the trap", "bash", "mkdir /srv/app/lock.d || exit\ntrap 'kill $job; rmdir /srv/app/lock.d' EXIT\ntrap 'exit 1' HUP INT TERM\nrsync /a /b &\njob=$!\nwait $job\n", prove.Holds},
		{"two jobs and a folder", "dash", folder + "rsync /a /b &\nrestic backup &\necho started\n", prove.Violated},
		{"a job beside the work in a folder", "zsh", folder + "rsync /a /b &\nrestic backup\n", prove.Violated},
		{"a helper beside the work in a folder", "bash", folder + "spinner &\ns=$!\nrestic backup\nkill $s\n", prove.Holds},
		{"the last of two jobs is waited for", "bash", folder + "rsync /a /b &\nrestic backup &\nwait $!\n", prove.Violated},
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
