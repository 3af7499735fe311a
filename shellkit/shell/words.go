package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// WordBehind is what follows a text in a word that begins with it, or nil.
func WordBehind(text string, w *syntax.Word) *syntax.Word {
	if w == nil || len(w.Parts) == 0 {
		return nil
	}
	parts := w.Parts
	if q, ok := parts[0].(*syntax.DblQuoted); ok && len(q.Parts) > 0 {
		parts = slices.Concat(q.Parts, parts[1:])
	}
	first, ok := parts[0].(*syntax.Lit)
	if !ok || !strings.HasPrefix(first.Value, text) {
		return nil
	}
	rest := slices.Clone(parts[1:])
	if len(first.Value) > len(text) {
		n := uint(len(text))
		at := syntax.NewPos(first.ValuePos.Offset()+n, first.ValuePos.Line(), first.ValuePos.Col()+n)
		rest = append([]syntax.WordPart{&syntax.Lit{ValuePos: at, ValueEnd: first.ValueEnd, Value: first.Value[len(text):]}}, rest...)
	}
	if len(rest) == 0 {
		return nil
	}
	return &syntax.Word{Parts: rest}
}

// BeginsWithTilde tells of a word that the shell may expand to a home: ~/x.
func BeginsWithTilde(w *syntax.Word) bool {
	if len(w.Parts) == 0 {
		return false
	}
	l, ok := w.Parts[0].(*syntax.Lit)
	return ok && strings.HasPrefix(l.Value, "~")
}

// Unescape takes the backslashes out of an unquoted or double-quoted literal.
func Unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// OnlyPart is the part that a word consists of, where it is one, and whether that
// stands in double quotes.
func OnlyPart(w *syntax.Word) (inQuotes bool, part syntax.WordPart) {
	if len(w.Parts) != 1 {
		return false, nil
	}
	if q, ok := w.Parts[0].(*syntax.DblQuoted); ok && len(q.Parts) == 1 {
		return true, q.Parts[0]
	}
	return false, w.Parts[0]
}

// PlainArray tells of ${a[@]}, which is the words of an array.
func PlainArray(p *syntax.ParamExp, inQuotes bool) bool {
	if p.Index == nil || p.Exp != nil || p.Slice != nil || p.Repl != nil || p.Length || p.Excl {
		return false
	}
	w, ok := p.Index.(*syntax.Word)
	return ok && (w.Lit() == "@" || w.Lit() == "*" && !inQuotes)
}

// UnquoteText is a raw text without its quotes and braces.
func UnquoteText(s string) string {
	if !strings.ContainsAny(s, `"'{}`) {
		return s
	}
	return string(slices.DeleteFunc([]byte(s), func(c byte) bool { return c == '"' || c == '\'' || c == '{' || c == '}' }))
}

// PlainText is what is written down in a word, without its quotes.
func PlainText(w *syntax.Word) string {
	var b strings.Builder
	var add func(parts []syntax.WordPart)
	add = func(parts []syntax.WordPart) {
		for _, part := range parts {
			switch part := part.(type) {
			case *syntax.Lit:
				b.WriteString(Unescape(part.Value))
			case *syntax.SglQuoted:
				b.WriteString(part.Value)
			case *syntax.DblQuoted:
				add(part.Parts)
			}
		}
	}
	add(w.Parts)
	return b.String()
}

// LiteralText is the text of a literal, and "" where there is none.
func LiteralText(l *syntax.Lit) string {
	if l == nil {
		return ""
	}
	return l.Value
}

// IsPattern tells whether a word is written as a pattern of names, or with braces.
func IsPattern(w *syntax.Word) bool {
	return slices.ContainsFunc(w.Parts, func(part syntax.WordPart) bool {
		l, ok := part.(*syntax.Lit)
		return ok && strings.ContainsAny(l.Value, "*?[{")
	})
}

// AllLiteral tells whether there are words, and each is written down without quotes.
func AllLiteral(words []*syntax.Word) bool {
	for _, w := range words {
		if w.Lit() == "" {
			return false
		}
	}
	return len(words) > 0
}

// IsWritten tells whether a word stands there as it is, and nothing in it is expanded.
func IsWritten(w *syntax.Word) bool {
	for _, part := range w.Parts {
		switch part := part.(type) {
		case *syntax.Lit, *syntax.SglQuoted:
		case *syntax.DblQuoted:
			for _, inner := range part.Parts {
				if _, ok := inner.(*syntax.Lit); !ok {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// ParamOf is the name of the parameter that a word consists of, or "".
func ParamOf(w *syntax.Word) string {
	if w == nil || len(w.Parts) != 1 {
		return ""
	}
	part := w.Parts[0]
	if q, ok := part.(*syntax.DblQuoted); ok && len(q.Parts) == 1 {
		part = q.Parts[0]
	}
	if p, ok := part.(*syntax.ParamExp); ok && p.Param != nil && p.Exp == nil && p.Slice == nil && p.Repl == nil && !p.Length && !p.Excl && (p.Index == nil) {
		return p.Param.Value
	}
	return ""
}
