package extract

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// SyntaxError says that a script does not parse, and where.
type SyntaxError struct {
	Span source.Span
	Text string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s: %s", e.Span, e.Text) }

var variants = map[source.Dialect]syntax.LangVariant{
	source.Bash: syntax.LangBash, source.Bats: syntax.LangBats,
	source.Sh: syntax.LangPOSIX, source.Dash: syntax.LangPOSIX, source.Ash: syntax.LangPOSIX, source.Yash: syntax.LangPOSIX,
	source.Ksh: syntax.LangMirBSDKorn, source.Mksh: syntax.LangMirBSDKorn,
	source.Zsh: syntax.LangZsh,
}

// parse reads text in the dialect. What lockkit init printed into it is left out:
// calls of its functions are operations of the protocol.
func parse(name string, text []byte, d source.Dialect) (*syntax.File, error) {
	file, err := read(name, text, d)
	if err == nil {
		ownFunctions(file, text)
	}
	return file, err
}

// read reads text in the dialect. A script for sh that needs more than POSIX is
// read as bash, because /bin/sh is often more than dash and what is meant is plain.
// Offsets in the tree are those of the text, whatever had to be mended to read it.
func read(name string, text []byte, d source.Dialect, options ...syntax.ParserOption) (*syntax.File, error) {
	text = mended(text, d)
	file, err := tree(name, text, variants[d], options)
	for err != nil {
		simpler, ok := withoutArithmetic(text, err)
		if !ok {
			break
		}
		text = simpler
		file, err = tree(name, text, variants[d], options)
	}
	if v := variants[d]; err != nil && (v == syntax.LangPOSIX || v == syntax.LangMirBSDKorn) {
		if file, err := tree(name, text, syntax.LangBash, options); err == nil {
			if apart, ok := backgrounds(file, text, d); ok {
				return read(name, apart, d, options...)
			}
			return file, nil
		}
	}
	if err != nil {
		return nil, syntaxError(name, err)
	}
	return file, nil
}

// backgrounds rewrites cmd &>file for the shells to which that is cmd & and then
// >file: the text stays as long as it was.
func backgrounds(file *syntax.File, text []byte, d source.Dialect) (apart []byte, ok bool) {
	if d != source.Sh && d != source.Dash && d != source.Yash {
		return nil, false
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		r, isRedirect := n.(*syntax.Redirect)
		if !isRedirect || r.Op != syntax.RdrAll && r.Op != syntax.AppAll {
			return true
		}
		at, op := int(r.OpPos.Offset()), r.Op.String()
		end := at + len(op)
		if apart == nil {
			apart = bytes.Clone(text)
		}
		switch blank := func(i int) bool { return i >= 0 && i < len(text) && (text[i] == ' ' || text[i] == '\t') }; {
		case blank(at - 1):
			copy(apart[at-1:], "& "+op[1:])
			ok = true
		case blank(end):
			copy(apart[at:], "& "+op[1:])
			ok = true
		}
		return true
	})
	return apart, ok
}

// tree parses text, and fails where that, or a walk through the tree, would take
// more stack than there is.
func tree(name string, text []byte, variant syntax.LangVariant, options []syntax.ParserOption) (*syntax.File, error) {
	from := guarded(text)
	file, err := syntax.NewParser(append(options, syntax.Variant(variant))...).Parse(from, name)
	if err == nil && tooDeep(file, text) {
		err = &deepError{line: 1}
	}
	return file, err
}

// mended replaces what a shell takes and the parser does not by something of the
// same length that means the same to it.
func mended(text []byte, d source.Dialect) []byte {
	if bytes.Contains(text, []byte("\r\n")) {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte(" \n"))
	}
	if !utf8.Valid(text) {
		text = withoutForeignBytes(text)
	}
	if d == source.Zsh {
		text = withoutAlways(text)
	}
	return text
}

// foreignByte is what stands for each byte that is no UTF-8.
const foreignByte = 0x7f

// withoutForeignBytes puts a byte that means nothing to a shell where text is not
// UTF-8, which shells do not ask for and the parser does: a comment in Latin-1
// makes no script unreadable.
func withoutForeignBytes(text []byte) []byte {
	out := bytes.Clone(text)
	for i := 0; i < len(out); {
		r, size := utf8.DecodeRune(out[i:])
		if r == utf8.RuneError && size == 1 {
			out[i] = foreignByte
		}
		i += size
	}
	return out
}

var alwaysBlock = regexp.MustCompile(`\}[ \t]+always[ \t]+\{`)

// alwaysMark stands where always did, also in a text that is run later.
const alwaysMark = "\t;\t"

// withoutAlways rewrites zsh's { … } always { … }, which the parser does not know,
// into two blocks of the same length: the second runs whatever happened.
func withoutAlways(text []byte) []byte {
	if !bytes.Contains(text, []byte("always")) {
		return text
	}
	return alwaysBlock.ReplaceAllFunc(text, func(m []byte) []byte {
		out := bytes.Repeat([]byte(" "), len(m))
		copy(out, "}"+alwaysMark)
		out[len(m)-1] = '{'
		return out
	})
}

// withoutArithmetic blanks the arithmetic expression at which the parser stopped:
// shells expand $OPERATOR in there first, the parser wants to see the operator.
func withoutArithmetic(text []byte, err error) ([]byte, bool) {
	var p syntax.ParseError
	if !errors.As(err, &p) || !strings.Contains(p.Text, "arithmetic") {
		return text, false
	}
	at := int(p.Pos.Offset())
	begin := bytes.LastIndex(text[:min(at, len(text))], []byte("$(("))
	if begin < 0 {
		return text, false
	}
	depth, end := 0, -1
	for i := begin + 1; i < len(text); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			end = i
			break
		}
	}
	if end < begin+5 || end < at {
		return text, false
	}
	out := bytes.Clone(text)
	for i := begin + 3; i < end-1; i++ {
		if out[i] != '\n' {
			out[i] = ' '
		}
	}
	out[begin+3] = '0'
	return out, true
}

func syntaxError(name string, err error) error {
	var p syntax.ParseError
	var l syntax.LangError
	var deep *deepError
	switch {
	case errors.As(err, &deep):
		at := source.Pos{Line: deep.line, Column: 1}
		return &SyntaxError{Span: source.Span{File: name, Start: at, End: at}, Text: deep.Error()}
	case errors.As(err, &p):
		return &SyntaxError{Span: spanAt(name, p.Pos), Text: p.Text}
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
