package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// noclobber is one option in all the ways in which the shells let it be written.
func TestSpellingsOfNoclobber(t *testing.T) {
	const (
		take  = "\necho $$ >/srv/app/busy || exit 1\n"
		clean = "trap 'rm -f /srv/app/busy' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n"
	)
	for shell, options := range map[string][]string{
		"zsh":  {"setopt noclobber", "setopt NO_CLOBBER", "setopt NoClobber", "unsetopt clobber", "unsetopt CLOBBER", "setopt -C", "set -o noclobber", "set +o clobber", "setopt clobber; setopt no_clobber"},
		"yash": {"set -o noclobber", "set +o clobber", "set -C"},
		"bash": {"set -o noclobber", "shopt -so noclobber", "shopt -s -o noclobber", "set -euCo pipefail"},
		"ksh":  {"set -o noclobber", "set -C"},
	} {
		for _, option := range options {
			t.Run(shell+" "+option, func(t *testing.T) { ask(t, shell, option+take+clean, prove.Holds) })
		}
	}
	for _, c := range []struct{ shell, option string }{
		{"zsh", "setopt noclobber; unsetopt noclobber"},
		{"zsh", "setopt noclobber; setopt +C"},
		{"bash", "set -C; shopt -uo noclobber"},
		{"yash", "set -C; set -o clobber"},
	} {
		t.Run(c.shell+" "+c.option, func(t *testing.T) {
			ask(t, c.shell, c.option+"\n[ -e /srv/app/busy ] && exit 1"+take+clean, prove.Violated)
		})
	}
	ask(t, "zsh", "( setopt noclobber; echo $$ ) >/srv/app/busy || exit 1\n"+clean, prove.Violated) // it is opened first
}

// mkfifo and mknod fail where the name is there: a pipe that nobody uses may be a lock.
func TestPipesAsLocks(t *testing.T) {
	const clean = "trap 'rm -f /srv/app/busy' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"mkfifo /srv/app/busy || exit 1\n" + clean, prove.Holds},
		{"mknod -m 600 /srv/app/busy p || exit 1\n" + clean, prove.Holds},
		{"if ! mkfifo -m 600 /srv/app/busy 2>/dev/null; then exit 0; fi\n" + clean, prove.Holds},
		{"until mkfifo /srv/app/busy 2>/dev/null; do sleep 1; done\n" + clean, prove.Holds},
		{"mkfifo /srv/app/busy || exit 1\nwork\nrm /srv/app/busy\n", prove.Violated},
		{"mkfifo /srv/app/busy.lock || echo busy\ntrap 'rm -f /srv/app/busy.lock' EXIT\nwork\n", prove.Violated},
		{"[ -p /srv/app/busy ] && exit 1\nmkfifo /srv/app/busy\n" + clean, prove.Violated},
		{"[ -f /srv/app/busy ] && exit 1\nmkfifo /srv/app/busy || exit 1\n" + clean, prove.Holds}, // what is no file it does not find
		{"mkfifo /srv/app/busy || exit 1\ntrap 'rm -f /srv/app/busy' EXIT\nwork </srv/app/busy &\nmore >/srv/app/busy\n", prove.Nothing},
		{"LOCK=/srv/app/q.lock\nmkfifo $LOCK || exit 1\nexec 3<>$LOCK\nrm -f $LOCK\nwork >&3\n", prove.Nothing},
		{"mkfifo /srv/app/a /srv/app/b || exit 1\ntrap 'rm -f /srv/app/a /srv/app/b' EXIT\nwork\n", prove.Nothing},
		{"[ -p /srv/app/pipe ] || mkfifo /srv/app/pipe\nwhile read -r line </srv/app/pipe; do work $line; done\n", prove.Nothing},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "sh", c.text, c.want) })
	}
}
