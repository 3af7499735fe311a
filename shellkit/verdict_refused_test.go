package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// flock that refuses its arguments never locks: who heeds that never works, and who does not
// works without the lock.
func TestRefusedCalls(t *testing.T) {
	const open = "#!/bin/bash\nexec 9>/run/lock/j.lock\n"
	for _, c := range []struct {
		name, script string
		want         prove.Verdict
	}{
		{"a time that is an option", open + "flock -w -n 9 || exit 1\nwork\n", prove.Violated},
		{"a status above 255", open + "flock -n -E 300 9 || exit 1\nwork\n", prove.Violated},
		{"a negative status", open + "flock -n -E -1 9 || exit 1\nwork\n", prove.Violated},
		{"a status in hexadecimal", open + "flock -n -E 0x8 9 || exit 1\nwork\n", prove.Violated},
		{"a status of two digits", open + "flock -n -E 08 9 || exit 1\nwork\n", prove.Holds},
		{"minutes", open + "flock -w 5m 9 || exit 1\nwork\n", prove.Violated},
		{"an empty time", open + "flock -w '' 9 || exit 1\nwork\n", prove.Violated},
		{"a time with an exponent", open + "flock -w 1e2 9 || exit 1\nwork\n", prove.Holds},
		{"a time before now", open + "flock -w -1 9 || exit 1\nwork\n", prove.Violated},
		{"an unknown option", open + "flock -nz 9 || exit 1\nwork\n", prove.Violated},
		{"an ambiguous abbreviation", open + "flock --no 9 || exit 1\nwork\n", prove.Violated},
		{"an abbreviation", open + "flock --nonb 9 || exit 1\nwork\n", prove.Holds},
		{"nobody asks", open + "flock -n -E 300 9\nwork\n", prove.Violated},
		{"a time that is not known", open + "flock -w \"$1\" 9 || exit 1\nwork\n", prove.Holds},
		{"-c of several words", "#!/bin/sh\nflock -n /run/lock/j.lock -c make all || exit 1\nreport\n", prove.Violated},
		{"-c of one word", "#!/bin/sh\nflock -n /run/lock/j.lock -c 'make all' || exit 1\nreport\n", prove.Holds},
		{"-c of words that may be no words", "#!/bin/sh\nflock -n /run/lock/j.lock -c make $1 || exit 1\n", prove.Holds},
		{"closed by sudo", open + "sudo flock -n 9 || exit 1\nwork\n", prove.Violated},
		{"closed by sudo, of another user", open + "sudo -u app flock -w 3 9 || exit 1\nwork\n", prove.Violated},
		{"kept open by sudo", open + "sudo -C 10 flock -n 9 || exit 1\nwork\n", prove.Holds},
		{"a file under sudo", "#!/bin/sh\nsudo flock -n /run/lock/j.lock make || exit 1\n", prove.Holds},
		{"neither kept nor inherited", "#!/bin/sh\nflock -o -F -n /run/lock/j.lock make || exit 1\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loaded(t, c.script).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.script, p)
			}
			// Who heeds it never works; who does not works beside others.
			property := prove.Entry
			if c.name == "nobody asks" {
				property = prove.Exclusion
			}
			for _, v := range got.Violations {
				if v.Property != property {
					t.Errorf("%s of it is violated, and not %s\n%s\n%s", v.Property, property, c.script, p)
				}
			}
		})
	}
}
