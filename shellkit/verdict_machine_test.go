package shellkit

import (
	"slices"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// On a machine that has the locking program every run finds it: nobody comes in past a
// lock that was left behind because the program were missing for him.
func TestOneMachine(t *testing.T) {
	for _, c := range []struct {
		name, text string
		stale      bool
	}{
		{"asked with command", "if command -v lockfile >/dev/null; then\nlockfile -r 0 /srv/x || exit 1\nfi\nwork\nrm -f /srv/x\n", true},
		{"asked with a flag", "have=no\n[ -x /usr/bin/lockfile ] && have=yes\nif [ $have = yes ]; then\nlockfile -r 0 /srv/x || exit 1\nfi\nwork\nif [ $have = yes ]; then rm -f /srv/x; fi\n", true},
		{"asked twice, and once the other way round", "if ! which lockfile >/dev/null; then\necho none >&2\nelse\nlockfile -r 0 /srv/x || exit 1\nfi\nwork\ntype lockfile >/dev/null && rm -f /srv/x\n", true},
		{"and given up", "if command -v lockfile >/dev/null; then\nlockfile -r 0 /srv/x || exit 1\ntrap 'rm -f /srv/x' EXIT\ntrap 'exit 1' HUP INT TERM\nfi\nwork\n", false},
	} {
		p := loaded(t, c.text).Protocol
		r := prove.Explore([]*protocol.Protocol{p}, prove.Options{})
		has := func(broken prove.Property) bool {
			return slices.ContainsFunc(r.Violations, func(v prove.Violation) bool { return v.Property == broken })
		}
		if has(prove.Stale) != c.stale || !has(prove.Exclusion) {
			t.Errorf("%s: stale %v, want %v; exclusion %v, which a machine without the program breaks", c.name, has(prove.Stale), c.stale, has(prove.Exclusion))
		}
		for _, v := range r.Violations {
			asked := map[bool]bool{}
			for _, ev := range v.Events {
				if n := ev.Node; n >= 0 && p.Nodes[n].AsksMachine() != "" {
					asked[ev.OK] = true
				}
			}
			if len(asked) > 1 {
				t.Errorf("%s: %s is broken on a machine that both has the program and has not", c.name, v.Property)
			}
		}
	}
}
