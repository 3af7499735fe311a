package extract

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// An expansion may end the shell: ${NAME:?} of what is not set, and under set -u any
// expansion of it. The EXIT trap runs then, but where zsh is in a function.

// expanding walks the expansions of a statement that may end the shell. It returns what
// has left, and the flow that goes on, if any does.
func (x *walker) expanding(s *syntax.Stmt, f flow) (left []flow, on flow, goesOn bool) {
	if x.effort == exact { // in what is proved, whoever calls it gives what it asks for
		return nil, f, true
	}
	for _, p := range x.expansionsIn(s) {
		switch fact, ends := x.mayEnd(p, f.st); {
		case !ends:
		case asksWhetherSet(p.Exp) && x.variable(p.Param.Value, f.st).blank():
			return append(left, x.endsUnset(f.with(f.st.fail()), p)...), f, false
		default:
			left = append(left, x.unsetEnds(p, fact, &f)...)
		}
	}
	return left, f, true
}

// expansionsIn lists what a statement expands before anything else happens in it.
func (x *walker) expansionsIn(s *syntax.Stmt) []*syntax.ParamExp {
	list, known := x.shelf.expands[s]
	if known {
		return list
	}
	for _, word := range wordsBeside(s) {
		syntax.Walk(word, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.CmdSubst, *syntax.ProcSubst:
				return false // what is in them ends there
			case *syntax.ParamExp:
				list = append(list, n)
				return n.Exp == nil || asksWhetherSet(n.Exp)
			}
			return true
		})
	}
	x.shelf.expands[s] = list
	return list
}

// asksWhetherSet tells of ${NAME:?…}, or of ${NAME?…}, that the shell ends there where the
// variable is empty, or not set.
func asksWhetherSet(e *syntax.Expansion) bool {
	return e != nil && (e.Op == syntax.ErrorUnset || e.Op == syntax.ErrorUnsetOrNull)
}

// unsetEnds walks the end of a shell that expands what is not set, and leaves the flow of
// one in which it was.
func (x *walker) unsetEnds(p *syntax.ParamExp, fact string, f *flow) []flow {
	n := x.node(protocol.Choose, p)
	n.Text, n.Mode = x.raw(p), x.whose(x.variable(p.Param.Value, f.st))
	on, gone := x.fork(*f, n)
	on.st = f.st.answer(fact, true)
	*f = on
	return x.endsUnset(gone, p)
}

// endsUnset walks the end of a shell at an expansion.
func (x *walker) endsUnset(f flow, p *syntax.ParamExp) []flow {
	switch {
	case x.facts.UnsetUntrapped && asksWhetherSet(p.Exp) && x.inFunction(f.st):
		return x.replaced(f, p)
	case x.facts.UnsetUnwinds:
		f.st = f.st.outOf(x.ctx.floor, true)
	}
	return x.leave(f, p)
}

// mayEnd tells whether an expansion may find nothing and end the shell; that it did not is
// remembered under fact.
func (x *walker) mayEnd(p *syntax.ParamExp, s *state) (fact string, ends bool) {
	if p.Param == nil || p.Index != nil || p.Excl || p.Length {
		return "", false
	}
	name := p.Param.Value
	asks := asksWhetherSet(p.Exp)
	chooses := p.Exp != nil && (p.Exp.Op == syntax.DefaultUnset || p.Exp.Op == syntax.DefaultUnsetOrNull ||
		p.Exp.Op == syntax.AlternateUnset || p.Exp.Op == syntax.AlternateUnsetOrNull ||
		p.Exp.Op == syntax.AssignUnset || p.Exp.Op == syntax.AssignUnsetOrNull)
	if !asks && (chooses || !s.opts.nounset) || !shell.IsParameter(name) && !syntax.ValidName(name) && name != "!" {
		return "", false
	}
	v := x.variable(name, s)
	fact = isSet + v.key
	if asks && p.Exp.Op == syntax.ErrorUnsetOrNull {
		fact = notEmpty + v.key
	}
	if s.facts[fact] || s.facts[notEmpty+v.key] || v.private || v.spawn != 0 || v.nonzero || v.counted || v.filled {
		return "", false
	}
	switch {
	case v.known && v.text != "":
		return "", false
	case asks && v == unset, asks && fact == notEmpty+v.key && v.blank():
		return fact, true
	case shell.IsParameter(name):
		i, _ := shell.Number(name)
		given := i <= len(s.params.list) && !v.mayBeUnset()
		return fact, fact == notEmpty+v.key || !given && (!s.params.open() || !x.in.countsArguments)
	case fact == notEmpty+v.key:
		return fact, !shellSets(name)
	}
	_, set := s.vars.get(name)
	set = set && v.key != unset.key && !v.mayBeUnset()
	return fact, !set && !shellSets(name) && (v.key == unset.key || v.empty || len(x.in.assigned[name]) == 0)
}

// isSet begins the fact that a variable is set.
const isSet = "set"

// wordsBeside lists what a statement expands before anything else happens in it.
func wordsBeside(s *syntax.Stmt) (list nodes) {
	for _, r := range s.Redirs {
		if r.Word != nil {
			list = append(list, r.Word)
		}
	}
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		list = append(list, c)
	case *syntax.DeclClause:
		list = append(list, c)
	case *syntax.TestClause, *syntax.ArithmCmd, *syntax.LetClause:
		list = append(list, c)
	case *syntax.CaseClause:
		list = append(list, c.Word)
	case *syntax.ForClause:
		if it, ok := c.Loop.(*syntax.WordIter); ok {
			for _, w := range it.Items {
				list = append(list, w)
			}
		}
	}
	return list
}

// choosesBySet tells of ${NAME:+…}, ${NAME:?…} and their like, which go by whether
// something stands in the variable.
func choosesBySet(e *syntax.Expansion) bool {
	return asksWhetherSet(e) || e != nil && (e.Op == syntax.AlternateUnset || e.Op == syntax.AlternateUnsetOrNull)
}
