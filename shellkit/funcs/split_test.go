package funcs

import (
	"slices"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// Functions in which words may be split, for they set IFS first.
var maySplit = []string{"__lockkit_describe", "__lockkit_stat"}

// Nothing that is expanded is split by the caller's IFS, or made names of files. An
// assignment of local is not spared that: behind the word builtin it is an argument.
func TestNothingIsSplit(t *testing.T) {
	for _, shell := range Shells {
		text, err := Init(shell, Options{Version: "1.2.3", Standalone: true})
		if err != nil {
			t.Fatal(err)
		}
		in := ""
		bare := func(w *syntax.Word) {
			for _, part := range w.Parts {
				switch part.(type) {
				case *syntax.ParamExp, *syntax.CmdSubst, *syntax.ArithmExp:
					if !slices.Contains(maySplit, in) {
						t.Errorf("%s: line %d: %s: what is expanded would be split", shell, part.Pos().Line(), in)
					}
				}
			}
		}
		syntax.Walk(parsed(text, dialects[shell].lang), func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.FuncDecl:
				in = n.Name.Value
			case *syntax.CallExpr:
				for _, w := range n.Args {
					bare(w)
				}
			case *syntax.DeclClause:
				for _, a := range n.Args {
					if a.Value != nil {
						bare(a.Value)
					}
				}
			case *syntax.Redirect:
				bare(n.Word)
			case *syntax.WordIter:
				for _, w := range n.Items {
					bare(w)
				}
			}
			return true
		})
	}
}
