package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// proved is what prove says of scripts that are given together.
func proved(t *testing.T, opt prove.Options, texts ...string) prove.Result {
	t.Helper()
	var scripts []*Script
	for i, text := range texts {
		f, err := source.New(string(rune('a'+i))+".sh", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		s, err := Load(f, source.Other, nil)
		if err != nil {
			t.Fatal(err)
		}
		scripts = append(scripts, s)
	}
	if err := Meet(scripts...); err != nil {
		t.Fatal(err)
	}
	var protocols []*protocol.Protocol
	for _, s := range scripts {
		protocols = append(protocols, s.Protocol)
	}
	return prove.Explore(protocols, opt)
}

// A script that takes no lock can take another one's away. Each that does stands beside
// one that does not.
func TestScriptsWithoutALockOfTheirOwn(t *testing.T) {
	const flock = "#!/bin/bash\nexec 9>/srv/app/job.lock\nflock -n 9 || exit\n./work\n"
	const folder = "#!/bin/sh\nmkdir /run/app.d || exit\ntrap 'rmdir /run/app.d' EXIT\ntrap 'exit 1' HUP INT TERM\n./work\n"
	for _, c := range []struct{ name, lock, violated, holds string }{
		{"removed", flock, "rm -f /srv/app/job.lock\n", "rm -f /srv/app/job.log\n"},
		{"removed in a function, by a variable", flock, "L=/srv/app/job.lock\nclean() { rm -f \"$L\"; }\nif [ \"$1\" = all ]; then clean; fi\n", "L=/srv/app/job.log\nclean() { rm -f \"$L\"; }\nif [ \"$1\" = all ]; then clean; fi\n"},
		{"moved away", flock, "mv /srv/app/job.lock /srv/app/old\n", "mv /srv/app/job.log /srv/app/old\n"},
		{"replaced", flock, "echo x >/srv/app/new\nmv /srv/app/new /srv/app/job.lock\n", "echo x >/srv/app/job.lock\n"},
		{"with a pattern", flock, "rm -f /srv/app/*.lock\n", "rm -f /srv/app/*.log\n"},
		{"with its folder", flock, "rm -rf /srv/app\n", "rm -rf /srv/app2\n"},
		{"by find", flock, "find /srv -name '*.lock' -delete\n", "find /srv -name '*.log' -delete\n"},
		{"in a loop", flock, "for e in log lock; do rm -f /srv/app/job.$e; done\n", "for e in log pid; do rm -f /srv/app/job.$e; done\n"},
		{"where it lies", flock, "cd /srv/app || exit\nrm -f job.lock\n", "cd /srv/app2 || exit\nrm -f job.lock\n"},
		{"under another lock", flock, "#!/bin/bash\nexec 8>/srv/app/other.lock\nflock -n 8 || exit\n./clean\nrm -f /srv/app/job.lock\n", "#!/bin/bash\nexec 8>/srv/app/job.lock\nflock -n 8 || exit\n./clean\n"},
		{"a folder that is the lock", folder, "rm -rf /run/app.d\n", "rm -f /run/app.d\n"},
		{"an empty folder that is the lock", folder, "rmdir /run/app.d\n", "mkdir -p /run/app.d\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			only := prove.Options{Properties: []prove.Property{prove.Exclusion}}
			if got := proved(t, only, c.lock, c.violated); got.Verdict != prove.Violated {
				t.Errorf("%s %v: %s", got.Verdict, got.Doubts, c.violated)
			} else if v := got.Violations[0]; len(v.Scripts) < 3 {
				t.Errorf("who takes part: %v", v.Scripts)
			}
			if got := proved(t, only, c.lock, c.holds); got.Verdict != prove.Holds {
				t.Errorf("%s %v: %s", got.Verdict, got.Doubts, c.holds)
			}
		})
	}
	if got := proved(t, prove.Options{}, "rm -f /srv/app/job.lock\n", "rm -rf /srv/app\n"); got.Verdict != prove.Nothing {
		t.Errorf("nobody takes a lock, and it is %s", got.Verdict)
	}
}

// A script that runs another one of those given, under a lock that both take, may wait
// for itself: that is not followed, and said.
func TestScriptsThatRunEachOther(t *testing.T) {
	const inner = "#!/bin/bash\nexec 8>/srv/app/lock\nflock 8 || exit 1\n./update\n"
	const open = "#!/bin/bash\nexec 9>/srv/app/lock\nflock 9 || exit 1\n./check\n"
	for _, c := range []struct {
		name, outer string
		want        prove.Verdict
	}{
		{"by its path", open + "./b.sh\n", prove.Unknown},
		{"by a shell", open + "sh \"$HERE/b.sh\" now\n", prove.Unknown},
		{"under flock with a command", "flock /srv/app/lock sh -c './check; ./b.sh'\n", prove.Unknown},
		{"behind the release", open + "flock -u 9\n./b.sh\n", prove.Holds},
		{"under another lock", "#!/bin/bash\nexec 9>/srv/app/other\nflock 9 || exit 1\n./b.sh\n", prove.Holds},
		{"another script", open + "./c.sh\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := proved(t, prove.Options{}, c.outer, inner); got.Verdict != c.want {
				t.Errorf("%s, want %s: %v\n%s", got.Verdict, c.want, got.Doubts, c.outer)
			}
		})
	}
}
