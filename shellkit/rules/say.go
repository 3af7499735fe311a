package rules

import (
	"fmt"
	"strconv"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// at begins a finding at the place of a node.
func (s *Script) at(id protocol.ID, format string, args ...any) diag.Finding {
	return finding(s.Nodes[id].Span, format, args...)
}

// finding begins one at a place.
func finding(at source.Span, format string, args ...any) diag.Finding {
	return diag.Finding{Span: at, Message: fmt.Sprintf(format, args...)}
}

// atWord begins a finding at the operand of a node, where it has one.
func (s *Script) atWord(id protocol.ID, format string, args ...any) diag.Finding {
	f := s.at(id, format, args...)
	if w := s.Nodes[id].Word; w.Start.Known() {
		f.Span = w
	}
	return f
}

// note adds the place of a node to a finding; a node without one adds nothing,
// and so does a place that is noted already.
func (s *Script) note(f *diag.Finding, id protocol.ID, format string, args ...any) {
	if id >= 0 {
		note(f, s.Nodes[id].Span, format, args...)
	}
}

// note adds a place to a finding.
func note(f *diag.Finding, at source.Span, format string, args ...any) {
	if !at.Start.Known() {
		return
	}
	n := diag.Note{Span: at, Text: fmt.Sprintf(format, args...)}
	for _, had := range f.Notes {
		if place(had.Span) == place(n.Span) {
			return
		}
	}
	f.Notes = append(f.Notes, n)
}

// name is a path as a message says it.
func (s *Script) name(path int) string {
	if path < 0 {
		return "the lock file"
	}
	return s.Paths[path].Text
}

// text is what stands at a place in the script, "" when that is not known.
func (s *Script) text(at source.Span) string {
	f := s.files[at.File]
	if f == nil || at.Start.Offset >= at.End.Offset || at.End.Offset > len(f.Data) {
		return ""
	}
	return string(f.Data[at.Start.Offset:at.End.Offset])
}

// insert is an edit that adds text at a place.
func insert(at source.Pos, file, text string) diag.Edit {
	return diag.Edit{Span: source.Span{File: file, Start: at, End: at}, New: text}
}

// forward moves a position inside its line.
func forward(p source.Pos, bytes int) source.Pos {
	return source.Pos{Offset: p.Offset + bytes, Line: p.Line, Column: p.Column + bytes}
}

func itoa(n int) string { return strconv.Itoa(n) }
