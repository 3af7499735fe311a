package shellkit

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A mark that something was done is made behind it, a lock before it.
func TestMarks(t *testing.T) {
	const open = "exec 9>/run/app.lock\nflock 9 || exit 1\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"made behind the work", open + "[ -e /run/app.done ] && exit 0\n./work && touch /run/app.done\n", prove.Holds},
		{"made behind the work, in a subshell", "(\n  flock 9 || exit 1\n  if [ -f /run/app.done ]; then exit 0; fi\n  ./work || exit\n  : >/run/app.done\n) 9>/run/app.lock\n", prove.Holds},
		{"made by a function", open + "mark() { date >/run/app.done; }\n[ -e /run/app.done ] || { ./work; mark; }\n", prove.Holds},
		{"made before the work", "[ -e /run/app.busy ] && exit 0\ntouch /run/app.busy\n./work\nrm -f /run/app.busy\n", prove.Violated},
		{"made before the work, and never removed", "[ -e /run/app.lock ] && exit 0\ntouch /run/app.lock\n./work\n", prove.Violated},
		{"no lock at all", "[ -e /run/app.done ] && exit 0\n./work && touch /run/app.done\n", prove.Nothing},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "sh", c.text, c.want) })
	}
}

// What is removed through a variable, or by a text that is kept to be run, is given up.
func TestGivenUpByAnotherName(t *testing.T) {
	const later = "todo=()\nlater() { todo+=(\"$1\"); }\nrun() { local c; for c in \"${todo[@]}\"; do eval \"$c\"; done; }\ntrap run EXIT\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"one of several", "s=\nfor i in 1 2 3; do\n  if mkdir \"/srv/app/slot$i\" 2>/dev/null; then s=/srv/app/slot$i; break; fi\ndone\n[ -n \"$s\" ] || exit 75\ntrap 'rmdir \"$s\"' EXIT\n./work\n", prove.Holds},
		{"one of several, and no signal is caught", "s=\nfor i in 1 2 3; do\n  if mkdir \"/run/lock/slot$i\" 2>/dev/null; then s=/run/lock/slot$i; break; fi\ndone\n[ -n \"$s\" ] || exit 75\n./work\nrmdir \"$s\"\n", prove.Violated},
		{"a text in an array", later + "l=/srv/app/l\nmkdir \"$l\" || exit 1\nlater \"rmdir '$l'\"\n./work\n", prove.Holds},
		{"a text in an array that nobody runs", later[:strings.Index(later, "trap")] + "l=/run/lock/app\nmkdir \"$l\" || exit 1\nlater \"rmdir '$l'\"\n./work\nrun\n", prove.Violated},
		{"a text that only says so", "mkdir /srv/app/d || exit 1\necho \"rmdir /srv/app/d\"\n./work\n", prove.Nothing},
		{"nothing is given up", "mkdir /srv/app/d || exit 1\n./work /srv/app/d\n", prove.Nothing},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
