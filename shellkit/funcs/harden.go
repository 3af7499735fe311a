package funcs

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// internal begins every name that is not public.
const internal = "__lockkit_"

// An insertion is text that is put into the source at an offset.
type insertion struct {
	at   uint
	text string
}

// guarded are the builtins that a user may have a function of the same name for, in
// bash and zsh, which have more of their own. In sh none is: there a function cannot be
// called as one of the special builtins or [, and others are only used where no function
// is left, or behind command, for which there is no other word.
var guarded = []string{
	"[", ":", "break", "continue", "echo", "local", "printf", "read", "return", "set", "shift", "true", "unset",
}

// harden puts a backslash before each command word, so that no alias of the user
// gets a say in it, or before each guarded builtin the word builtin, so that no
// function does, and the prefix into all our names: PREFIXwith_lock is public,
// __lockkit_PREFIXname internal. The rest of the text stays as it is.
func harden(text string, d dialect, prefix string) []byte {
	parser := syntax.NewParser(syntax.Variant(d.lang), syntax.KeepComments(true))
	file, err := parser.Parse(strings.NewReader(text), "")
	if err != nil {
		panic(err) // the embedded files parse: a test sees to that
	}
	var ins []insertion
	syntax.Walk(file, func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.CallExpr:
			if len(n.Args) > 0 {
				ins = append(ins, d.protect(n.Args[0].Parts[0])...)
			}
		case *syntax.DeclClause:
			ins = append(ins, d.protect(n.Variant)...)
		case *syntax.Lit:
			ins = append(ins, renamed(n.Pos(), n.End(), text, prefix)...)
		case *syntax.SglQuoted:
			ins = append(ins, renamed(n.Pos(), n.End(), text, prefix)...)
		case *syntax.Comment:
			ins = append(ins, renamed(n.Pos(), n.End(), text, prefix)...)
		}
		return true
	})
	slices.SortStableFunc(ins, func(a, b insertion) int { return int(a.at) - int(b.at) })

	var b strings.Builder
	done := uint(0)
	for _, in := range ins {
		b.WriteString(text[done:in.at])
		b.WriteString(in.text)
		done = in.at
	}
	b.WriteString(text[done:])
	return []byte(b.String())
}

// protect guards a command word. Our own functions need nothing: nobody has an
// alias of such a name.
func (d dialect) protect(first syntax.WordPart) []insertion {
	lit, ok := first.(*syntax.Lit)
	if !ok || strings.HasPrefix(lit.Value, internal) || strings.HasPrefix(lit.Value, `\`) {
		return nil
	}
	before := `\`
	if slices.Contains(d.guarded, lit.Value) {
		before = `\builtin `
	}
	return []insertion{{lit.Pos().Offset(), before}}
}

// renamed finds our names in a piece of the text.
func renamed(from, to syntax.Pos, text, prefix string) []insertion {
	if prefix == "" {
		return nil
	}
	var ins []insertion
	start := from.Offset()
	piece := text[start:to.Offset()]
	for i := 0; i < len(piece); {
		end := i
		for end < len(piece) && isNameByte(piece[end]) {
			end++
		}
		name := piece[i:end]
		switch {
		case strings.HasPrefix(name, internal):
			ins = append(ins, insertion{start + uint(i+len(internal)), prefix})
		case slices.Contains(Public, name):
			ins = append(ins, insertion{start + uint(i), prefix})
		}
		i = max(end, i+1)
	}
	return ins
}

func isNameByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
