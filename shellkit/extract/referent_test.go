package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Names that refer to each other in a circle stand for nothing, and a chain of them for
// what is at its end.
func TestNamesThatRefer(t *testing.T) {
	for _, c := range []struct {
		text, path string
		opaque     bool
	}{
		{"p=/run/a; declare -n r=p; exec 9>$r", "/run/a", false},
		{"p=/run/a; declare -n r=p s=r; s=/run/b; exec 9>$p", "/run/b", false},
		{"p=/run/a; declare -n r=p s=r; printf -v s /run/b; exec 9>$p", "/run/b", false},
		{"declare -n r=s; declare -n s=r; exec 9>$r", "", true},
		{"declare -n r=s; declare -n s=t; declare -n t=r; s=/run/a; exec 9>$t", "", true},
		{"p=/run/a; declare -n r=s; declare -n s=r; printf -v r /run/b; exec 9>$p", "/run/a", false},
		{"f() { declare -n p=p; exec 9>$p; }; f", "", true},
	} {
		file, err := source.New("x", []byte("#!/bin/bash\n"+c.text+"\nflock 9 || exit\nwork\n"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Script(file, source.Bash, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Paths) != 1 || p.Paths[0].Opaque != c.opaque || !c.opaque && p.Paths[0].Text != c.path {
			t.Errorf("%s\nopens %+v", c.text, p.Paths)
		}
	}
}
