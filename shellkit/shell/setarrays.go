package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// assignArrays reads set -A NAME WORD... as the assignment NAME=(WORD...) that it is in ksh,
// mksh and zsh. Where the name is not written down, or options follow it, it stays what it is.
func assignArrays(file *syntax.File) {
	syntax.Walk(file, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok || len(call.Assigns) > 0 || len(call.Args) < 3 || call.Args[0].Lit() != "set" || call.Args[1].Lit() != "-A" {
			return true
		}
		name, words := call.Args[2], call.Args[3:]
		if !syntax.ValidName(name.Lit()) || len(words) > 0 && strings.HasPrefix(words[0].Lit(), "-") {
			return true
		}
		array := &syntax.ArrayExpr{Lparen: name.End(), Rparen: name.End()}
		for _, w := range words {
			array.Elems = append(array.Elems, &syntax.ArrayElem{Value: w})
			array.Rparen = w.End()
		}
		call.Assigns = []*syntax.Assign{{Name: name.Parts[0].(*syntax.Lit), Array: array}}
		call.Args = nil
		return true
	})
}
