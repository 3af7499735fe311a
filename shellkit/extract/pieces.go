package extract

import (
	"bytes"
	"sort"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// A text that is handed to a shell is mostly put together from several quotes: 'it'\''s'.
// Each piece of it stands as it is somewhere in the file.

// piece is where a part of a text stands in its file, as it is up to the next one.
type piece struct {
	from int // in the text
	at   source.Pos
}

// piecesOf returns the pieces of a word that is text, or nil where it says something else
// than what is written down.
func (s *src) piecesOf(w *syntax.Word, text string) []piece {
	c := &cutter{src: s}
	if !c.parts(w.Parts, false) || string(c.text) != text {
		return nil
	}
	return c.pieces
}

// cutter puts a text together from its pieces.
type cutter struct {
	src    *src
	text   []byte
	pieces []piece
}

func (c *cutter) parts(parts []syntax.WordPart, quoted bool) bool {
	for _, part := range parts {
		a, b := int(part.Pos().Offset()), int(part.End().Offset())
		if a > b || b > len(c.src.text) {
			return false
		}
		switch part := part.(type) {
		case *syntax.SglQuoted:
			if part.Dollar || b-a < 2 {
				return false
			}
			c.take(a+1, b-1)
		case *syntax.Lit:
			if bytes.HasPrefix(c.src.text[a:b], []byte(part.Value)) { // that of a here-document ends behind its mark
				b = a + len(part.Value)
			}
			c.literal(a, b)
		case *syntax.DblQuoted:
			if quoted || part.Dollar || !c.parts(part.Parts, true) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// literal takes what stands from a to b, without the backslashes that quote.
func (c *cutter) literal(a, b int) {
	from := a
	for i := a; i < b; i++ {
		if c.src.text[i] != '\\' || i+1 == b {
			continue
		}
		c.take(from, i)
		if i++; c.src.text[i] == '\n' {
			from = i + 1
		} else {
			from = i
		}
	}
	c.take(from, b)
}

func (c *cutter) take(a, b int) {
	if a < b {
		c.pieces = append(c.pieces, piece{len(c.text), c.src.position(a)})
		c.text = append(c.text, c.src.text[a:b]...)
	}
}

// position is where a byte of the text stands in its file. The end of a text stands
// behind its last byte.
func (s *src) position(offset int) source.Pos {
	from, at := 0, s.base
	if !at.Known() {
		at = source.Pos{Line: 1, Column: 1}
	}
	if len(s.pieces) > 0 {
		i := sort.Search(len(s.pieces), func(i int) bool { return s.pieces[i].from > offset }) - 1
		from, at = s.pieces[max(0, i)].from, s.pieces[max(0, i)].at
	}
	between := s.text[from:min(max(from, offset), len(s.text))]
	at.Offset += offset - from
	if n := bytes.Count(between, []byte{'\n'}); n > 0 {
		at.Line += n
		at.Column = 1 + len(between) - 1 - bytes.LastIndexByte(between, '\n')
	} else {
		at.Column += len(between)
	}
	return at
}
