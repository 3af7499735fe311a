package shell

import (
	"errors"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// RefusedAt is the offset of the first thing in a text that a shell cannot read where
// another one can; -1 where there is none.
func RefusedAt(text []byte, d source.Dialect) int {
	row := Of(d)
	text = mended(text, row)
	file, err := treeOf("", text, row.Variant, nil)
	if err == nil {
		return nestedSpecial(file)
	}
	if file, err := treeOf("", text, syntax.LangBash, nil); err == nil && !row.AndRedirects {
		if apart, ok := backgrounds(file, text); ok {
			return RefusedAt(apart, d)
		}
	}
	var p syntax.ParseError
	var l syntax.LangError
	switch {
	case errors.As(err, &p):
		return int(p.Pos.Offset())
	case errors.As(err, &l) && strings.Contains(l.Feature, "redirect"):
		return -1 // the shell reads a word there
	case errors.As(err, &l):
		return int(l.Pos.Offset())
	}
	return -1
}

// nestedSpecial is where a function is called like a special builtin, in a statement that
// has more in it than that: a shell which refuses such a definition does so as it reads it.
func nestedSpecial(file *syntax.File) int {
	at := -1
	for _, s := range file.Stmts {
		if _, alone := s.Cmd.(*syntax.FuncDecl); alone {
			continue
		}
		syntax.Walk(s, func(n syntax.Node) bool {
			if f, ok := n.(*syntax.FuncDecl); ok && at < 0 && f.Name != nil && IsSpecialBuiltin(f.Name.Value) {
				at = int(f.Pos().Offset())
			}
			return at < 0
		})
	}
	return at
}
