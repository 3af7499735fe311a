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

// What bats calls before and behind a test is walked with no argument.
func TestSetupOfBats(t *testing.T) {
	f, err := source.New("x.bats", []byte("setup() { [ $# -eq 0 ] && cd \"$1\" || shift; }\n@test 'a' { exec 9>/run/x; flock -n 9; work; }\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Script(f, source.Bats, Options{})
	if err != nil || len(p.Nodes) == 0 {
		t.Fatalf("%v, %d nodes", err, len(p.Nodes))
	}
}
