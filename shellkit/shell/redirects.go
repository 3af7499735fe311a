package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// ClosesDescriptor tells of a redirect that closes a descriptor which it names: 9>&-
func ClosesDescriptor(r *syntax.Redirect) bool {
	return (r.Op == syntax.DplOut || r.Op == syntax.DplIn) && r.N != nil && r.Word.Lit() == "-"
}

// MayCarryLock tells whether a redirect is about a descriptor that may carry a lock.
func MayCarryLock(r *syntax.Redirect) bool {
	return r.N != nil && !slices.Contains([]string{"0", "1", "2"}, r.N.Value)
}

// WithRedirects is a statement with other redirects.
func WithRedirects(s *syntax.Stmt, list []*syntax.Redirect) *syntax.Stmt {
	t := *s
	t.Redirs = list
	return &t
}

// HereString is the word that a command is given to read: read x <<< "$y".
func HereString(s *syntax.Stmt) *syntax.Word {
	for _, r := range s.Redirs {
		if r.Op == syntax.WordHdoc {
			return r.Word
		}
	}
	return nil
}

// OpensFile tells whether a redirect among them can fail.
func OpensFile(list []*syntax.Redirect) bool {
	for _, r := range list {
		switch r.Op {
		case syntax.RdrIn, syntax.RdrOut, syntax.AppOut, syntax.RdrInOut, syntax.RdrClob:
			if r.N != nil && r.N.Value != "1" && r.N.Value != "2" {
				return true
			}
		}
	}
	return false
}

// IsBraced tells of a redirect whose descriptor the shell chooses: {fd}>FILE.
func IsBraced(r *syntax.Redirect) bool { return r.N != nil && strings.HasPrefix(r.N.Value, "{") }

// LateNoclobber recognises ( set -C; … ) > FILE: the redirect is opened first.
func LateNoclobber(s *syntax.Stmt) *syntax.Redirect {
	var body []*syntax.Stmt
	switch c := s.Cmd.(type) {
	case *syntax.Subshell:
		body = c.Stmts
	case *syntax.Block:
		body = c.Stmts
	}
	if len(body) == 0 {
		return nil
	}
	call, ok := body[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || !SetsNoclobber(call) {
		return nil
	}
	for _, r := range s.Redirs {
		if r.Op == syntax.RdrOut && (r.N == nil || r.N.Value == "1") {
			return r
		}
	}
	return nil
}

// SetsNoclobber tells whether a command may set noclobber, however it is spelled.
func SetsNoclobber(c *syntax.CallExpr) bool {
	name := c.Args[0].Lit()
	if name != "set" && name != "setopt" && name != "unsetopt" && name != "shopt" {
		return false
	}
	return slices.ContainsFunc(c.Args[1:], func(w *syntax.Word) bool {
		text := w.Lit()
		return strings.Contains(strings.ToLower(text), "clobber") || strings.Contains(text, "C") && strings.HasPrefix(text, "-")
	})
}

// InputOf is the file that standard input comes from; nil where no redirect says so.
func InputOf(redirs []*syntax.Redirect) (file *syntax.Word) {
	for _, r := range redirs {
		if r.Op == syntax.RdrIn && (r.N == nil || r.N.Value == "0") {
			file = r.Word
		}
	}
	return file
}
