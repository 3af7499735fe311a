package shell

import (
	"errors"
	"fmt"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// SyntaxError says that a script does not parse, and where.
type SyntaxError struct {
	Span source.Span
	Text string
	Hint string // what the file may be in truth; "" where nothing tells
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s: %s", e.Span, e.Text) }

func syntaxError(name string, err error) error {
	var p syntax.ParseError
	var l syntax.LangError
	var deep *deepError
	switch {
	case errors.As(err, &deep):
		at := source.Pos{Line: deep.line, Column: 1}
		return &SyntaxError{Span: source.Span{File: name, Start: at, End: at}, Text: deep.Error()}
	case errors.As(err, &p):
		return &SyntaxError{Span: spanAt(name, p.Pos), Text: inWords(p.Text)}
	case errors.As(err, &l):
		bare := l
		bare.Filename = ""
		return &SyntaxError{Span: spanAt(name, l.Pos), Text: trimPlace(bare.Error())}
	}
	return &SyntaxError{Span: source.Span{File: name, Start: source.Pos{Line: 1, Column: 1}}, Text: err.Error()}
}

// trimPlace drops the "line:col: " that the parser's message begins with.
func trimPlace(s string) string {
	for range 2 {
		i := 0
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		if i == 0 || i == len(s) || s[i] != ':' {
			break
		}
		s = s[i+1:]
	}
	if len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	return s
}

func spanAt(name string, p syntax.Pos) source.Span {
	pos := source.Pos{Offset: int(p.Offset()), Line: int(p.Line()), Column: int(p.Col())}
	return source.Span{File: name, Start: pos, End: pos}
}
