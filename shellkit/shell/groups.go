package shell

import "mvdan.cc/sh/v3/syntax"

// Ungrouped are the statements of a list, those of a group, of a branch that is always taken and
// of a loop that has one turn in its place: { a; b; } is a and b.
func Ungrouped(list []*syntax.Stmt) (out []*syntax.Stmt) {
	for _, s := range list {
		if inner := alwaysRun(s); inner != nil {
			out = append(out, Ungrouped(inner)...)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// alwaysRun are the statements of a group, of if : and if true, of case … in *), and of a loop
// over one word.
func alwaysRun(s *syntax.Stmt) []*syntax.Stmt {
	if len(s.Redirs) > 0 || s.Background || s.Negated || s.Coprocess || s.Disown {
		return nil
	}
	switch c := s.Cmd.(type) {
	case *syntax.Block:
		return c.Stmts
	case *syntax.IfClause:
		if len(c.Cond) == 1 && c.Else == nil && isTrue(c.Cond[0]) {
			return c.Then
		}
	case *syntax.CaseClause:
		if len(c.Items) == 1 && len(c.Items[0].Patterns) == 1 && c.Items[0].Patterns[0].Lit() == "*" {
			return append([]*syntax.Stmt{onlyAsks(s, c)}, c.Items[0].Stmts...)
		}
	case *syntax.ForClause:
		if it, ok := c.Loop.(*syntax.WordIter); ok && len(c.Do) > 0 && len(it.Items) == 1 && it.Items[0].Lit() != "" && !IsPattern(it.Items[0]) {
			return append([]*syntax.Stmt{onlySets(s, c, it)}, c.Do...)
		}
	case *syntax.WhileClause: // while : whose last command is break
		if !c.Until && len(c.Cond) == 1 && isTrue(c.Cond[0]) && len(c.Do) > 0 && isBreak(c.Do[len(c.Do)-1]) {
			return c.Do[:len(c.Do)-1]
		}
	}
	return nil
}

// onlyAsks is a case without its branches, at whose word commands may stand.
func onlyAsks(s *syntax.Stmt, c *syntax.CaseClause) *syntax.Stmt {
	word, asked := *c, *s
	word.Items, word.Esac = nil, c.Word.End()
	asked.Cmd = &word
	return &asked
}

// onlySets is a loop over one word without its commands: it sets its variable.
func onlySets(s *syntax.Stmt, c *syntax.ForClause, over *syntax.WordIter) *syntax.Stmt {
	word, set := *c, *s
	word.Do, word.DonePos = nil, over.Items[0].End()
	set.Cmd = &word
	return &set
}

// isTrue tells of : and true.
func isTrue(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	return ok && !s.Negated && len(c.Args) == 1 && (c.Args[0].Lit() == ":" || c.Args[0].Lit() == "true")
}

// isBreak tells of break, as it stands.
func isBreak(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	return ok && !s.Negated && !s.Background && len(c.Args) == 1 && c.Args[0].Lit() == "break"
}
