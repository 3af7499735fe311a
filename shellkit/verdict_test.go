package shellkit

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// What prove says of whole scripts, each with what it must see to say so.
func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a name that nobody makes a link is none", "[ -L /run/x ] && exit\nexec 9>>/run/x\nflock 9\nwork\n", prove.Holds},
		{"a name that nobody makes a directory is none", "[ -d /run/x ] && exit\nexec 9>>/run/x\nflock 9\nwork\n", prove.Holds},
		{"noclobber makes the file that is locked", "( set -C; : >/run/x ) 2>/dev/null\nexec 9</run/x || exit\nflock -n 9 || exit\nwork\n", prove.Holds},
		{"a file that noclobber makes is no lock", "( set -C; : >/run/x ) 2>/dev/null\nexec 9</run/x || exit\nwork\nflock -n 9 || exit\nwork\nrm /run/x\n", prove.Violated},
		{"a copy of what is open for reading and writing", "{ exec 9<&0; } 0<>/run/x\nflock -n 9 || exit\nwork\n", prove.Holds},
		{"nothing fails for want of /dev/null", "exec 9>>/run/x\n{ flock -n 9; } 2>/dev/null || exit\nwork\n", prove.Holds},
		{"a redirect at every call", "locked() { flock -n 9 && work; }\n" + strings.Repeat("locked 9>/run/x\n", 30), prove.Holds},
		{"redirects one inside another", "in() { { { flock -n 9 || exit; work; } 9>/run/x; } 9>/run/y; }\n" + strings.Repeat("in 9>/run/z\n", 8), prove.Holds},
		{"what a redirect hides is kept while another one hides it", "exec 9>/run/x\nflock -n 9 || exit\n{ { :; } 9>/run/z; } 9>/run/y\nwork\n", prove.Holds},
		{"redirects deeper than there is room", strings.Repeat("{ ", 40) + "flock -n 9 || exit; work" + strings.Repeat("; } 9>/run/x", 40) + "\n", prove.Unknown},
		{"to sleep between two tries is no work", poll + "poll 8\npoll 9\nwork\n", prove.Holds},
		{"nor to sleep before each", strings.Replace(poll, "    flock -n \"$1\" && return\n    sleep 1\n", "    sleep 1\n    flock -n \"$1\" && return\n", 1) + "poll 8\npoll 9\nwork\n", prove.Holds},
		{"who sleeps and goes on works", "exec 9>/run/a\nflock -n 9 || sleep 1\nwork\n", prove.Violated},
		{"who sleeps between some tries and then goes on works", "exec 9>/run/a\nfor i in 1 2 3; do\n  flock -n 9 && break\n  sleep 1\ndone\nwork\n", prove.Violated},
		{"who is told to try no more works", "exec 9>/run/a\nuntil flock -n 9; do\n  sleep 1\n  [ -e /run/stop ] && break\ndone\nwork\n", prove.Violated},
		{"who gives up after some tries does not", "exec 9>/run/a\nuntil flock -n 9; do\n  sleep 1\n  [ -e /run/stop ] && exit\ndone\nwork\n", prove.Holds},
		{"got for the message alone", forMessage + "exit 1; }\n" + recheck, prove.Holds},
		{"got for the message and kept", forMessage + "work; exit 1; }\n" + recheck, prove.Violated},
		{"looked at through another descriptor", "exec 9>/run/x\nflock -n 0 <&9 || exit\n" + recheck, prove.Holds},
		{"not looked at", "exec 9>/run/x\nflock -n 0 <&9 || exit\nwork\nrm -f /run/x\n", prove.Violated},
		{"a living owner's number is not empty", "exec 5>/run/guard; flock 5 || exit 1\nread -r old </srv/n || old=\n[ -n \"$old\" ] && kill -0 \"$old\" && exit 1\necho $$ >/srv/n\nflock -u 5\nwork\n", prove.Holds},
		{"nor is what cat gives of it", "exec 5>/run/guard; flock 5 || exit 1\nold=$(cat /srv/n 2>/dev/null)\n[ -n \"$old\" ] && kill -0 \"$old\" && exit 1\necho $$ >/srv/n\nflock -u 5\nwork\n", prove.Holds},
		{"the guard is gone before the number is written", "exec 5>/run/guard; flock 5 || exit 1\nread -r old </srv/n || old=\n[ -n \"$old\" ] && kill -0 \"$old\" && exit 1\nflock -u 5\necho $$ >/srv/n\nwork\n", prove.Violated},
		{"a link says who has it, and is read under a guard", "exec 8>/run/guard; flock 8 || exit 1\n" + linked + "flock -u 8\n" + kept, prove.Holds},
		{"a link says who has it", linked + kept, prove.Violated},
		{"nobody reads who has it", "ln -s $$ /srv/who || exit 1\nwork\nrm /srv/who\n", prove.Violated},
		{"a hard link is made by one", "t=$(mktemp /srv/new.XXXXXX)\nln \"$t\" /srv/who || exit 1\n" + kept, prove.Holds},
		{"a file is moved there by everybody", "t=$(mktemp /srv/new.XXXXXX)\n[ -e /srv/who ] && exit 1\nmv \"$t\" /srv/who\n" + kept, prove.Violated},
		{"the folder goes, and the lock with it", "exec 9>/srv/app/.lock\nflock -n 9 || exit\nrm -rf /srv/app\nwork\n", prove.Violated},
		{"the folder goes, but no dot file in it", "exec 9>/srv/app/.lock\nflock -n 9 || exit\nrm -rf /srv/app/*\nwork\n", prove.Holds},
		{"a home-made lock goes with the folder", "mkdir /srv/app/lock.d || exit\nrm -rf /srv/app\nwork\n", prove.Violated},
		{"who clears it away first", "rm -f /srv/who\n(set -C; echo $$ >/srv/who) || exit 1\n" + kept, prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loaded(t, c.text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 3})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.text, p)
			}
		})
	}
}

const (
	// The same sleep stands for both locks.
	poll = "poll() {\n  while :; do\n    flock -n \"$1\" && return\n    sleep 1\n  done\n}\nexec 8>/run/a 9>/run/b\n"
	// The second try is made for what it prints.
	forMessage = "exec 9>/run/x\nflock -n 9 || { echo \"busy: $(flock -n 9 2>&1 || :)\"; "
	// A link whose owner is asked for, and one that is given up.
	linked  = "ln -s $$ /srv/who || { kill -0 \"$(readlink /srv/who)\" && exit 1; rm -f /srv/who; ln -s $$ /srv/who || exit 1; }\n"
	kept    = "trap 'rm -f /srv/who' EXIT; trap 'exit 1' HUP INT TERM\nwork\n"
	recheck = "[ /run/x -ef /dev/fd/9 ] || exit\nwork\nrm -f /run/x\n"
)
