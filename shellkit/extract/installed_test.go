package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Who has no lockfile-create when it wants the lock has none when it gives it up: on
// every way, what is removed was made before.
func TestInstalled(t *testing.T) {
	script := func(first, second string) string {
		return "L=/var/lock/daily\nif " + first + "; then lockfile-create $L || exit 1; fi\n./work\nif " + second + "; then lockfile-remove $L; fi\n"
	}
	for _, c := range []struct {
		name, text string
		paths      int // with a removal and no lock before it
	}{
		{"a file that can be run", script("[ -x /usr/bin/lockfile-create ]", "test -x /usr/bin/lockfile-create"), 0},
		{"asked in another way", script("command -v lockfile-create >/dev/null", "command -v lockfile-create"), 0},
		{"the other one", script("[ -x /usr/bin/lockfile-create ]", "[ ! -x /usr/bin/lockfile-create ]"), 1},
		{"of another program", script("[ -x /usr/bin/lockfile-create ]", "[ -x /usr/bin/lockfile-remove ]"), 1},
		{"asked once", script("true", "[ -x /usr/bin/lockfile-create ]"), 0},
	} {
		f, err := source.New("x.sh", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Script(f, source.Sh, Options{})
		if err != nil {
			t.Fatal(err)
		}
		bare := 0
		seen := map[protocol.ID]bool{}
		var walk func(id protocol.ID)
		walk = func(id protocol.ID) {
			if seen[id] {
				return
			}
			seen[id] = true
			n := &p.Nodes[id]
			switch {
			case n.Op == protocol.Remove:
				bare++
			case p.Acquires(id) && n.Else != protocol.None:
				walk(n.Else)
				return
			case p.Acquires(id):
				return
			}
			p.Succs(id, walk)
		}
		walk(0)
		if bare != c.paths {
			t.Errorf("%s: %d removals without a lock, want %d\n%s", c.name, bare, c.paths, p)
		}
	}
}
