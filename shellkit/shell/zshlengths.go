package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// zshLengths reads $#- and $#? as zsh does, which takes them for the lengths of $- and $?,
// and $## and $#!, which are $# and a letter behind it to zsh.
func zshLengths(file *syntax.File) {
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Word:
			n.Parts = countsAndLengths(n.Parts)
		case *syntax.DblQuoted:
			n.Parts = countsAndLengths(n.Parts)
		}
		return true
	})
}

func countsAndLengths(parts []syntax.WordPart) []syntax.WordPart {
	for i := 0; i < len(parts); i++ {
		p, ok := parts[i].(*syntax.ParamExp)
		if !ok || !p.Short || p.Param == nil {
			continue
		}
		var behind *syntax.Lit
		if i+1 < len(parts) {
			behind, _ = parts[i+1].(*syntax.Lit)
		}
		switch name := p.Param; {
		case !p.Length && name.Value == "#" && behind != nil && strings.ContainsAny(behind.Value[:1], "-?"):
			p.Length = true
			p.Param = &syntax.Lit{ValuePos: behind.ValuePos, ValueEnd: later(behind.ValuePos), Value: behind.Value[:1]}
			if behind.Value = behind.Value[1:]; behind.Value == "" {
				parts = slices.Delete(parts, i+1, i+2)
				continue
			}
			behind.ValuePos = later(behind.ValuePos)
		case p.Length && (name.Value == "#" || name.Value == "!"):
			p.Length = false
			p.Param = &syntax.Lit{ValuePos: later(p.Dollar), ValueEnd: name.ValuePos, Value: "#"}
			if behind == nil {
				parts = slices.Insert(parts, i+1, syntax.WordPart(name))
				continue
			}
			behind.Value, behind.ValuePos = name.Value+behind.Value, name.ValuePos
		}
	}
	return parts
}

// later is the place of the next letter on a line.
func later(p syntax.Pos) syntax.Pos { return syntax.NewPos(p.Offset()+1, p.Line(), p.Col()+1) }
