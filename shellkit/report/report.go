// Package report writes all text that a user sees about findings, one file per
// format. It decides nothing: what is found, and what is left out, is settled
// before it is called.
//
// Scripts, and their names, come from anybody. Every format keeps their bytes
// from reaching a terminal, or the reader of the format, as anything but text.
package report

import (
	"io"
	"slices"
	"unicode/utf8"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Findings is what there is to write.
type Findings struct {
	List    []diag.Finding          // in the order in which they are written
	Files   map[string]*source.File // by the names that spans use
	Colour  bool                    // tty and diff: whether the reader's terminal shows colour
	Width   int                     // tty only: of the terminal in cells; 0 where lines may be of any length
	Tally   *Tally                  // tty only: how much was looked at, where that is to be said
	Traces  bool                    // tty only: whether the schedules that confirm findings are drawn
	Version string                  // lockkit's own, for formats that name their tool
	Changes []Change                // diff only: what the repairs make of the files
	Faults  []Fault                 // of formats for programs: files that could not be checked
	Code    int                     // sarif: what the command exits with
	Page    func(*diag.Rule) string // sarif: the page of a rule, in Markdown; nil where there is none
}

// Fault is a file that was not read, or that does not parse.
type Fault struct {
	Span    source.Span // its place, or the file alone
	Message string
}

// Format writes findings. An error is one of w.
type Format func(w io.Writer, f *Findings) error

// formats is in the order in which help lists them; the first is the default.
var formats = []struct {
	name  string
	write Format
}{
	{"tty", writeTTY},
	{"gcc", writeGCC},
	{"json1", writeJSON1},
	{"checkstyle", writeCheckstyle},
	{"sarif", writeSARIF},
	{"github", writeGitHub},
	{"gitlab", writeGitLab},
	{"junit", writeJUnit},
	{"diff", writeDiff},
	{"quiet", writeQuiet},
}

// Names lists the formats, the default first.
func Names() []string {
	names := make([]string, len(formats))
	for i, format := range formats {
		names[i] = format.name
	}
	return names
}

// Lookup returns the format of that name, or false when there is none.
func Lookup(name string) (Format, bool) {
	i := slices.IndexFunc(Names(), func(n string) bool { return n == name })
	if i < 0 {
		return nil, false
	}
	return formats[i].write, true
}

// writeQuiet leaves the answer to the exit code.
func writeQuiet(io.Writer, *Findings) error { return nil }

// column is the place of p in its line as editors, ShellCheck and SARIF count
// it: from 1, in characters, a tab and an invalid byte being one each.
func (f *Findings) column(name string, p source.Pos) int {
	file := f.Files[name]
	if file == nil {
		return p.Column
	}
	line := file.Line(p.Line)
	before := line[:max(0, min(p.Column-1, len(line)))]
	beyond := p.Column - 1 - len(before) // a line end is not part of Line
	return utf8.RuneCountInString(before) + beyond + 1
}

// byFile cuts the list where the file changes.
func (f *Findings) byFile() [][]diag.Finding {
	var groups [][]diag.Finding
	for _, finding := range f.List {
		last := len(groups) - 1
		if last < 0 || groups[last][0].Span.File != finding.Span.File {
			groups = append(groups, nil)
			last++
		}
		groups[last] = append(groups[last], finding)
	}
	return groups
}
