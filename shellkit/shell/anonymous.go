package shell

import (
	"strconv"

	"mvdan.cc/sh/v3/syntax"
)

// nameAnonymous gives zsh's functions without a name one that nobody can call: () { … } becomes
// a group that defines such a function and calls it, which is what it means.
func nameAnonymous(file *syntax.File) {
	syntax.Walk(file, func(n syntax.Node) bool {
		s, ok := n.(*syntax.Stmt)
		if !ok {
			return true
		}
		decl, ok := s.Cmd.(*syntax.FuncDecl)
		if !ok || decl.Name != nil || len(decl.Names) > 0 {
			return true
		}
		at, end := decl.Pos(), decl.Body.End()
		decl.Name = &syntax.Lit{ValuePos: at, ValueEnd: at, Value: "(anon " + strconv.Itoa(int(at.Offset())) + ")"}
		word := *decl.Name
		call := &syntax.CallExpr{Args: []*syntax.Word{{Parts: []syntax.WordPart{&word}}}}
		s.Cmd = &syntax.Block{
			Lbrace: at, Rbrace: syntax.NewPos(end.Offset()-1, end.Line(), end.Col()-1), // its last letter
			Stmts: []*syntax.Stmt{{Position: at, Cmd: decl}, {Position: at, Cmd: call}},
		}
		return true
	})
}
