package report

import (
	"slices"
	"strings"
	"unicode"

	"github.com/lockkit/lockkit/shellkit/source"
)

const (
	tabWidth     = 4
	excerptWidth = 100 // cells; a longer line is shown around the place
	leadIn       = 30  // cells kept before a place that is far to the right
	nearby       = 400 // bytes on each side of a place that are looked at at all
)

// excerpt returns the line that span begins in, fit for a terminal, and below it
// the marks that underline the span: "^~~~", or a bare "^" for a place between
// two characters. The line takes no more cells than room, but for what says that it was cut.
// ok is false where there is nothing to show.
func excerpt(file *source.File, span source.Span, room int) (line, marks string, ok bool) {
	if file == nil || !span.Start.Known() || span.Start.Line > file.Lines() {
		return "", "", false
	}
	text := file.Line(span.Start.Line)
	from := min(span.Start.Column-1, len(text))
	to := len(text)
	if span.End.Line == span.Start.Line {
		to = min(max(from, span.End.Column-1), len(text))
	}
	before, after := max(0, from-nearby), min(len(text), from+nearby)
	row := layOut(text[before:after])
	line, marks = row.window(room, row.at(from-before), row.at(min(to, after)-before))
	return line, marks, true
}

// cut stands where a part of a line is left out.
const cut = "…"

// row is a line as a terminal shows it, character by character.
type row []character

type character struct {
	offset int    // in bytes, in the line
	shown  string // harmless
	width  int    // in cells
}

func layOut(text string) row {
	var r row
	width := 0
	for offset := 0; offset < len(text); {
		shown, size := show(text[offset:])
		c := character{offset, shown, cells(shown)}
		if text[offset] == '\t' {
			c.width = tabWidth - width%tabWidth
			c.shown = strings.Repeat(" ", c.width)
		}
		r = append(r, c)
		offset += size
		width += c.width
	}
	return r
}

// at is the index of the character at or after offset.
func (r row) at(offset int) int {
	i := slices.IndexFunc(r, func(c character) bool { return c.offset >= offset })
	if i < 0 {
		return len(r)
	}
	return i
}

func (r row) width() (cells int) {
	for _, c := range r {
		cells += c.width
	}
	return cells
}

// window shows as much of the row as fits into room, the characters from:to marked.
func (r row) window(room, from, to int) (line, marks string) {
	first, last := 0, len(r)
	if r.width() > room {
		for r[first:from].width() > leadIn {
			first++
		}
		for r[first:last].width() > room {
			last--
		}
	}
	var b strings.Builder
	lead := r[first:from].width()
	if first > 0 {
		b.WriteString(cut)
		lead++
	}
	for _, c := range r[first:last] {
		b.WriteString(c.shown)
	}
	if last < len(r) {
		b.WriteString(cut)
	}
	length := max(1, r[from:max(from, min(to, last))].width())
	return strings.TrimRight(b.String(), " "), strings.Repeat(" ", lead) + "^" + strings.Repeat("~", length-1)
}

// cells is the width of harmless text on a terminal.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x300:
			n++
		case unicode.In(r, unicode.Mn, unicode.Me):
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wide tells whether terminals give r two cells: the blocks of East Asian
// scripts and of pictures that Unicode's EastAsianWidth.txt marks W or F.
func wide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xa960 && r <= 0xa97c,
		r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff01 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1f64f,
		r >= 0x1f680 && r <= 0x1f6ff, r >= 0x1f900 && r <= 0x1faff,
		r >= 0x20000 && r <= 0x3fffd:
		return true
	case r == 0x231a, r == 0x231b, r == 0x23e9, r == 0x23f0, r == 0x2705, r == 0x274c, r == 0x2753, r == 0x2b50:
		return true
	}
	return false
}
