package lsp

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/lockkit/lockkit/shellkit/source"
)

// text is a document as the protocol counts in it: lines end with \n, \r\n or \r, and
// columns are UTF-16 units.
type text struct {
	data  string
	lines []int // offset at which each line begins
}

func newText(data string) *text {
	t := &text{data: data, lines: []int{0}}
	for i := range len(data) {
		if data[i] == '\n' || data[i] == '\r' && (i+1 == len(data) || data[i+1] != '\n') {
			t.lines = append(t.lines, i+1)
		}
	}
	return t
}

// at is the place of a byte; one outside of the text is moved to its nearest end.
func (t *text) at(offset int) position {
	offset = max(0, min(offset, len(t.data)))
	line := sort.Search(len(t.lines), func(i int) bool { return t.lines[i] > offset }) - 1
	units := 0
	for _, r := range t.data[t.lines[line]:offset] {
		units += unitsOf(r)
	}
	return position{line, units}
}

// offset is the byte at a place; one behind the end of a line is its end.
func (t *text) offset(p position) int {
	if p.Line < 0 {
		return 0
	}
	if p.Line >= len(t.lines) {
		return len(t.data)
	}
	at, end := t.lines[p.Line], t.end(p.Line)
	for units := 0; at < end && units < p.Character; {
		r, size := utf8.DecodeRuneInString(t.data[at:])
		units += unitsOf(r)
		at += size
	}
	return at
}

// end is where the text of a line ends.
func (t *text) end(line int) int {
	end := len(t.data)
	if line+1 < len(t.lines) {
		end = t.lines[line+1]
	}
	return t.lines[line] + len(strings.TrimRight(t.data[t.lines[line]:end], "\r\n"))
}

// line is the text of a line.
func (t *text) line(n int) string { return t.data[t.lines[n]:t.end(n)] }

func unitsOf(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

// span is where something of a script stands; an empty one is as wide as the character at
// its place, so that it is seen.
func (t *text) span(s source.Span) span {
	if !s.Start.Known() {
		return span{}
	}
	from, to := s.Start.Offset, max(s.Start.Offset, s.End.Offset)
	if from == to && from < len(t.data) && t.data[from] != '\n' && t.data[from] != '\r' {
		_, size := utf8.DecodeRuneInString(t.data[from:])
		to += size
	}
	return span{t.at(from), t.at(to)}
}

// touches tells whether two stretches have a place in common.
func (s span) touches(other span) bool {
	return !before(s.End, other.Start) && !before(other.End, s.Start)
}

func before(a, b position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Character < b.Character
}
