package shell

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// bareWord are texts that mean the same to every shell in quotes and without.
var bareWord = regex.Of(`^[A-Za-z0-9_./:,+@%-]+$`)

// unquote takes the quotes from what needs none: "flock" is flock, and who looks for a
// command or an option need not ask in which way it is written; nor are there any in a sum.
// All stays in its place in the text. The word that ends a here-document says by its quotes
// how that is read.
func unquote(of syntax.Node, text []byte) {
	syntax.Walk(of, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Redirect:
			if n.Hdoc == nil {
				return true
			}
			unquote(n.Hdoc, text)
			return false
		case *syntax.Word:
			if len(n.Parts) != 1 {
				break
			}
			if text := quotedText(n.Parts[0]); bareWord().MatchString(text) {
				n.Parts[0] = &syntax.Lit{ValuePos: n.Pos(), ValueEnd: n.End(), Value: text}
			}
		default:
			unquoteSums(n, text)
		}
		return true
	})
}

// quotedText is what stands in quotes, where nothing in it is expanded.
func quotedText(p syntax.WordPart) string {
	switch q := p.(type) {
	case *syntax.SglQuoted:
		if !q.Dollar {
			return q.Value
		}
	case *syntax.DblQuoted:
		if len(q.Parts) == 1 && !q.Dollar {
			if l, is := q.Parts[0].(*syntax.Lit); is {
				return l.Value
			}
		}
	}
	return ""
}
