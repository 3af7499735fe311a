package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// A command that looks as if it took a lock and takes none is an acquisition that always
// fails: who does not ask works without the lock, who asks never gets in.
func TestMisuse(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	for _, c := range []struct {
		name, text string
		want       prove.Property // that is broken; "" where all hold
	}{
		{"a path alone", "flock /srv/app/lock\n./work\nflock -u /srv/app/lock\n", prove.Exclusion},
		{"a path alone, and it is asked", "flock -n /srv/app/lock || exit\n./work\n", prove.Entry},
		{"a path alone under set -e", "set -e\nflock -x /srv/app/lock\n./work\n", prove.Entry},
		{"a path with a command", "flock /srv/app/lock ./work\n", ""},
		{"a descriptor as a file", open + "flock -n 9 ./work\n", prove.Exclusion},
		{"a descriptor", open + "flock -n 9 || exit\n./work\nflock -u /srv/app/lock\n", ""},
		{"a descriptor that is never opened", "flock 9\n./work\n", prove.Exclusion},
		{"a descriptor that is never opened, and it is asked", "flock -n 9 || exit\n./work\n", prove.Entry},
		{"another descriptor is opened", "exec 8>/srv/app/lock\nflock 9\n./work\n", prove.Exclusion},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loaded(t, c.text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2})
			switch {
			case c.want == "" && got.Verdict != prove.Holds, c.want != "" && (len(got.Violations) != 1 || got.Violations[0].Property != c.want):
				t.Errorf("%s %v, want %q; %v\n%s\n%s", got.Verdict, got.Violations, c.want, got.Doubts, c.text, p)
			}
		})
	}
}
