package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// What is asked like a claim, kept for the work and given up is meant as a lock, also where
// the command succeeds when the name is there: then it excludes nobody.
func TestLocksInAWrongForm(t *testing.T) {
	const (
		own    = "t=$(mktemp -d /srv/q.XXXXXX) || exit 1\n"
		single = "t=$(mktemp /srv/q.XXXXXX) || exit 1\n"
		remove = "trap 'rm -rf /run/lock/q' EXIT\nwork\n"
	)
	for _, c := range []struct{ name, text string }{
		{"noclobber does not stop an append", "if ! ( set -C; echo $$ >>/run/q.pid ) 2>/dev/null; then exit 1; fi\ntrap 'rm -f /run/q.pid' EXIT\nwork\n"},
		{"an append, noclobber for all", "set -o noclobber\necho $$ >>/run/q.pid || exit 1\ntrap 'rm -f /run/q.pid' EXIT\nwork\n"},
		{"mv into the folder that is there", own + "echo $$ >\"$t/pid\"\nif ! mv \"$t\" /run/lock/q 2>/dev/null; then rm -rf \"$t\"; exit 1; fi\n" + remove},
		{"mv -T over the empty folder", own + "mv -T \"$t\" /run/lock/q 2>/dev/null || { rmdir \"$t\"; exit 1; }\n" + remove},
		{"mv over the file", single + "mv \"$t\" /run/lock/q || { rm \"$t\"; exit 1; }\n" + remove},
		{"cp over the file", single + "echo $$ >\"$t\"\nif cp \"$t\" /run/lock/q; then\n" + remove + "fi\n"},
		{"touch", "touch /run/lock/q || exit 1\n" + remove},
		{"a link to a folder", "src=/srv/docs\nln -s \"$src\" /run/lock/q || exit 1\ntrap 'rm -f /run/lock/q' EXIT\nmake -C \"$src\" html\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			broken(t, "bash", c.text, prove.Exclusion)
			ask(t, "bash", c.text, prove.Violated)
		})
	}
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"mv -T of a folder with something in it", own + "echo $$ >\"$t/pid\"\nmv -T \"$t\" /run/lock/q 2>/dev/null || { rm -rf \"$t\"; exit 1; }\n" + remove, prove.Holds},
		{"a link to what may be a folder", "ln -s /srv/docs /run/lock/q || exit 1\n" + remove, prove.Unknown},
		{"a link that follows no other", "ln -sn /srv/docs /run/lock/q || exit 1\n" + remove, prove.Holds},
		{"a link to what is nothing", "ln -s $$ /run/lock/q || exit 1\n" + remove, prove.Holds},
		{"a file that is made and used", single + "generate >\"$t\"\nmv \"$t\" /run/q.conf || exit 1\ntrap 'rm -f /run/q.conf' EXIT\nserve --config /run/q.conf\n", prove.Nothing},
		{"a file that is written anew and stays", single + "generate >\"$t\"\nmv \"$t\" /run/q.pid || exit 1\nwork\n", prove.Nothing},
		{"a log that can be written", "touch /var/log/q.log || exit 1\nwork >>/var/log/q.log\nrm -f /var/log/q.log\n", prove.Nothing},
		{"a file that is locked then", "touch /run/lock/q || exit 1\nexec 9>/run/lock/q\nflock -n 9 || exit 1\nwork\n", prove.Holds},
		{"a file for the number of a program", "touch /run/q.pid || exit 1\ntrap 'rm -f /run/q.pid' EXIT\nserve --pidfile /run/q.pid\n", prove.Nothing},
		{"a file that is called like a lock, made and used", single + "generate >\"$t\"\nmv \"$t\" /run/lock/q.conf || exit 1\ntrap 'rm -f /run/lock/q.conf' EXIT\nserve --config /run/lock/q.conf\n", prove.Nothing},
		{"a mark that need not be there", "touch /run/lock/q || echo 'no mark' >&2\n" + remove, prove.Nothing},
		{"a mark that it was done", "work\ntouch /run/lock/q || exit 1\n", prove.Nothing},
		{"an append where nothing is claimed", "set -C\necho start >>/srv/job.log || exit 1\nwork\nrm -f /srv/job.log\n", prove.Nothing},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}

// With a blank in front of the redirect the shell looks for a program called {fd} and ends,
// whoever asks; zsh makes nothing of the blank.
func TestBlankBehindBraces(t *testing.T) {
	const text = "exec {fd} >/run/lock/q\nflock -n \"$fd\" || exit 1\nwork\n"
	for _, shell := range []string{"bash", "dash", "ksh"} {
		broken(t, shell, text, prove.Entry)
		ask(t, shell, text, prove.Violated)
	}
	ask(t, "zsh", text, prove.Unknown)
	ask(t, "bash", "exec 9>/run/lock/q\nflock -n 9 || exit 1\nwork\nexec {log} >/var/log/q\necho >&$log\n", prove.Holds)
}
