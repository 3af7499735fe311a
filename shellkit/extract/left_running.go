package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Some shells do not wait for each part of a pipeline. What such a part does goes on behind
// the pipeline, unless all behind it read until it has ended.

// leavesParts tells whether the shell waits for the last part of a pipeline alone.
func (x *walker) leavesParts(st *state) bool {
	switch {
	case st.opts.pipefail:
		return false
	case x.facts.PartsLeft:
		return x.ctx.ending != notLast && !st.catches()
	}
	return x.facts.PartsRunOn
}

// outlives tells whether work that the first of the parts does may go on when the last one
// has ended.
func (x *walker) outlives(parts []*syntax.Stmt) bool {
	if x.says(parts[0].Cmd)&(protocol.Quiet|protocol.Minor) != 0 {
		return false
	}
	return slices.ContainsFunc(parts[0].Redirs, printsElsewhere) || !x.readToTheEnd(parts[1:])
}

// leavesWork tells whether work of a pipeline may go on behind it where the shell waits for
// the last part alone.
func (x *walker) leavesWork(c *syntax.BinaryCmd) bool {
	if c.Op != syntax.Pipe && c.Op != syntax.PipeAll {
		return false
	}
	for parts := partsOf(c); len(parts) > 1; parts = parts[1:] {
		if x.outlives(parts) {
			return true
		}
	}
	return false
}

// leftInPlace tells whether the last part of a pipeline inside of the compound command at
// hand may take the place of the shell, which then waits for none of the others.
func (x *walker) leftInPlace(s *syntax.Stmt, st *state) bool {
	return x.facts.PartsLeft && x.ctx.ending != notLast && !st.catches() && x.leavesSome(s)
}

// leavesSome tells whether there is a pipeline inside of a statement whose work may go on
// behind it where the shell waits for the last part alone.
func (x *walker) leavesSome(s *syntax.Stmt) bool {
	left := false
	syntax.Walk(s, func(n syntax.Node) bool {
		c, ok := n.(*syntax.BinaryCmd)
		left = left || ok && x.leavesWork(c)
		return !left
	})
	return left
}

// readToTheEnd tells whether all of the parts read until there is nothing more to come.
func (x *walker) readToTheEnd(parts []*syntax.Stmt) bool {
	for i, s := range parts {
		if i < len(parts)-1 && slices.ContainsFunc(s.Redirs, printsElsewhere) || !x.readsAll(s) {
			return false
		}
	}
	return true
}

// printsElsewhere tells whether a redirect keeps what is printed from the next part.
func printsElsewhere(r *syntax.Redirect) bool {
	switch r.Op {
	case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.DplOut, syntax.RdrInOut:
		return r.N == nil && r.Op != syntax.RdrInOut || r.N != nil && r.N.Value == "1"
	case syntax.RdrAll, syntax.AppAll:
		return true
	}
	return false
}

// readsAll tells whether a command reads its input until there is no more: a filter that
// does not end before, or a loop over the lines.
func (x *walker) readsAll(s *syntax.Stmt) bool {
	if slices.ContainsFunc(s.Redirs, readsElsewhere) {
		return false
	}
	switch c := s.Cmd.(type) {
	case *syntax.Block:
		return slices.ContainsFunc(c.Stmts, x.readsAll)
	case *syntax.Subshell:
		return slices.ContainsFunc(c.Stmts, x.readsAll)
	case *syntax.WhileClause:
		return !c.Until && len(c.Cond) == 1 && callsRead(c.Cond[0]) && !leavesEarly(c.Do)
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return false
		}
		name := c.Args[0].Lit()
		if all := x.may(name); len(all) > 0 {
			return !slices.ContainsFunc(all, func(fn function) bool { return !x.bodyReadsAll(fn) })
		}
		return isA(name, readsToEnd) && !endsEarly(c)
	}
	return false
}

// bodyReadsAll tells it of a function. One that calls itself reads what it reads by itself.
func (x *walker) bodyReadsAll(fn function) bool {
	if slices.Contains(x.readers, fn.decl) {
		return false
	}
	x.readers = append(x.readers, fn.decl)
	all := x.readsAll(fn.decl.Body)
	x.readers = x.readers[:len(x.readers)-1]
	return all
}

func readsElsewhere(r *syntax.Redirect) bool {
	switch r.Op {
	case syntax.RdrIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc, syntax.DplIn:
		return r.N == nil || r.N.Value == "0"
	}
	return false
}

func callsRead(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	return ok && !s.Negated && len(c.Args) > 0 && c.Args[0].Lit() == "read" && !slices.ContainsFunc(s.Redirs, readsElsewhere)
}

// leavesEarly tells whether something in the body of a loop ends it.
func leavesEarly(body []*syntax.Stmt) bool {
	found := false
	for _, s := range body {
		syntax.Walk(s, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
				found = found || c.Args[0].Lit() == "" || isA(c.Args[0].Lit(), mayLeave)
			}
			return !found
		})
	}
	return found
}

// endsEarly tells whether a filter may end before its input does: grep -q, sed with q, awk
// with exit.
func endsEarly(c *syntax.CallExpr) bool {
	for _, w := range c.Args[1:] {
		switch text := shell.PlainText(w); c.Args[0].Lit() {
		case "grep", "egrep", "fgrep":
			if strings.HasPrefix(text, "--") && strings.HasPrefix(text, "--q") || strings.HasPrefix(text, "--m") || strings.HasPrefix(text, "--files") {
				return true
			}
			if strings.HasPrefix(text, "-") && !strings.HasPrefix(text, "--") && strings.ContainsAny(text, "qmlL") {
				return true
			}
		case "sed":
			if !shell.IsWritten(w) || strings.ContainsAny(text, "qQ") {
				return true
			}
		case "awk", "gawk", "mawk":
			if !shell.IsWritten(w) || strings.Contains(text, "exit") {
				return true
			}
		}
	}
	return false
}
