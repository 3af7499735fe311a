package extract

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A thorough walk that cannot keep apart all that differs is given up where that shows,
// and not walked to its end first.
func TestThoroughWalkGivesUp(t *testing.T) {
	var b strings.Builder
	for _, flag := range []string{"a", "b", "c", "d", "e"} {
		b.WriteString(flag + "=0\nif asks " + flag + "; then " + flag + "=1; fi\n")
	}
	b.WriteString("mkdir /run/job.lock || exit 1\n" + strings.Repeat("work\n", 300))
	b.WriteString("[ $a$b$c$d$e = 11111 ] || rmdir /run/job.lock\n")
	f, err := source.New("job.sh", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	file, err := shell.Parse(f.Name, f.Data, source.Bash)
	if err != nil {
		t.Fatal(err)
	}
	p := &protocol.Protocol{File: f.Name, Dialect: source.Bash, Handlers: []protocol.Handlers{protocol.NoHandlers()}}
	x := newWalker(p, Options{}, survey(file, f.Data), newShelf(nil))
	x.src, x.effort = &src{name: f.Name, text: f.Data}, thorough
	if x.run(file); !x.full || x.taken > 200 {
		t.Errorf("full: %v, after %d statements", x.full, x.taken)
	}
	whole, err := Script(f, source.Bash, Options{})
	if err != nil || len(whole.Locks()) != 1 {
		t.Errorf("the walk that takes its place: %v, %v", whole.Locks(), err)
	}
}
