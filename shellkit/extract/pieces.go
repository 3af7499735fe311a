package extract

import (
	"bytes"
	"sort"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// A text that is handed to a shell is mostly put together from several quotes: 'it'\''s'.
// Each piece of it stands as it is somewhere in the file, or is what an expansion gives.

// piece is where a part of a text stands in its file, as it is up to the next one.
type piece struct {
	from  int // in the text
	at    source.Pos
	given bool // by an expansion: all of it stands where that begins
}

// piecesOf returns the pieces of a word that is text, or nil where it says something else
// than what is written down.
func (s *src) piecesOf(w *syntax.Word, text string) []piece {
	c := &cutter{src: s, want: text}
	if !c.parts(w.Parts, false) {
		return nil
	}
	if c.open {
		c.until(len(text))
	}
	if string(c.text) != text {
		return nil
	}
	if len(c.pieces) == 1 && c.pieces[0].given {
		return nil // nothing of it is written down
	}
	return c.pieces
}

// cutter puts a text together from its pieces.
type cutter struct {
	src    *src
	want   string // what comes out
	text   []byte
	pieces []piece
	open   bool       // an expansion came last, and how much it gives is not known yet
	asked  source.Pos // where that is
}

// expansion is a part of which only what follows tells what it gives.
func (c *cutter) expansion(part syntax.WordPart) {
	if !c.open {
		c.open, c.asked = true, c.src.position(int(part.Pos().Offset()))
	}
}

// until takes what an expansion gives, up to a place in the text.
func (c *cutter) until(end int) {
	c.open = false
	if from := len(c.text); from < end {
		c.pieces = append(c.pieces, piece{from, c.asked, true})
		c.text = append(c.text, c.want[from:end]...)
	}
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
			if !c.take(a+1, b-1) {
				return false
			}
		case *syntax.Lit:
			if bytes.HasPrefix(c.src.text[a:b], []byte(part.Value)) { // that of a here-document ends behind its mark
				b = a + len(part.Value)
			}
			if !c.literal(a, b) {
				return false
			}
		case *syntax.DblQuoted:
			if quoted || part.Dollar || !c.parts(part.Parts, true) {
				return false
			}
		case *syntax.ParamExp, *syntax.CmdSubst, *syntax.ArithmExp:
			c.expansion(part)
		default:
			return false
		}
	}
	return true
}

// literal takes what stands from a to b, without the backslashes that quote.
func (c *cutter) literal(a, b int) bool {
	from := a
	for i := a; i < b; i++ {
		if c.src.text[i] != '\\' || i+1 == b {
			continue
		}
		if !c.take(from, i) {
			return false
		}
		if i++; c.src.text[i] == '\n' {
			from = i + 1
		} else {
			from = i
		}
	}
	return c.take(from, b)
}

// take is a piece that is written down. It tells where what an expansion before it gives
// ends: where the piece stands in the text for the first time.
func (c *cutter) take(a, b int) bool {
	if a >= b {
		return true
	}
	if c.open {
		at := strings.Index(c.want[min(len(c.text), len(c.want)):], string(c.src.text[a:b]))
		if at < 0 {
			return false
		}
		c.until(len(c.text) + at)
	}
	c.pieces = append(c.pieces, piece{from: len(c.text), at: c.src.position(a)})
	c.text = append(c.text, c.src.text[a:b]...)
	return true
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
		if s.pieces[max(0, i)].given {
			return at
		}
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
