package reworded

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// leaves tells whether a statement surely ends the script or function, with a status that
// does not hang on what ran before: exit N or return N, alone or last in a group.
func (d *draft) leaves(s *syntax.Stmt) bool {
	if len(s.Redirs) > 0 || s.Background || s.Negated {
		return false
	}
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		if len(c.Args) == 0 || len(c.Assigns) > 0 {
			return false
		}
		name := c.Args[0].Lit()
		return (name == "exit" || name == "return") && len(c.Args) == 2 && c.Args[1].Lit() != ""
	case *syntax.Block:
		return len(c.Stmts) > 0 && d.leaves(c.Stmts[len(c.Stmts)-1])
	}
	return false
}

// exits tells the same of exit without a status at the top level, where nobody asks for it.
func (d *draft) exits(s *syntax.Stmt) bool {
	c, is := s.Cmd.(*syntax.CallExpr)
	return is && len(c.Args) == 1 && c.Args[0].Lit() == "exit" && len(s.Redirs) == 0 && !s.Background && !s.Negated && !d.has(lastStatus(), scriptName())
}

// ifForOr writes "A || exit 1" as an if. It may not be applied where what stands behind ||
// asks for the status of A, and to exit without a status in a subshell or function, whose
// status somebody may heed.
func (d *draft) ifForOr() bool {
	type found struct{ whole, a, b *syntax.Stmt }
	var list []found
	look := func(s *syntax.Stmt, top bool) {
		b, is := s.Cmd.(*syntax.BinaryCmd)
		if is && b.Op == syntax.OrStmt && !s.Negated && !s.Background && len(s.Redirs) == 0 && (d.leaves(b.Y) || top && d.exits(b.Y)) && !lastStatus().MatchString(d.piece(b.Y)) {
			if x, chain := b.X.Cmd.(*syntax.BinaryCmd); !chain || x.Op != syntax.AndStmt && x.Op != syntax.OrStmt {
				list = append(list, found{s, b.X, b.Y})
			}
		}
	}
	for _, s := range d.tree.Stmts {
		look(s, true)
	}
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		if s, is := n.(*syntax.Stmt); is {
			look(s, false)
		}
		return true
	})
	f, ok := pick(d, list)
	if !ok || d.has(knowsItsPlace(), hereDocument()) {
		return false
	}
	a, b := d.text[from(f.a):ends(f.a)], d.text[from(f.b):ends(f.b)]
	if f.a.Negated {
		a = strings.TrimSpace(strings.TrimPrefix(a, "!"))
		return d.edits(edit{from(f.whole), ends(f.whole), "if " + a + "; then " + b + "; fi"})
	}
	return d.edits(edit{from(f.whole), ends(f.whole), "if ! " + a + "; then " + b + "; fi"})
}

// orForIf writes "if ! A; then …; exit 1; fi" as "A || { …; exit 1; }". It may not be applied
// to an if with an else, and where what is done asks for a status.
func (d *draft) orForIf() bool {
	var list []*syntax.Stmt
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		if _, part := n.(*syntax.BinaryCmd); part {
			return false
		}
		s, is := n.(*syntax.Stmt)
		if !is || len(s.Redirs) > 0 || s.Negated || s.Background {
			return true
		}
		c, is := s.Cmd.(*syntax.IfClause)
		if !is || c.Else != nil || len(c.Cond) != 1 || len(c.Then) == 0 || !d.leaves(c.Then[len(c.Then)-1]) {
			return true
		}
		cond := c.Cond[0]
		if _, chain := cond.Cmd.(*syntax.BinaryCmd); !chain && cond.Negated && !lastStatus().MatchString(d.piece(s)) {
			list = append(list, s)
		}
		return true
	})
	s, ok := pick(d, list)
	if !ok || d.has(knowsItsPlace(), hereDocument()) {
		return false
	}
	c := s.Cmd.(*syntax.IfClause)
	cond := strings.TrimSpace(strings.TrimPrefix(d.text[from(c.Cond[0]):ends(c.Cond[0])], "!"))
	last := c.Then[len(c.Then)-1]
	body := d.text[from(c.Then[0]):ends(last)]
	return d.edits(edit{from(s), ends(s), cond + " || { " + body + "; }"})
}
