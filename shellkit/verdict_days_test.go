package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// The day is the same to all who run on it, and a second hardly ever: a day that stands in
// a file is nobody's number, and one in the name of a lock makes no lock of one's own.
func TestDays(t *testing.T) {
	const stamped, held = "S=/srv/app/last\nD=$(date +%F)\n", "mkdir /srv/app/run.lock || exit 0\ntrap 'rmdir /srv/app/run.lock' EXIT\n"
	const asks = "[ \"$(cat $S)\" = \"$D\" ] && exit 0\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
		of         prove.Property
	}{
		{"asked before the lock", stamped + asks + held + "./work\necho $D >$S\n", prove.Holds, ""},
		{"asked before and under it", stamped + "[ -f $S ] && " + asks + held + "[ -f $S ] && " + asks + "./work\necho $D >$S\n", prove.Holds, ""},
		{"an hour, in parts", "S=/srv/app/last\nD=\"$(date -u '+%Y-%m-%d')_$(date +%H)\"\n" + asks + held + "./work\necho $D >$S\n", prove.Holds, ""},
		{"a lock for each day", "L=/srv/app/$(date +%F).lock\nmkdir $L || exit 1\n./work\nrmdir $L\n", prove.Violated, prove.Stale},
		{"a lock for each day that nobody asks for", "L=/srv/app/$(date -I).lock\nmkdir $L\ntrap 'rmdir $L' EXIT\n./work\n", prove.Violated, prove.Exclusion},
	} {
		t.Run(c.name, func(t *testing.T) { askFor(t, "bash", c.text, c.want, c.of) })
	}
}

// What rsync spares is not known where that stands in a file, however the option is written.
func TestSparedByAFile(t *testing.T) {
	const lock = "exec 9>/srv/www/sync.lock\nflock 9 || exit 1\n./work\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
		of         prove.Property
	}{
		{"--exclude-from=FILE", "rsync -a --delete --exclude-from=/etc/x /usr/src/x/ /srv/www/\n", prove.Unknown, ""},
		{"--exclude-from FILE", "rsync -a --delete --exclude-from /etc/x /usr/src/x/ /srv/www/\n", prove.Unknown, ""},
		{"-F", "rsync -a -F --delete /usr/src/x/ /srv/www/\n", prove.Unknown, ""},
		{"--exclude of another name", "rsync -a --delete --exclude=/data /usr/src/x/ /srv/www/\n", prove.Violated, prove.Exclusion},
		{"--exclude of its name", "rsync -a --delete --exclude='*.lock' /usr/src/x/ /srv/www/\n", prove.Holds, ""},
	} {
		t.Run(c.name, func(t *testing.T) { askFor(t, "bash", lock+c.text, c.want, c.of) })
	}
}

// Who refuses what is no file, before each of two writes under another lock, keeps off
// nobody: the first write takes nothing over from the second.
func TestRefusesBeforeEachWrite(t *testing.T) {
	const note = "note() {\nr=$(jq -cn x)\n[[ ! -e $a || -f $a && ! -L $a ]] || exit 1\n(\nflock -x 9\necho $r >>$a\n) 9>$a.lock\n}\n"
	const job = "job() {\nif [[ $much == true ]]; then note; fi\nif r=$(./work); then s=0; fi\nif ((s != 0)); then\nif [[ $much == true ]]; then note; fi\nfi\n}\n"
	askFor(t, "bash", "set -euo pipefail\na=/run/app/list\n"+note+job, prove.Holds, "")
}
