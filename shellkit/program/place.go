package program

import (
	"sort"
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// A Source is a text with the places at which its bytes stand in a file: the file itself,
// or a text that a script hands to a shell, which is mostly put together from several
// quotes, each of which stands somewhere as it is.
type Source struct {
	File   string
	Text   string
	pieces []piece
	fixed  *source.Span // where nothing else is known, all of it stands there
}

// piece is where a part of a text stands, as it is up to the next one.
type piece struct {
	from int
	at   source.Pos
}

// FileSource is the source of a whole file.
func FileSource(name string, data []byte) *Source {
	return &Source{File: name, Text: string(data), pieces: []piece{{0, source.Pos{Line: 1, Column: 1}}}}
}

// WordSource is the source of a text that has come of a word: it stands there piece by piece
// where the word says it, else all of it stands where the word does.
func WordSource(file string, w *Word, text string) *Source {
	s := &Source{File: file, Text: text}
	if w == nil {
		s.fixed = &source.Span{}
		return s
	}
	var said strings.Builder
	for _, p := range w.Parts {
		if p.Kind != Text {
			break
		}
		s.pieces = append(s.pieces, piece{said.Len(), p.Span.Start})
		said.WriteString(p.Text)
	}
	if said.String() != text || len(s.pieces) == 0 || !s.pieces[0].at.Known() {
		s.pieces, s.fixed = nil, &w.Span
	}
	return s
}

// At is the source of a text all of which stands at one place.
func At(span source.Span, text string) *Source {
	return &Source{File: span.File, Text: text, fixed: &span}
}

// Pos is where a byte of the text stands.
func (s *Source) Pos(offset int) source.Pos {
	if s.fixed != nil {
		return s.fixed.Start
	}
	i := sort.Search(len(s.pieces), func(i int) bool { return s.pieces[i].from > offset }) - 1
	p := s.pieces[max(0, i)]
	at := p.at
	between := s.Text[p.from:min(max(p.from, offset), len(s.Text))]
	at.Offset += offset - p.from
	if n := strings.Count(between, "\n"); n > 0 {
		at.Line += n
		at.Column = len(between) - strings.LastIndexByte(between, '\n')
	} else {
		at.Column += len(between)
	}
	return at
}

// Span is where a part of the text stands.
func (s *Source) Span(from, to int) source.Span {
	if s.fixed != nil {
		return *s.fixed
	}
	return source.Span{File: s.File, Start: s.Pos(from), End: s.Pos(to)}
}

// Raw is a part of the text as it is written.
func (s *Source) Raw(from, to int) string {
	if from > to || to > len(s.Text) {
		return ""
	}
	return s.Text[from:to]
}

// Key tells sources apart: equal keys, equal text at an equal place.
func (s *Source) Key() string { return s.Pos(0).String() + "\x00" + s.File + "\x00" + s.Text }
