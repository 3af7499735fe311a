package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A program in a folder may be called like what only a shell can do; then it works, and
// does nothing to the script.
func TestProgramsByPath(t *testing.T) {
	const open = "#!/bin/bash\nexec 9>/run/lock/j.lock\n"
	for _, c := range []struct {
		name, script string
		want         prove.Verdict
	}{
		{"a reader", open + "flock -s 9 || exit 1\nif flock -n -x 9; then /opt/app/compact; fi\n/opt/app/read\n", prove.Violated},
		{"a setter", open + "flock -n 9 || echo busy\n./set\n", prove.Violated},
		{"one that waits", open + "flock -n 9 || true\n/opt/app/wait\n", prove.Violated},
		{"no end", open + "flock -n 9 || /opt/app/exit\n/opt/app/work\n", prove.Violated},
		{"no end of a function", "#!/bin/sh\nlock() { exec 9>/run/lock/j.lock; flock -n 9 || ./return 1; }\nlock || exit\nwork\n", prove.Unknown},
		{"no trap", "#!/bin/bash\nmkdir /run/lock/j.d || exit 1\n/opt/app/trap 'rmdir /run/lock/j.d' EXIT\nwork\n", prove.Violated},
		{"no other folder", "#!/bin/bash\ncd /srv || exit\n/usr/bin/cd /run\nexec 9>j.lock\nflock -n 9 || exit\nwork\n", prove.Holds},
		{"under the lock", "#!/bin/sh\nflock -n /run/lock/j.lock /opt/app/eval 'flock -u 9' || exit 1\n", prove.Holds},
		{"the system's own", open + "flock -n 9 || /bin/echo busy\n/bin/true\n", prove.Holds},
		{"the system's lock tool", "#!/bin/bash\n/usr/bin/mkdir /run/lock/j.d || exit 1\ntrap '/bin/rmdir /run/lock/j.d' EXIT\nwork\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loadedAs(t, source.Other, c.script).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.script, p)
			}
		})
	}
}
