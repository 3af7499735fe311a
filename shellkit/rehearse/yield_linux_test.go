//go:build linux && (amd64 || arm64)

package rehearse

import (
	"slices"
	"testing"
)

// A job that sleeps and looks again, for as long as its script works, does not keep the
// script from coming to its end. ksh93 sleeps without a process for it.
func TestJobsThatSleep(t *testing.T) {
	needsWorld(t)
	tests := []struct{ name, text string }{
		{"keeps a lock fresh", "mkdir /srv/app/lock || exit 75\n(while :; do sleep 60; touch /srv/app/lock; done) & job=$!\n./work\nkill $job\nrmdir /srv/app/lock\n"},
		{"in a part of the script", "(\nmkdir /srv/app/lock || exit 75\nwhile sleep 60; do echo here; done & job=$!\n./work\nkill $job\nrmdir /srv/app/lock\n)\n./more\n"},
		{"two of them", "mkdir /srv/app/lock || exit 75\nlook() { while sleep 60; do touch /srv/app/lock; done; }\nlook & job=$!\nlook & kill $!\n./work\nkill $job\nrmdir /srv/app/lock\n"},
		{"beside one that works later", "mkdir /srv/app/lock || exit 75\nwhile sleep 60; do echo here; done & job=$!\n(sleep 5; ./late) & wait $!\nkill $job\nrmdir /srv/app/lock\n"},
		{"beside one that has begun later", "mkdir /srv/app/lock || exit 75\n(sleep 5; mkdir /srv/app/sub; ./late; rmdir /srv/app/sub) & late=$!\nwhile sleep 60; do echo here; done & job=$!\nwait $late\nkill $job\nrmdir /srv/app/lock\n"},
	}
	for _, tt := range tests {
		for _, shell := range []string{"bash", "dash", "ksh93"} {
			t.Run(shell+", "+tt.name, func(t *testing.T) {
				if _, err := shellFor(shell, nil); err != nil {
					t.Skip(err)
				}
				r, _ := rehearsed(t, shell, tt.text, Options{Runs: 2, Choose: func(string, *Report) bool { return false }})
				does := func(op string) bool {
					return slices.ContainsFunc(r.Alone, func(s Step) bool { return s.Op == op })
				}
				if !does("rmdir /srv/app/lock") || !does("exit") || !slices.Contains(r.Locks, "/srv/app/lock") {
					t.Errorf("%+v", r)
				}
			})
		}
	}
}
