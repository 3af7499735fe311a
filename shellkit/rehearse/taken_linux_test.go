//go:build linux && (amd64 || arm64)

package rehearse

import (
	"slices"
	"testing"
)

// A lock is one that some run has taken, be it in one schedule only: a run that is alone
// may end before it.
func TestLocksThatALoneRunDoesNotTake(t *testing.T) {
	needsWorld(t)
	const take = "exec 9>/srv/app/lock\nflock -n 9 || exit 75\n./work\n"
	for _, c := range []struct {
		name, shell, text string
		want              []string
	}{
		{"the first one prepares", "bash", "if [ ! -e /srv/app/ready ]; then touch /srv/app/ready; exit; fi\n" + take, []string{"/srv/app/lock"}},
		{"the first one fails", "dash", "set -e\n[ -f /srv/app/lock ] || { touch /srv/app/lock; chgrp nobody-is-called-so /srv/app/lock; false; }\n" + take, []string{"/srv/app/lock"}},
		{"the first one has the folder", "bash", "mkdir /srv/app/seat && { ./work; exit; }\n( flock 9; ./wait ) 9>>/srv/app/turn\n", []string{"/srv/app/turn"}},
		{"nobody", "bash", "if [ ! -e /srv/app/ready ]; then exit; fi\n" + take, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, _ := rehearsed(t, c.shell, c.text, Options{Runs: 3})
			if !slices.Equal(r.Locks, c.want) {
				t.Errorf("locks %q, want %q\n%v", r.Locks, c.want, r.Alone)
			}
		})
	}
}
