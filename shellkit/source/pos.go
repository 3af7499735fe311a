package source

import "fmt"

// Pos is a place between two bytes. Line and Column count from 1, Column in
// bytes; the zero Pos means "nowhere".
type Pos struct{ Offset, Line, Column int }

// Known tells whether p is a place at all.
func (p Pos) Known() bool { return p.Line > 0 }

func (p Pos) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// Before orders positions of one file.
func (p Pos) Before(q Pos) bool { return p.Offset < q.Offset }

// Span is the text from Start up to, not including, End, in the file called
// File (the name that [File.Name] has).
type Span struct {
	File       string
	Start, End Pos
}

func (s Span) String() string { return s.File + ":" + s.Start.String() }

// Covers tells whether the other span lies within this one.
func (s Span) Covers(o Span) bool {
	return s.File == o.File && o.Start.Known() && !o.Start.before(s.Start) && !s.End.before(o.End)
}

func (p Pos) before(q Pos) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Column < q.Column
}
