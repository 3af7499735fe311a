package machine

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// What a variable is declared to be may be nothing also where the shell takes NAME=VALUE for
// a plain word, and is something where a part of it is written down.
func TestDeclaredAsWord(t *testing.T) {
	plain := []source.Dialect{source.Dash, source.Yash, source.Ash}
	local := []source.Dialect{source.Dash, source.Ash}
	either := "?${q:+full}  full  none"
	check(t, []wordCase{
		{`export q="$1"; r=${q:+full}; r=${r:-none}`, either, plain},
		{`readonly q=$1; r=${q:+full}; r=${r:-none}`, either, plain},
		{`f() { local q="$A"; r=${q:+full}; r=${r:-none}; }; f`, either, local},
		{`export q="$A$B"; r=${q:+full}; r=${r:-none}`, either, plain},
		{`export q="$1.lock"; r=${q:+full}; r=${r:-none}`, "full", plain},
		{`export q="a$1"; r=${q:+full}; r=${r:-none}`, "full", plain},
		{`f() { local q="$$"; r=${q:+full}; r=${r:-none}; }; f`, "full", local},
	}, nil)
}
