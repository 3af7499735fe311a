package inclusion

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/rehearse"
	"github.com/lockkit/lockkit/shellkit/source"
)

const (
	descriptor = `exec 9>/run/x.lock
flock -n 9 || exit 75
./work
flock -u 9
`
	folder = `mkdir /run/x.d || exit 75
trap 'rmdir /run/x.d' EXIT
trap 'exit 1' TERM
./work
`
	symbol = `lock=$1/$2.lock
exec 9>"$lock"
flock -n 9 || exit 75
./work
rm -f "$lock"
`
	file = `( flock -s 9 || exit 75
./work
) 9>/run/x.lock
`
	eval    = "exec 9>/run/x.lock\neval \"$1\"\nflock -n 9 || exit 75\n./work\n"
	child   = "exec 9>/run/x.lock\nflock 9 || exit 75\n./job &\n./work\nwait\nrm -f /run/x.lock\n"
	locker  = "lockfile-create -r 0 /run/x || exit 75\n./work\nlockfile-remove /run/x\n"
	goesOn  = "if lockfile -! -r 0 /run/x.lock; then exit 75; fi\n./work\nrm -f /run/x.lock\n"
	inChild = "( lockfile-create -r 0 /run/x && ./work; lockfile-remove /run/x ) &\nwait\n./work\n"
	asks    = "command -v lockfile-create >/dev/null || exit 69\n" + locker
	filter  = "exec 9>/run/x.lock\nflock -n 9 || exit 75\ngawk 1 /etc/x | ./work\n"
	byFile  = "flock /run/x.lock ./work\n./work\n"
	waits   = "lockfile /run/x.lock || exit 75\n./work\nrm -f /run/x.lock\n"
	timed   = "exec 9>/run/x.lock\nflock -w 5 9 || exit 75\n./work\n"
	looks   = "[ -e /run/x.lock ] && exit 75\ntouch /run/x.lock\n./work\nrm -f /run/x.lock\n"
	shred   = "exec 9>/run/x.lock\nflock 9 || exit 75\nshred -u /run/x.lock\n"
	anew    = "exec 9>/run/x.lock\nflock 9 || exit 75\ninstall -m 644 /dev/null /run/x.lock\n./work\n"
	linked  = "exec 9>/run/x.lock\nflock 9 || exit 75\nln -f /run/y /run/x.lock\n./work\n"
	pipe    = "exec 9>/run/x.lock\nflock 9 2>&1 | logger\n./work\n"
	moved   = "exec 9>>/srv/app/lock\nflock 9 || exit 75\nmv /srv/app /srv/old\nflock -u 9\n"
	byJob   = "exec 9>/run/x.lock\n{ flock 9; } &\n./work\nexec 9>&-\n./more\n"
	given   = "exec 9>/run/${1:-x}.lock\nflock 9 || exit 75\n./work\nrm /run/${1:-x}.lock\n"
	daemon  = "(\nflock 9 || exit 75\nsetsid --fork ./work\n) 9>/run/x.lock\n./more\n"
	plain   = "./work\n"
	frees   = "exec 9>/run/x.lock\nflock -n 9 || exit 75\ntrap 'flock -u 9' TERM\n./work\n./more\n"
	trapped = "( flock -n 9 || exit 75\ntrap : TERM\n./work\n./more\n) 9>/run/x.lock\n./work\n"
	keeps   = "exec 9>/run/x.lock\nflock -n 9 || exit 75\ntrap : TERM\n./work\n./more\n"
)

// Each log is a step a line: task, what it does, a name, what comes of it.
var runs = []struct {
	name, script, log string
	first             string // the first step outside; "" where there is none
	unknown           bool
}{
	{name: "gets it", script: descriptor, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n3 unlock /run/x.lock\n0 end"},
	{name: "is turned away", script: descriptor, log: "0 truncate /run/x.lock\n1 trylock /run/x.lock -11\n0 end"},
	{name: "cannot open it", script: descriptor, log: "0 open /run/x.lock -13\n1 trylock -9\n0 end"},
	{name: "is killed in the middle", script: descriptor, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n0 killed 9"},
	{name: "waits for it", script: descriptor, log: "0 create /run/x.lock\n1 lock /run/x.lock", first: "lock /run/x.lock"},
	{name: "another file", script: descriptor, log: "0 create /run/x.lock\n1 trylock /run/y.lock", first: "lock /run/y.lock"},
	{name: "together with others", script: descriptor, log: "0 create /run/x.lock\n1 sharelock /run/x.lock", first: "lock /run/x.lock"},
	{name: "works first", script: descriptor, log: "0 create /run/x.lock\n2 work under", first: "work "},
	{name: "works without it", script: descriptor, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under", first: "work "},
	{name: "works though turned away", script: descriptor, log: "0 create /run/x.lock\n1 trylock /run/x.lock -11\n2 work under", first: "work "},
	{name: "works under more", script: descriptor, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock /run/y.lock", first: "work "},
	{name: "removes it", script: descriptor, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n3 unlink /run/x.lock", first: "unlink /run/x.lock"},
	{name: "removes something else", script: descriptor, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n3 unlink /run/y\n3 unlock /run/x.lock\n0 end"},
	{name: "does not give it up", script: descriptor, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n0 end", first: "end "},

	{name: "a folder", script: folder, log: "1 mkdir /run/x.d\n2 work under\n3 rmdir /run/x.d\n0 end"},
	{name: "a folder that is there", script: folder, log: "1 mkdir /run/x.d -17\n0 end"},
	{name: "a folder that stays", script: folder, log: "1 mkdir /run/x.d\n2 work under\n0 end", first: "end "},
	{name: "a folder, and a signal", script: folder, log: "1 mkdir /run/x.d\n2 work under\n0 signal 15\n2 killed 15\n3 rmdir /run/x.d\n0 end"},
	{name: "a signal gives it up, and the work goes on", script: frees, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n0 signal 15\n2 killed 15\n3 unlock /run/x.lock\n4 work under\n0 end"},
	{name: "without a signal nothing gives it up", script: frees, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n4 work under", first: "work "},
	{name: "a signal that gives nothing up", script: keeps, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n0 signal 15\n2 killed 15\n4 work under", first: "work "},
	{name: "a folder that is removed twice", script: folder, log: "1 mkdir /run/x.d\n2 work under\n3 rmdir /run/x.d\n4 rmdir /run/x.d -2", first: "rmdir /run/x.d"},
	{name: "a folder that cannot be removed, with something in it", script: "mkdir /run/x.d || exit 75\n: >/run/x.d/pid\n./work\nrmdir /run/x.d\n", log: "1 mkdir /run/x.d\n0 create /run/x.d/pid\n2 work under\n3 rmdir /run/x.d -39\n0 end"},
	{name: "a folder that is removed, with nothing in it", script: "mkdir /run/x.d || exit 75\n: >/run/x.d/pid\n./work\nrmdir /run/x.d\n", log: "1 mkdir /run/x.d\n0 create /run/x.d/pid\n2 work under\n3 rmdir /run/x.d", first: "rmdir /run/x.d"},
	{name: "becomes a program without the lock", script: "exec 9>/run/x.lock\nflock -n 9 || exit 75\nexec ./more 9>&-\n", log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 more under\n0 end"},
	{name: "becomes a program with the lock", script: "exec 9>/run/x.lock\nflock -n 9 || exit 75\nexec ./more\n", log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 more under", first: "work "},
	{name: "was killed, and what it ran goes on", script: "exec 9>/run/x.lock\nflock -n 9 || exit 75\n./work\n", log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n0 killed 9\n3 work under"},
	{name: "was not killed, and goes on", script: "exec 9>/run/x.lock\nflock -n 9 || exit 75\n./work\n", log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n3 work under", first: "work "},
	{name: "a child that the script waits for has a trap, and the script ends", script: trapped, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n0 signal 15\n0 end\n3 more under /run/x.lock"},
	{name: "the script ends without a signal", script: trapped, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n0 end\n3 more under /run/x.lock", first: "work "},
	{name: "a signal that nobody sent", script: folder, log: "1 mkdir /run/x.d\n2 rmdir /run/x.d\n3 work under", first: "work "},

	{name: "a name from outside", script: symbol, log: "0 create /srv/a/b.lock\n1 trylock /srv/a/b.lock\n2 work under /srv/a/b.lock\n3 unlink /srv/a/b.lock\n0 end"},
	{name: "a name that changes", script: symbol, log: "0 create /srv/a/b.lock\n1 trylock /srv/a/c.lock", first: "lock /srv/a/c.lock"},
	{name: "a name of another shape", script: symbol, log: "0 create /srv/a/b\n1 trylock /srv/a/b", first: "lock /srv/a/b"},
	{name: "a name that is removed too early", script: symbol, log: "0 create /srv/a/b.lock\n1 unlink /srv/a/b.lock\n1 trylock /srv/a/b.lock", first: "lock /srv/a/b.lock"},

	{name: "shared", script: file, log: "1 create /run/x.lock\n2 sharelock /run/x.lock\n3 work under /run/x.lock\n1 end\n0 end"},
	{name: "not shared", script: file, log: "1 create /run/x.lock\n2 lock /run/x.lock", first: "lock /run/x.lock"},

	{name: "not understood", script: eval, log: "0 create /run/x.lock\n1 unlink /run/x.lock\n0 end", unknown: true},
	{name: "nothing not understood was needed", script: eval, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n2 work under /run/x.lock\n0 end"},

	{name: "a child", script: child, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 work under /run/x.lock\n3 work under /run/x.lock\n4 unlink /run/x.lock\n0 end"},
	{name: "a child that still works", script: child, log: "0 create /run/x.lock\n1 lock /run/x.lock\n3 work under /run/x.lock\n4 unlink /run/x.lock\n2 work under /run/x.lock", first: "work "},

	{name: "a program that locks", script: locker, log: "1 create /run/x.lock\n2 work under\n3 unlink /run/x.lock\n0 end"},
	{name: "a program that locks fails and shows nothing", script: locker, log: "0 end", first: "end "},
	{name: "a program that locks is not here", script: locker, log: "0 lacks lockfile-create\n0 end", unknown: true},
	{name: "it is not here, and the script goes on", script: goesOn, log: "0 lacks lockfile\n2 work under\n3 unlink /run/x.lock\n0 end", unknown: true},
	{name: "it is not here in a child", script: inChild, log: "0 lacks lockfile-create\n2 work under\n0 end", unknown: true},
	{name: "what was asked for is not here", script: asks, log: "0 lacks lockfile-create\n0 end"},
	{name: "another tool is not here", script: locker, log: "0 lacks gawk\n2 work under\n0 end", first: "work "},
	{name: "a tool that is no lock's is not here", script: filter, log: "0 create /run/x.lock\n1 trylock /run/x.lock\n0 lacks gawk\n2 work under /run/x.lock\n0 end"},
	{name: "what gives a lock up is not here", script: locker, log: "1 create /run/x.lock\n2 work under\n0 lacks lockfile-remove\n0 end", unknown: true},
	{name: "flock is not here", script: descriptor, log: "0 create /run/x.lock\n0 lacks flock\n0 end", unknown: true},
	{name: "flock is not here for a command", script: byFile, log: "0 lacks flock\n2 work under\n0 end", unknown: true},
	{name: "a program that tries again", script: locker, log: "1 link /run/.lk /run/x.lock -17\n1 link /run/.lk /run/x.lock\n2 work under\n3 unlink /run/x.lock\n0 end"},
	{name: "a program that tries again in vain", script: locker, log: "1 link /run/.lk /run/x.lock -17\n1 link /run/.lk /run/x.lock -17\n0 end"},
	{name: "a program that takes a stale lock over", script: locker, log: "1 link /run/.lk /run/x.lock -17\n1 unlink /run/x.lock\n1 link /run/.lk /run/x.lock\n2 work under\n3 unlink /run/x.lock\n0 end"},
	{name: "a program that waits", script: waits, log: "1 create /run/1.x\n1 link /run/1.x /run/x.lock -17\n1 link /run/1.x /run/x.lock\n2 work under\n3 unlink /run/x.lock\n0 end"},
	{name: "a program that waits, and works without it", script: waits, log: "1 link /run/1.x /run/x.lock -17\n2 work under", first: "work "},
	{name: "a folder for which nobody tries again", script: folder, log: "1 mkdir /run/x.d -17\n1 mkdir /run/x.d\n2 work under", first: "work "},
	{name: "a program that locks something else", script: locker, log: "1 create /run/y.lock\n2 work under", first: "work "},

	{name: "a file that was moved twice", script: moved, log: "0 create /srv/app/lock\n1 lock /srv/app/lock\n2 rename /srv/app /srv/a\n2 rename /srv/a /srv/old\n3 unlock /srv/old/lock\n0 end"},
	{name: "a file that was moved", script: moved, log: "0 create /srv/app/lock\n1 lock /srv/app/lock\n2 rename /srv/app /srv/old\n3 unlock /srv/old/lock\n0 end"},

	{name: "asks again until the time is over", script: timed, log: "0 create /run/x.lock\n1 trylock /run/x.lock -11\n1 trylock /run/x.lock -11\n0 end"},
	{name: "a wait that a signal ends", script: timed, log: "0 create /run/x.lock\n1 lock /run/x.lock -4\n0 end"},
	{name: "looks first", script: looks, log: "0 stat /run/x.lock -2\n1 create /run/x.lock\n2 work under\n3 unlink /run/x.lock\n0 end"},
	{name: "does not look", script: looks, log: "1 create /run/x.lock\n0 stat /run/x.lock\n2 work under", first: "create /run/x.lock"},
	{name: "nobody sees the looks", script: looks, log: "1 create /run/x.lock\n2 work under\n3 unlink /run/x.lock\n0 end"},
	{name: "a stand-in for what removes it", script: shred, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 shred under /run/x.lock\n0 end"},
	{name: "another stand-in", script: shred, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 work under\n0 end", first: "work "},
	{name: "what only prints comes at any time", script: pipe, log: "0 create /run/x.lock\n2 logger under\n1 lock /run/x.lock\n3 work under /run/x.lock\n0 end"},

	{name: "a name that nobody gives", script: given, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 work under /run/x.lock\n3 unlink /run/x.lock\n0 end"},
	{name: "a name that is given", script: given, log: "0 create /run/a.lock\n1 lock /run/a.lock\n2 work under /run/a.lock\n3 unlink /run/a.lock\n0 end"},
	{name: "a name that is given and changes", script: given, log: "0 create /run/a.lock\n1 lock /run/b.lock", first: "lock /run/b.lock"},
	{name: "a name that is given, of another shape", script: given, log: "0 create /run/a\n1 lock /run/a", first: "lock /run/a"},
	{name: "a program that goes on", script: daemon, log: "1 create /run/x.lock\n2 lock /run/x.lock\n1 end\n4 more under\n3 work under /run/x.lock\n0 end"},
	{name: "a program that goes on, before it was started", script: daemon, log: "1 create /run/x.lock\n3 work under", first: "work "},
	{name: "a file that is made anew", script: anew, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 unlink /run/x.lock\n2 excl /run/x.lock\n3 work under /run/x.lock\n0 end"},
	{name: "a file that is made anew where none is", script: anew, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 excl /run/x.lock\n3 work under /run/x.lock\n0 end"},
	{name: "a file that is only removed", script: anew, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 rmdir /run/x.lock", first: "rmdir /run/x.lock"},
	{name: "another file that is removed", script: linked, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 unlink /run/x.lock", first: "unlink /run/x.lock"},
	{name: "a link that takes the name", script: linked, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 link /run/y /run/x.lock -17\n2 link /run/y /run/CuXXXX\n2 rename /run/CuXXXX /run/x.lock\n3 work under /run/x.lock\n0 end"},
	{name: "a link that takes a name which is free", script: linked, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 link /run/y /run/x.lock\n3 work under /run/x.lock\n0 end"},
	{name: "a link of another name", script: linked, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 link /run/x.lock /run/y", first: "link /run/x.lock"},
	{name: "a job that locks for its shell", script: byJob, log: "0 create /run/x.lock\n1 lock /run/x.lock\n2 work under /run/x.lock\n3 more under\n0 end"},
	{name: "a job that locks while its shell is at work", script: byJob, log: "0 create /run/x.lock\n2 work under\n1 lock /run/x.lock\n3 more under\n0 end"},
	{name: "a job that waits when its shell has ended", script: byJob, log: "0 create /run/x.lock\n2 work under\n3 more under\n0 end\n1 lock /run/x.lock"},
	{name: "a job that never comes to it", script: byJob, log: "0 create /run/x.lock\n2 work under\n3 more under\n0 end"},
	{name: "a job that locks before the shell has opened it", script: byJob, log: "1 lock /run/x.lock", first: "lock /run/x.lock"},
	{name: "a job that locks twice", script: byJob, log: "0 create /run/x.lock\n1 lock /run/x.lock\n4 lock /run/x.lock", first: "lock /run/x.lock"},

	{name: "no lock", script: plain, log: "1 work under\n0 end"},
	{name: "a lock where none was found", script: plain, log: "1 trylock /run/x.lock\n0 end", first: "lock /run/x.lock"},
}

func TestRuns(t *testing.T) {
	for _, r := range runs {
		t.Run(r.name, func(t *testing.T) {
			c := New(protocolOf(t, r.script))
			c.Schedule("this", readLog(t, r.log))
			got, first := c.Report(), ""
			for _, o := range got.Outside {
				first = o.Deed.Op + " " + o.Deed.Name
				if o.Why == "" || o.Kind == "" || o.Schedule != "this" {
					t.Errorf("%+v", o)
				}
			}
			if first != r.first || got.Runs != 1 || got.Inside != count(r.first == "" && !r.unknown) || got.Unknown != count(r.unknown) {
				t.Errorf("outside at %q, right is %q; %+v\n%s", first, r.first, got, c.p)
			}
		})
	}
}

// Who is unknown is so for a reason, and the reasons are counted.
func TestUnclear(t *testing.T) {
	c := New(protocolOf(t, "exec 9>/run/y.lock\neval \"$1\"\nflock 9 || exit 75\n"+locker))
	const begins = "0 create /run/y.lock\n"
	for _, log := range []string{"1 unlink /run/y.lock", "3 unlock /run/y.lock", "1 lock /run/y.lock\n0 lacks lockfile-create\n0 end", "1 lock /run/y.lock\n0 lacks lockfile-create\n1 work under /run/y.lock"} {
		log = begins + log
		c.Schedule("this", readLog(t, log))
	}
	want := []Unclear{{notUnderstood, 2}, {"lockfile-create is not here", 2}}
	if got := c.Report(); !slices.Equal(got.Unclear, want) || got.Unknown != 4 || got.Inside != 0 {
		t.Errorf("%+v", got)
	}
}

// What stands before a redirect is a word to shells that take one digit: what they make of
// it is not in the protocol, and what was done before that is.
func TestDigits(t *testing.T) {
	const exec = "exec 10>/run/x.lock\nflock -n 10 || exit 75\n./work\n"
	tests := []struct {
		name, script, log string
		dialect           source.Dialect
		unknown           bool
	}{
		{"exec runs a program", exec, "0 create /run/x.lock\n0 work under\n0 end", source.Dash, true},
		{"which is not there", exec, "0 create /run/x.lock\n0 end", source.Mksh, true},
		{"a mistake in the grammar", "( flock -n 200 || exit 75; ./work ) 200>/run/x.lock\n", "0 end", source.Zsh, true},
		{"a word behind a group", "{ flock -n 11 || exit; ./work; } 11>>/run/x.lock\n", "0 end", source.Ksh, true},
		{"no word", exec, "0 create /run/x.lock\n0 work under\n0 end", source.Yash, false},
		{"another lock before it", "exec 9>/run/y.lock\nflock 9 || exit 75\n" + exec, "0 create /run/y.lock\n2 work under\n0 end", source.Dash, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := source.New("script", []byte(tt.script))
			if err != nil {
				t.Fatal(err)
			}
			p, err := extract.Script(f, tt.dialect, extract.Options{})
			if err != nil {
				t.Fatal(err)
			}
			c := New(p)
			c.Schedule("this", readLog(t, tt.log))
			if got := c.Report(); got.Unknown != count(tt.unknown) || len(got.Outside) != count(!tt.unknown) {
				t.Errorf("%+v\n%s", got, p)
			}
		})
	}
}

// TestEachStepIsNeeded takes one operation after the other out of a protocol: a run
// that does it is outside then.
func TestEachStepIsNeeded(t *testing.T) {
	taken := 0
	for _, r := range runs {
		if r.first != "" || r.unknown {
			continue
		}
		whole := protocolOf(t, r.script)
		if len(whole.Unknowns) > 0 {
			continue // it may be what was not understood
		}
		log := readLog(t, r.log)
		for i := range whole.Nodes {
			switch n := whole.Nodes[i]; {
			case n.Op == protocol.Open && slices.ContainsFunc(log, func(d rehearse.Deed) bool { return d.Opens() }):
			case n.Op == protocol.Flock && n.Mode.Has(protocol.Unlock) && slices.ContainsFunc(log, func(d rehearse.Deed) bool { return d.Op == "unlock" }):
			case n.Op == protocol.Flock && !n.Mode.Has(protocol.Unlock) && slices.ContainsFunc(log, func(d rehearse.Deed) bool { return d.Op == "lock" && !d.BrokenOff() }):
			case n.Op == protocol.Claim && slices.ContainsFunc(log, func(d rehearse.Deed) bool { return d.Makes() }):
			default:
				continue
			}
			p := protocolOf(t, r.script)
			n := protocol.NewNode(protocol.Work)
			n.Mode, n.Next, n.Handlers = protocol.Quiet, p.Nodes[i].Next, p.Nodes[i].Handlers
			p.Nodes[i] = n
			c := New(p)
			c.Schedule("this", log)
			taken++
			if len(c.Report().Outside) == 0 {
				t.Errorf("%s: without n%d, %s, the run is inside all the same\n%s", r.name, i, whole.Nodes[i].Op, p)
			}
		}
	}
	if taken < 15 {
		t.Errorf("only %d operations were taken out", taken)
	}
}

func protocolOf(t *testing.T, text string) *protocol.Protocol {
	t.Helper()
	f, err := source.New("script", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := extract.Script(f, source.Bash, extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func readLog(t *testing.T, text string) []rehearse.Deed {
	t.Helper()
	var log []rehearse.Deed
	for line := range strings.Lines(text) {
		w := strings.Fields(line)
		d := rehearse.Deed{Op: w[1]}
		d.Task, _ = strconv.Atoi(w[0])
		if d.Task > 0 {
			d.Words = fmt.Sprintf("tool %d", d.Task)
		}
		rest := w[2:]
		if len(rest) > 0 {
			if n, err := strconv.Atoi(rest[len(rest)-1]); err == nil {
				d.Result, rest = int64(n), rest[:len(rest)-1]
			}
		}
		switch d.Op {
		case "create", "truncate", "open":
			d.Flags, d.Words = 0x241, ""
		case "excl":
			d.Flags, d.Op = 0x2c1, "create"
		case "lock", "trylock", "sharelock":
			d.Flags = map[string]uint64{"lock": 2, "trylock": 6, "sharelock": 1}[d.Op]
			d.Op = "lock"
		case "lacks":
			d.Words, rest = rest[0], nil
		case "shred", "logger", "more", "in-place":
			d.Words, d.Op = d.Op, "work"
			fallthrough
		case "work":
			for _, l := range rest[1:] {
				d.Under = append(d.Under, rehearse.Lock{Name: l})
			}
			rest = nil
		}
		if len(rest) > 0 {
			d.Name = rest[0]
		}
		if len(rest) > 1 {
			d.Name2 = rest[1]
		}
		log = append(log, d)
	}
	return log
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ksh93 becomes its last program, and what exec has opened is closed for that: it works
// without the lock.
func TestLastProgramOfKsh(t *testing.T) {
	const text = "exec 9>/run/x.lock\nflock 9 9<&9 || exit 75\n./more\n./in-place\n"
	for log, inside := range map[string]bool{
		"0 create /run/x.lock\n1 lock /run/x.lock\n2 more under /run/x.lock\n0 in-place under\n0 end": true,
		"0 create /run/x.lock\n1 lock /run/x.lock\n2 more under\n0 in-place under\n0 end":             false,
	} {
		f, err := source.New("script", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		p, err := extract.Script(f, source.Ksh, extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		c := New(p)
		c.Schedule("this", readLog(t, log))
		if got := c.Report(); got.Inside != count(inside) || len(got.Outside) != count(!inside) {
			t.Errorf("%s: %+v\n%s", log, got, p)
		}
	}
}
