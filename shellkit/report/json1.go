package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

// The shape is that of `shellcheck -f json1` (seen in 0.9.0), field for field,
// so that what reads ShellCheck reads this: columns count characters from 1, a
// tab is one, an end is the place after the last character.
//
// Errors are ours, and there only where a file could not be checked: who reads no
// further than the comments has the exit code.
type json1 struct {
	Comments []json1Comment `json:"comments"`
	Errors   []json1Error   `json:"errors,omitempty"`
}

type json1Error struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // 0 where it is about the whole file
	Column  int    `json:"column"`
	Message string `json:"message"`
}

type json1Comment struct {
	File string `json:"file"`
	json1Range
	Level   string    `json:"level"`
	Code    string    `json:"code"`
	Message string    `json:"message"`
	Fix     *json1Fix `json:"fix"`
	Real    string    `json:"real,omitempty"` // ours, and there only with --confirm=real
}

type json1Range struct {
	Line      int `json:"line"`
	EndLine   int `json:"endLine"`
	Column    int `json:"column"`
	EndColumn int `json:"endColumn"`
}

type json1Fix struct {
	Replacements []json1Replacement `json:"replacements"`
}

// json1Replacement: of several, the one with the highest precedence is made
// first; beforeStart says that text at its very place moves to the right.
type json1Replacement struct {
	json1Range
	InsertionPoint string `json:"insertionPoint"`
	Precedence     int    `json:"precedence"`
	Replacement    string `json:"replacement"`
}

func writeJSON1(w io.Writer, f *Findings) error {
	doc := json1{Comments: []json1Comment{}}
	for _, d := range f.List {
		doc.Comments = append(doc.Comments, json1Comment{
			File:       d.Span.File,
			json1Range: f.json1Range(d.Span),
			Level:      d.Level.String(),
			Code:       d.Rule.Code,
			Message:    d.Message,
			Fix:        f.json1Fix(d.Fix),
			Real:       d.Real,
		})
	}
	for _, x := range f.Faults {
		doc.Errors = append(doc.Errors, json1Error{x.Span.File, x.Span.Start.Line, x.Span.Start.Column, x.Message})
	}
	return encode(w, doc)
}

func (f *Findings) json1Range(span source.Span) json1Range {
	return json1Range{
		Line:      span.Start.Line,
		EndLine:   span.End.Line,
		Column:    f.column(span.File, span.Start),
		EndColumn: f.column(span.File, span.End),
	}
}

// json1Fix is nil, written as null, for a repair that has no edits: the shape
// has no place for advice.
func (f *Findings) json1Fix(fix *diag.Fix) *json1Fix {
	if fix == nil || len(fix.Edits) == 0 {
		return nil
	}
	out := &json1Fix{}
	for i, edit := range fix.Edits {
		out.Replacements = append(out.Replacements, json1Replacement{
			json1Range:     f.json1Range(edit.Span),
			InsertionPoint: "beforeStart",
			Precedence:     len(fix.Edits) - i,
			Replacement:    edit.New,
		})
	}
	return out
}

// encode writes v as one line of JSON. Bytes that are not UTF-8 become U+FFFD,
// which is all that JSON can say; what a terminal would act on is escaped.
func encode(w io.Writer, v any) error {
	var doc bytes.Buffer
	enc := json.NewEncoder(&doc)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	var safe bytes.Buffer
	for _, r := range doc.String() {
		switch {
		case r == '\n' || unicode.IsPrint(r):
			safe.WriteRune(r)
		default: // outside of ASCII or DEL, so inside of a string
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&safe, "\\u%04x", unit)
			}
		}
	}
	_, err := safe.WriteTo(w)
	return err
}
