//go:build linux && (amd64 || arm64)

package rehearse

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A signal ends those who do not ignore it: a job of & works on behind Ctrl-C, whichever
// shell has started it, and so does what nohup, or a trap of its own, has made deaf.
func TestSignalsThatAreIgnored(t *testing.T) {
	needsWorld(t)
	const begin = "mkdir /srv/app/l || exit 75\ntrap 'rmdir /srv/app/l; exit 1' HUP INT TERM\n"
	const end = "\nrmdir /srv/app/l\n"
	exclusion := []prove.Property{prove.Exclusion}
	tests := []struct {
		name, shell, text, signal string
		want                      []prove.Property
	}{
		{"a job", "bash", begin + "work & wait" + end, "SIGINT", exclusion},
		{"a job", "dash", begin + "work & wait" + end, "SIGINT", exclusion},
		{"a job", "zsh", begin + "work & wait" + end, "SIGINT", exclusion},
		{"a job where INT is trapped", "mksh", begin + "work & wait" + end, "SIGINT", nil}, // it dies of it, in this shell alone
		{"a job", "mksh", "mkdir /srv/app/l || exit 75\ntrap 'rmdir /srv/app/l' EXIT\nwork & wait\n", "SIGINT", exclusion},
		{"a job", "ksh93", begin + "work & wait" + end, "SIGINT", exclusion},
		{"a job", "yash", begin + "work & wait" + end, "SIGINT", exclusion},
		{"a job", "busybox ash", begin + "work & wait" + end, "SIGINT", exclusion},
		{"two jobs", "bash", begin + "fetch & unpack & wait" + end, "SIGINT", exclusion},
		{"a job in brackets", "dash", begin + "( fetch; unpack ) & wait" + end, "SIGINT", exclusion},
		{"a job and another signal", "bash", begin + "work & wait" + end, "SIGTERM", nil},
		{"in front", "bash", begin + "work" + end, "SIGINT", nil},
		{"nohup", "dash", begin + "nohup work & wait" + end, "SIGHUP", exclusion},
		{"deaf by a trap", "bash", begin + "( trap '' TERM; exec work ) & wait" + end, "SIGTERM", exclusion},
	}
	for _, tt := range tests {
		t.Run(tt.name+" in "+tt.shell+" "+tt.signal, func(t *testing.T) {
			if _, err := shellFor(tt.shell, nil); err != nil {
				t.Skip(err)
			}
			t.Parallel()
			choose := func(name string, _ *Report) bool { return strings.HasPrefix(name, tt.signal+"-at-work") }
			r, kinds := rehearsed(t, tt.shell, tt.text, Options{Signals: true, Choose: choose})
			kinds = slices.DeleteFunc(kinds, func(p prove.Property) bool { return p != prove.Exclusion })
			if !slices.Equal(kinds, tt.want) {
				t.Errorf("seen %+v; %v", r.Breaches, r.Alone)
			}
		})
	}
}

// What a run has just started has begun when a signal comes: the trace of two jobs that
// Ctrl-C does not reach is forced on the script.
func TestForceInterruptBehindJobs(t *testing.T) {
	needsWorld(t)
	for _, text := range []string{
		"mkdir /srv/app/l || exit 75\ntrap 'rmdir /srv/app/l' EXIT\nfetch & unpack & wait\n",
		"mkdir /srv/app/l || exit 75\ntrap 'rmdir /srv/app/l; exit 1' INT\nfetch & unpack & wait\nrmdir /srv/app/l\n",
		"mkdir /srv/app/l || exit 75\ntrap 'rmdir /srv/app/l; exit 1' INT TERM\nfor f in a b; do fetch $f & done; wait\nrmdir /srv/app/l\n",
	} {
		script, p := understand(t, text, source.Bash)
		found := prove.Explore([]*protocol.Protocol{p}, prove.Options{Properties: []prove.Property{prove.Exclusion}})
		if len(found.Violations) == 0 {
			t.Errorf("%s\n%s: nothing to force", text, found.Verdict)
			continue
		}
		out, err := Force(t.Context(), []Script{script}, []*protocol.Protocol{p}, &found.Violations[0], Options{Only: true})
		if err != nil || !out.Confirmed || !strings.HasPrefix(out.Why, "at work at once are") {
			t.Errorf("%s\n%v, %+v", text, err, out)
		}
	}
}
