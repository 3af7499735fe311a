//go:build linux && (amd64 || arm64)

package rehearse

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Runs that look for ever stand for the newcomer, who has no turn then: where nobody has
// the lock, and nothing lets them in, it is stale.
func TestShutOut(t *testing.T) {
	needsWorld(t)
	const begin, end = "until mkdir /srv/app/l; do sleep 1; done\n", "work\nrmdir /srv/app/l\n"
	stale := []prove.Property{prove.Stale}
	for _, tt := range []struct {
		name, shell, text string
		want              []prove.Property
	}{
		{"nothing is cleaned up", "dash", begin + end, stale},
		{"the EXIT trap does not run", "busybox ash", begin + "trap 'rmdir /srv/app/l' EXIT\nwork\n", stale},
		{"the EXIT trap runs", "bash", begin + "trap 'rmdir /srv/app/l' EXIT\nwork\n", nil},
		{"a handler cleans up", "dash", begin + "trap 'rmdir /srv/app/l; exit 1' HUP INT TERM\n" + end, nil},
		{"what is old is removed", "bash", "until mkdir /srv/app/l; do find /srv/app/l -maxdepth 0 -mmin +60 -exec rmdir {} \\;; sleep 1; done\n" + end, nil},
		{"they look for something else afterwards", "bash", begin + "trap 'rmdir /srv/app/l; exit 1' HUP INT TERM\n" + end + "until [ -e /srv/app/more ]; do sleep 1; done\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := shellFor(tt.shell, nil); err != nil {
				t.Skip(err)
			}
			t.Parallel()
			choose := func(name string, _ *Report) bool { return strings.HasPrefix(name, "SIGTERM-at-work") }
			r, kinds := rehearsed(t, tt.shell, tt.text, Options{Signals: true, Choose: choose})
			kinds = slices.DeleteFunc(kinds, func(p prove.Property) bool { return p != prove.Stale })
			if !slices.Equal(kinds, tt.want) {
				t.Errorf("seen %+v; %v", r.Breaches, r.Alone)
			}
		})
	}
}

// A crash ends a script also where it goes on in another shell, or a part of its own: the
// next ones find its owner dead, and one of them removes the lock of the other.
func TestCrashEndsInnerShells(t *testing.T) {
	needsWorld(t)
	const taken = `if ! ln -s OWNER /srv/app/l; then
	kill -0 "$(readlink /srv/app/l)" && exit 1
	rm -f /srv/app/l
	ln -s OWNER /srv/app/l || exit 1
fi
trap "rm -f /srv/app/l" EXIT
work
`
	for name, text := range map[string]string{
		"plain":         strings.ReplaceAll(taken, "OWNER", "$$"),
		"another shell": "dash -c '" + strings.ReplaceAll(taken, "OWNER", "$$") + "'\n:\n",
		"a subshell":    "(\n" + strings.ReplaceAll(taken, "OWNER", "$BASHPID") + ")\n:\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			choose := func(name string, _ *Report) bool { return strings.HasPrefix(name, "killed-at-work-0-before-removal") }
			if r, kinds := rehearsed(t, "bash", text, Options{Kill: true, Choose: choose}); !slices.Equal(kinds, []prove.Property{prove.Exclusion}) {
				t.Errorf("seen %+v; %v", r.Breaches, r.Alone)
			}
		})
	}
}
