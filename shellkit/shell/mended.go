package shell

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// backgrounds rewrites cmd &>file for the shells to which that is cmd & and then
// >file: the text stays as long as it was.
func backgrounds(file *syntax.File, text []byte) (apart []byte, ok bool) {
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

// mended replaces what a shell takes and the parser does not by something of the
// same length that means the same to it.
func mended(text []byte, of *Dialect) []byte {
	if bytes.Contains(text, []byte("\r\n")) {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte(" \n"))
	}
	if !utf8.Valid(text) {
		text = WithoutForeignBytes(text)
	}
	if of.AlwaysBlocks {
		text = withoutAlways(text)
	}
	return text
}

// ForeignByte is what stands for each byte that is no UTF-8.
const ForeignByte = 0x7f

// WithoutForeignBytes puts a byte that means nothing to a shell where text is not
// UTF-8, which shells do not ask for and the parser does: a comment in Latin-1
// makes no script unreadable.
func WithoutForeignBytes(text []byte) []byte {
	out := bytes.Clone(text)
	for i := 0; i < len(out); {
		r, size := utf8.DecodeRune(out[i:])
		if r == utf8.RuneError && size == 1 {
			out[i] = ForeignByte
		}
		i += size
	}
	return out
}

var alwaysBlock = regex.Of(`\}[ \t]+always[ \t]+\{`)

// AlwaysMark stands where always did, also in a text that is run later.
const AlwaysMark = "\t;\t"

// withoutAlways rewrites zsh's { … } always { … }, which the parser does not know,
// into two blocks of the same length: the second runs whatever happened.
func withoutAlways(text []byte) []byte {
	if !bytes.Contains(text, []byte("always")) {
		return text
	}
	return alwaysBlock().ReplaceAllFunc(text, func(m []byte) []byte {
		out := bytes.Repeat([]byte(" "), len(m))
		copy(out, "}"+AlwaysMark)
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

// withEnd closes the here-document that a text ends in: most shells take it to end there.
func withEnd(text []byte, err error) ([]byte, bool) {
	var p syntax.ParseError
	if !errors.As(err, &p) {
		return text, false
	}
	word, open := strings.CutPrefix(p.Text, "unclosed here-document `")
	if !open {
		return text, false
	}
	end := strings.TrimSuffix(word, "`") + "\n"
	if bytes.HasSuffix(text, []byte("\n"+end)) {
		return text, false // that was not it
	}
	if !bytes.HasSuffix(text, []byte("\n")) {
		end = "\n" + end
	}
	return append(bytes.Clone(text), end...), true
}
