package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A folder that a run makes, stays away from and removes is a lock, whatever it is called
// and however it is removed, unless somebody is told where it is: then it may be there to
// keep things in.
func TestVerdictsOfFolders(t *testing.T) {
	const (
		take = "mkdir \"$D\" || exit 1\n"
		tidy = "trap 'rm -rf \"$D\"' EXIT\n"
		name = "D=/srv/stage/seat\n"
	)
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a folder", name + take + tidy + "work\n", prove.Holds},
		{"asked for by its status", name + "mkdir \"$D\"\ncase $? in 0) ;; *) exit ;; esac\n" + tidy + "work\n", prove.Holds},
		{"made by a function that is written above its name", "run() {\n" + take + tidy + "work\n}\n" + name + "run\n", prove.Holds},
		{"removed by the loser too", name + tidy + take + "work\n", prove.Violated},
		{"removed first", name + "rm -rf \"$D\"\n" + take + tidy + "work\n", prove.Violated},
		{"not removed on a signal", name + take + "work\nrm -rf \"$D\"\n", prove.Violated},
		{"for another shell", "sh -c '" + name + "mkdir \"$D\" || exit\ntrap \"rmdir $D\" EXIT\ntrap \"exit 1\" HUP INT TERM\nwork'\n", prove.Holds},
		{"for another shell, with quotes in it", "bash -c '" + name + take + "trap '\\''rm -rf \"$D\"'\\'' EXIT\nwork'\n", prove.Holds},
		{"for another shell, removed by the loser", "bash -s <<'END'\n" + name + tidy + take + "work\nEND\n", prove.Violated},
		{"spoken of", name + "mkdir \"$D\" || { echo \"$D is there\" >&2; exit 1; }\n" + tidy + "work\n", prove.Holds},
		{"left with something in it", name + take + "trap 'rmdir \"$D\"' EXIT\necho $$ >\"$D/pid\"\nwork\n", prove.Violated},
		{"left with a folder in it", name + take + "trap 'rmdir \"$D\"' EXIT\nmkdir \"$D/sub\"\nwork\n", prove.Unknown},
		{"emptied again", name + take + "trap 'rm \"$D/pid\"; rmdir \"$D\"' EXIT\necho $$ >\"$D/pid\"\nwork\n", prove.Holds},
		{"emptied by a pattern", name + take + "trap 'rm \"$D\"/*; rmdir \"$D\"' EXIT\necho $$ >\"$D/pid\"\nwork\n", prove.Holds},
		{"that is a file", "L=/run/job.lock\nset -C\necho $$ 2>/dev/null >\"$L\" || exit\ntrap 'rmdir \"$L\"' EXIT\nwork\n", prove.Violated},
		{"made here and removed elsewhere", "mkdir x.lock || exit\ntrap 'rmdir x.lock' EXIT\ncd /srv/app\nwork\n", prove.Violated},
		{"made where the shell has gone", "cd /srv/app || exit\nmkdir x.lock || exit\ntrap 'rmdir x.lock' EXIT\nwork\n", prove.Holds},
		{"made while a child goes elsewhere", "mkdir x.lock || exit\ntrap 'rmdir x.lock' EXIT\n( cd /srv/app && work )\n", prove.Holds},
		{"made, left and come back to", "cd /srv/app\nmkdir x.lock || exit\ntrap 'cd /srv/app; rmdir x.lock' EXIT\ncd /srv/data\nwork\n", prove.Holds},
		{"by a path from the root, and the shell goes elsewhere", name + take + tidy + "cd /srv/app\nwork\n", prove.Holds},
		{"made where it is missing under set -e", "set -e\nif [ ! -d /run/lock ]; then\nmkdir /run/lock\nchown root /run/lock\nfi\n", prove.Nothing},
		{"made where it is missing by a function", "set -e\nfolder() { [ -d \"/srv/$1\" ] || { mkdir \"/srv/$1\"; chmod 1777 \"/srv/$1\"; }; }\nfolder lock\nfolder mail\nwork\n", prove.Nothing},
		{"made where it is missing, and filled", "set -e\nif test ! -d /srv/app.lock; then mkdir /srv/app.lock; initdb; fi\necho fine\n", prove.Nothing},
		{"made where it is missing, or else it exits", "set -e\n[ -d /srv/app.lock ] && exit 1\nmkdir /srv/app.lock\nwork\n", prove.Violated},
		{"worked in", name + take + "cd \"$D\"\nwork\ncd /\nrm -rf \"$D\"\n", prove.Nothing},
		{"given to a program", name + take + "work --dir=\"$D\"\nrm -rf \"$D\"\n", prove.Unknown},
		{"given by way of a variable", name + take + "O=\"--dir=$D\"\nwork $O\nrm -rf \"$D\"\n", prove.Unknown},
		{"in the environment", "export " + name + take + "work\nrm -rf \"$D\"\n", prove.Unknown},
		{"written into", name + take + "for f in a b; do echo $f >\"$D/$f\"; done\nwork\nrm -rf \"$D\"\n", prove.Unknown},
		{"named to somebody who reads", name + take + "cat >conf <<END\ndir=$D\nEND\nwork conf\nrm -rf \"$D\"\n", prove.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
