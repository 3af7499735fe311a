package extract

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// Some expansions end a script, or stand for what nobody can tell: a division by zero, what a
// shell does not know.

// doubts says which expansions of a statement are not followed. ends tells that one of them
// surely ends the shell.
func (x *walker) doubts(s *syntax.Stmt) (ends bool) {
	if x.effort == exact {
		return false
	}
	for _, d := range x.doubtfulIn(s) {
		switch {
		case d.ends && x.facts.Bare:
			return true
		case d.ends:
		case d.why == asksForSlice && !x.facts.FewExpansions:
		default:
			x.dunno(d.at, "%s", d.why)
		}
	}
	return false
}

// doubtful is an expansion that may end a script.
type doubtful struct {
	at   syntax.Node
	why  string
	ends bool // in a bare shell: $((n++))
}

const asksForSlice = "an expansion that this shell does not have for all words"

// doubtfulIn lists them for a statement, but for what stands in substitutions.
func (x *walker) doubtfulIn(s *syntax.Stmt) []doubtful {
	list, known := x.shelf.doubts[s]
	if known {
		return list
	}
	add := func(at syntax.Node, why string, ends bool) { list = append(list, doubtful{at, why, ends}) }
	for _, word := range wordsBeside(s) {
		syntax.Walk(word, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.CmdSubst, *syntax.ProcSubst:
				return false
			case *syntax.UnaryArithm:
				if n.Op == syntax.Inc || n.Op == syntax.Dec {
					add(n, "", true)
				}
			case *syntax.BinaryArithm:
				if w, ok := n.Y.(*syntax.Word); ok && w.Lit() == "0" && (n.Op == syntax.Quo || n.Op == syntax.Rem) {
					add(n, "a division by zero", false)
				}
			case *syntax.ParamExp:
				if isUnusual(n) {
					add(n, asksForSlice, false)
				}
			case *syntax.UnaryTest:
				if w, ok := n.X.(*syntax.Word); ok && n.Op == syntax.TsVarSet && strings.Contains(w.Lit(), "[") {
					add(n, asksForSlice, false)
				}
			}
			return true
		})
	}
	for _, r := range s.Redirs {
		if r.Hdoc != nil {
			syntax.Walk(r.Hdoc, func(n syntax.Node) bool {
				if p, ok := n.(*syntax.ParamExp); ok && asksWhetherSet(p.Exp) {
					add(p, "an expansion that may end a here-document, or the script", false)
				}
				return !shell.IsSubstitution(n)
			})
		}
	}
	x.shelf.doubts[s] = list
	return list
}

// isUnusual tells of ${*:0}, ${%*}, ${!?} and their like.
func isUnusual(p *syntax.ParamExp) bool {
	if p.Param == nil {
		return true
	}
	name := p.Param.Value
	of := name == "*" || name == "@"
	if w, ok := p.Index.(*syntax.Word); ok {
		of = of || w.Lit() == "*" || w.Lit() == "@"
	}
	if p.Exp != nil && p.Exp.Word != nil && strings.ContainsAny(p.Exp.Word.Lit(), "(|") {
		return true
	}
	return of && (p.Slice != nil || p.Width) || p.Excl && !syntax.ValidName(name) || p.Width && !syntax.ValidName(name)
}

// runsUnseen says of an assignment that it gives a variable which a shell expands by itself
// what runs commands, or one that is a number what may be none.
func (x *walker) runsUnseen(a *syntax.Assign) {
	if x.effort == exact || a.Name == nil || a.Value == nil {
		return
	}
	text := x.raw(a.Value)
	switch name := a.Name.Value; {
	case strings.HasPrefix(name, "PS") && len(name) == 3 && strings.ContainsAny(text, "$`") && (strings.Contains(text, "$(") || strings.Contains(text, "`")):
		x.dunno(a, "when what %s runs is run", name)
	case x.in.integers[name] && !isNumberWithBase(text):
		x.dunno(a, "what is no number, for a variable that is one")
	}
}

// isNumberWithBase tells whether a text may be a number, as far as BASE#DIGITS says: what is
// expanded is taken for one.
func isNumberWithBase(text string) bool {
	base, digits, written := strings.Cut(text, "#")
	n, ok := shell.Number(base)
	if !written || !ok || strings.ContainsAny(digits, "$`") {
		return true
	}
	if n < 2 || n > 36 {
		return false
	}
	_, err := strconv.ParseUint(digits, n, 64)
	return err == nil
}

// readBefore tells whether there is an extended pattern in the very statement at the top of
// the script in which extglob is set: a shell reads all of it first.
func (x *walker) readBefore(at *syntax.Stmt) (before bool) {
	if x.src.depth > 0 || x.root == nil {
		return false
	}
	for _, top := range x.root.Stmts {
		if top == at || top.Pos().After(at.Pos()) || at.Pos().After(top.End()) {
			continue
		}
		syntax.Walk(top, func(n syntax.Node) bool {
			_, isPattern := n.(*syntax.ExtGlob)
			_, isTest := n.(*syntax.TestClause)
			before = before || isPattern
			return !isTest && !before
		})
	}
	return before
}
