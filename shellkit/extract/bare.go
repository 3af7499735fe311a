package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// dash has little beyond what POSIX asks for, and a script that names it is run by no
// other shell.

// beyondPosix are the builtins that other shells have.
var beyondPosix = strings.Fields("declare typeset let builtin shopt pushd popd dirs mapfile readarray source compgen complete disown enable print setopt unsetopt integer float whence autoload")

// lacks tells whether a shell has no builtin of that name where others have.
func (x *walker) lacks(name string) bool { return x.facts.Bare && slices.Contains(beyondPosix, name) }

// notFound is how a command ends that is not there.
func (x *walker) notFound(flows []flow) []flow {
	return x.onward(flows, func(f flow) []flow { return []flow{f.with(f.st.withStatus(x.numbered(statusValue(127))))} })
}

// printsThem is the node of a declaration that prints what there is, and fails where that is not.
func (x *walker) printsThem(d *syntax.DeclClause) protocol.Node {
	n := x.node(protocol.Work, d)
	n.Text, n.Mode = d.Variant.Value, protocol.Quiet
	return n
}

// script walks the statements of a text that is read from its beginning on. What a bare
// shell cannot read ends it there, and what stands before has run by then.
func (x *walker) script(list []*syntax.Stmt, in []flow) []flow {
	i, refused := x.refusedText(list)
	if !refused {
		return x.stmts(list, in)
	}
	return x.onward(x.stmts(list[:i], in), func(f flow) []flow {
		x.dunno(list[i], "what %s cannot read", x.dialect)
		return x.leave(f.with(f.st.fail()), list[i])
	})
}

// refusedText is the index of the first statement of a text that a bare shell refuses. It reads
// whole lines.
func (x *walker) refusedText(list []*syntax.Stmt) (i int, refused bool) {
	if !x.facts.Bare || x.effort == exact || len(list) == 0 {
		return 0, false
	}
	at, ok := x.shelf.refusal(x.src, x.dialect)
	if !ok {
		return 0, false
	}
	for i < len(list)-1 && int(list[i].End().Offset()) <= at {
		i++
	}
	for i > 0 && list[i-1].End().Line() == list[i].Pos().Line() {
		i--
	}
	return i, true
}

// refusal is where a shell stops reading a text that another shell reads.
func (s *shelf) refusal(text *src, d source.Dialect) (at int, refused bool) {
	key := readAs{string(text.text), d}
	at, known := s.refusals[key]
	if !known {
		at = shell.RefusedAt(text.text, d)
		s.refusals[key] = at
	}
	return at, at >= 0
}
