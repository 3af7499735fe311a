package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Shells read bytes: text that is no UTF-8 makes a script neither unreadable nor
// moves the places in it.
func TestForeignBytes(t *testing.T) {
	const before = "#!/bin/sh\n# von J\xfcrgen\necho '\xe4' \"\xc3\xa4\" # und \xff\n"
	for _, d := range []source.Dialect{source.Sh, source.Bash, source.Zsh, source.Mksh} {
		f, err := source.New("latin", []byte(before+"flock -n 9 9>/run/\xfc.lock || exit 1\n"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Script(f, d, Options{})
		if err != nil {
			t.Fatalf("%s: %v", d, err)
		}
		var at []int
		for i := range p.Nodes {
			if p.Acquires(protocol.ID(i)) {
				at = append(at, p.Nodes[i].Span.Start.Offset)
			}
		}
		if len(at) != 1 || at[0] != len(before) {
			t.Errorf("%s: locked at %v, want %d", d, at, len(before))
		}
	}
}
