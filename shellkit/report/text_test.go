package report

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
	"pgregory.net/rapid"
)

func TestHarmless(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain 任务 é", "plain 任务 é"},
		{"\x1b[31m", `\x1b[31m`},
		{"a\nb\r\tc", `a\nb\r\tc`},
		{"\xff\xfe", `\xff\xfe`},
		{"\u202e\u200b\u0085", `\u202e\u200b\u0085`},
		{"\ufffd", "\ufffd"},
	}
	for _, tt := range tests {
		if got := Harmless(tt.in); got != tt.want {
			t.Errorf("Harmless(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// Marks stand under what they mark, in cells of a terminal.
func TestExcerpt(t *testing.T) {
	long := strings.Repeat("x", 5000)
	tests := []struct{ name, text, mark, line, marks string }{
		{"start", "rm -f x", "rm", "rm -f x", "^~"},
		{"tabs", "\tif\trm", "rm", "    if  rm", "        ^~"},
		{"wide", "任务 rm", "rm", "任务 rm", "     ^~"},
		{"wide marked", "a 任务", "任务", "a 任务", "  ^~~~"},
		{"combining", "e\u0301 rm", "rm", "e\u0301 rm", "  ^~"},
		{"escaped", "\x1b rm", "rm", `\x1b rm`, "     ^~"},
		{"several lines", "a if b\nfi", "if b\nfi", "a if b", "  ^~~~"},
		{"line end", "a\r\nb", "a", "a", "^"},
		{"cut before", long + " rm", "rm", "…" + strings.Repeat("x", 29) + " rm", strings.Repeat(" ", 31) + "^~"},
		{"cut after", "rm " + long, "rm", "rm " + strings.Repeat("x", 97) + "…", "^~"},
		{"cut in the mark", "a " + long, long, "a " + strings.Repeat("x", 98) + "…", "  ^" + strings.Repeat("~", 97)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := file(t, "x", tt.text)
			line, marks, ok := excerpt(f, span(t, f, tt.mark), excerptWidth)
			if !ok || line != tt.line || marks != tt.marks {
				t.Errorf("got\n%s\n%s\nwant\n%s\n%s", line, marks, tt.line, tt.marks)
			}
		})
	}
}

// Whatever a script and its name are made of, no format lets a control byte out,
// and the structured ones stay readable.
func TestFormatsAreHarmless(t *testing.T) {
	readable := map[string]func(string) error{
		"json1":      isJSON,
		"sarif":      isJSON,
		"checkstyle": isXML,
	}
	rapid.Check(t, func(r *rapid.T) {
		junk := rapid.Custom(func(r *rapid.T) string {
			parts := rapid.SliceOfN(rapid.SampledFrom([]string{
				"a", " ", "\x1b[2J", "\xff", "\xe4\xbb", "任", "\t", "\r", "\u202e", "]]>", "'", "\"", "&", "<", "%0A", "::", "\x7f", "\u009b",
			}), 0, 30).Draw(r, "parts")
			return strings.Join(parts, "")
		})
		script, err := source.New(junk.Draw(r, "name"), []byte(junk.Draw(r, "text")+"\n"+junk.Draw(r, "text")))
		if err != nil {
			r.Fatal(err)
		}
		from := rapid.IntRange(0, len(script.Data)).Draw(r, "from")
		to := rapid.IntRange(from, len(script.Data)).Draw(r, "to")
		place := source.Span{File: script.Name, Start: script.Pos(from), End: script.Pos(to)}
		text := junk.Draw(r, "message") + "\n"
		f := &Findings{
			Files: map[string]*source.File{script.Name: script},
			List: []diag.Finding{{
				Rule: leak, Span: place, Message: text,
				Notes: []diag.Note{{Span: place, Text: text}},
				Fix:   &diag.Fix{Title: text, Edits: []diag.Edit{{Span: place, New: text}}},
			}},
		}
		for _, format := range formats {
			var out strings.Builder
			if err := format.write(&out, f); err != nil {
				r.Fatal(err)
			}
			got := out.String()
			if !utf8.ValidString(got) || strings.ContainsFunc(got, func(c rune) bool { return c != '\n' && unicode.IsControl(c) }) {
				r.Errorf("%s lets through what it should not: %q", format.name, got)
			}
			if check := readable[format.name]; check != nil && check(got) != nil {
				r.Errorf("%s cannot be read: %v: %q", format.name, check(got), got)
			}
			if lines := strings.Count(got, "\n"); (format.name == "gcc" || format.name == "github") && lines != 1 {
				r.Errorf("%s makes %d lines of one finding: %q", format.name, lines, got)
			}
		}
	})
}

func isJSON(text string) error {
	var v any
	return json.Unmarshal([]byte(text), &v)
}

func isXML(text string) error {
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := dec.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
