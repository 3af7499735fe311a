package shell

import "mvdan.cc/sh/v3/syntax"

// Ungrouped are the statements of a list, those of a group or of a branch that is always taken
// in its place: { a; b; } is a and b.
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

// alwaysRun are the statements of a group, or of if : and if true.
func alwaysRun(s *syntax.Stmt) []*syntax.Stmt {
	if len(s.Redirs) > 0 || s.Background || s.Negated || s.Coprocess || s.Disown {
		return nil
	}
	switch c := s.Cmd.(type) {
	case *syntax.Block:
		return c.Stmts
	case *syntax.IfClause:
		if len(c.Cond) != 1 || c.Cond[0].Negated || c.Else != nil {
			return nil
		}
		if cond, ok := c.Cond[0].Cmd.(*syntax.CallExpr); ok && len(cond.Args) == 1 {
			if name := cond.Args[0].Lit(); name == ":" || name == "true" {
				return c.Then
			}
		}
	}
	return nil
}
