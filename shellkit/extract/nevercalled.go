package extract

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// neverCalled tells whether no walk has come into a function, and nothing calls it but
// functions of which the same is true: neither by its name nor by a text in which that
// stands, as the command of a trap.
func (x *walker) neverCalled(name string, by []string) bool {
	if x.walked[name] || x.in.handed[name] || x.spoken(name) {
		return false
	}
	for scope := range x.in.callers[name] {
		if !slices.Contains(by, scope) && (x.in.funcs[scope] == nil || !x.neverCalled(scope, append(by, name, scope))) {
			return false
		}
	}
	return true
}

// spoken tells whether the name of a function stands in something that is kept, or handed
// to a command that does more than to print it.
func (x *walker) spoken(name string) bool {
	key := spokenIn{name, len(x.shelf.files)}
	found, known := x.shelf.spoken[key]
	if !known {
		found = x.findSpoken(name)
		x.shelf.spoken[key] = found
	}
	return found
}

// spokenIn is a name, and how many files had been read when it was looked for.
type spokenIn struct {
	name  string
	files int
}

func (x *walker) findSpoken(name string) (found bool) {
	trees := []*syntax.File{x.root}
	for _, lib := range x.shelf.files {
		if lib != nil {
			trees = append(trees, lib.tree)
		}
	}
	inWord := func(w syntax.Node) {
		syntax.Walk(w, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Lit:
				found = found || shell.HasName(n.Value, name)
			case *syntax.SglQuoted:
				found = found || shell.HasName(n.Value, name)
			case *syntax.CmdSubst, *syntax.ProcSubst:
				return false // its commands are looked at by themselves
			}
			return !found
		})
	}
	for _, tree := range trees {
		if tree == nil {
			continue
		}
		syntax.Walk(tree, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.FuncDecl:
				return n.Name == nil || n.Name.Value != name
			case *syntax.CallExpr:
				for i, w := range n.Args {
					if i > 0 && !isA(n.Args[0].Lit(), onlyPrints) {
						inWord(w)
					}
				}
			case *syntax.Assign:
				if n.Value != nil {
					inWord(n.Value)
				} else if n.Array != nil {
					inWord(n.Array)
				}
			case *syntax.Redirect:
				if n.Hdoc != nil {
					inWord(n.Hdoc)
				} else if n.Op == syntax.WordHdoc {
					inWord(n.Word)
				}
			}
			return !found
		})
	}
	return found
}
