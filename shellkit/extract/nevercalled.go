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

// everyText lists the script and the files that it has sourced, as far as they parse.
func (x *walker) everyText() (all []text) {
	if x.root != nil {
		all = append(all, text{file: x.root, src: x.src})
	}
	for _, lib := range x.shelf.files {
		if lib != nil && lib.tree != nil {
			all = append(all, lib.asText())
		}
	}
	return all
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
	for _, t := range x.everyText() {
		syntax.Walk(t.file, func(n syntax.Node) bool {
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

// shadowed tells whether a site stands in a definition of a function in whose place another
// one is called wherever the name is: it was made anew, or only in a child.
func (x *walker) shadowed(s *site) bool {
	if s.within == "" || x.full || x.spoken(s.within) {
		return false
	}
	d := definitions{x: x, site: s, everywhere: true}
	for _, t := range x.everyText() {
		d.look(t.file, t.src)
	}
	return d.defined && !d.entered && d.other && d.everywhere
}

// definitions is what the walk has come to of the function that a site stands in.
type definitions struct {
	x    *walker
	site *site

	defined, entered bool // the definition around the site, and its body
	other            bool // the body of another one
	everywhere       bool // all calls
}

func (d *definitions) look(tree *syntax.File, in *src) {
	visited := d.x.marks.visited
	syntax.Walk(tree, func(n syntax.Node) bool {
		stmt, ok := n.(*syntax.Stmt)
		if !ok {
			return true
		}
		seen := visited[in.place(stmt)]
		switch c := stmt.Cmd.(type) {
		case *syntax.FuncDecl:
			body := visited[in.place(c.Body)]
			switch {
			case c.Name == nil || c.Name.Value != d.site.within:
			case in.between(c.Body.Pos(), c.Body.End()).Covers(d.site.span):
				d.defined, d.entered = d.defined || seen, d.entered || body
			default:
				d.other = d.other || body
			}
		case *syntax.CallExpr:
			d.everywhere = d.everywhere && (seen || len(c.Args) == 0 || c.Args[0].Lit() != d.site.within)
		}
		return true
	})
}
