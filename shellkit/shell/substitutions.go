package shell

import "mvdan.cc/sh/v3/syntax"

// ContentOf is the file that $(<FILE) gives the content of; nil for other commands.
func ContentOf(s *syntax.Stmt) *syntax.Word {
	if s.Cmd != nil || len(s.Redirs) != 1 || s.Redirs[0].Op != syntax.RdrIn || s.Redirs[0].N != nil && s.Redirs[0].N.Value != "0" {
		return nil
	}
	return s.Redirs[0].Word
}

// ReadsAFile tells of $(<FILE), for which no shell is started.
func ReadsAFile(c *syntax.CmdSubst) bool {
	return len(c.Stmts) == 1 && c.Stmts[0].Cmd == nil && len(c.Stmts[0].Redirs) == 1 && c.Stmts[0].Redirs[0].Op == syntax.RdrIn
}

// Substitutions calls visit for the outermost command substitutions below n.
func Substitutions(n syntax.Node, visit func(*syntax.CmdSubst)) {
	syntax.Walk(n, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CmdSubst); ok {
			visit(c)
			return false
		}
		return true
	})
}

// HasSubstitution tells whether a command substitution stands somewhere below n.
func HasSubstitution(n syntax.Node) bool {
	found := false
	Substitutions(n, func(*syntax.CmdSubst) { found = true })
	return found
}

// IsSubstitution tells whether a node is a command substitution itself.
func IsSubstitution(n syntax.Node) bool {
	_, ok := n.(*syntax.CmdSubst)
	return ok
}

// OnlySubstitution is the substitution of which a word consists, or nil.
func OnlySubstitution(w *syntax.Word) *syntax.CmdSubst {
	if len(w.Parts) != 1 {
		return nil
	}
	c, _ := w.Parts[0].(*syntax.CmdSubst)
	return c
}
