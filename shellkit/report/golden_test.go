package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

var update = flag.Bool("u", false, "rewrite the golden files")

// TestGolden holds every format to the text that was last looked at by a person:
// `go test ./shellkit/report -run Golden -u` rewrites it.
func TestGolden(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) { golden(t, name, name, example(t)) })
	}
	for _, name := range []string{"json1", "sarif", "github", "gitlab", "junit"} {
		t.Run("faults/"+name, func(t *testing.T) {
			f := &Findings{Version: "1.2.3", Code: 3}
			f.Faults = append(f.Faults, Fault{source.Span{File: "gone.sh"}, "gone.sh: no such file or directory"})
			at := source.Pos{Line: 2, Column: 4, Offset: 9}
			f.Faults = append(f.Faults, Fault{source.Span{File: "broken.sh", Start: at, End: at}, "broken.sh:2:4: a command can only contain words"})
			golden(t, "faults."+name, name, f)
		})
	}
	t.Run("colour", func(t *testing.T) {
		f := example(t)
		f.Colour = true
		golden(t, "colour", "tty", f)
	})
	for _, name := range Names() {
		t.Run("nothing found/"+name, func(t *testing.T) {
			golden(t, "nothing."+name, name, &Findings{Version: "1.2.3"})
		})
	}
}

func golden(t *testing.T, file, format string, f *Findings) {
	t.Helper()
	path := filepath.Join("testdata", file+".golden")
	got := write(t, format, f)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s\nwant:\n%s", path, got, want)
	}
}

func write(t *testing.T, format string, f *Findings) string {
	t.Helper()
	write, ok := Lookup(format)
	if !ok {
		t.Fatalf("no format %s", format)
	}
	var out bytes.Buffer
	if err := write(&out, f); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var (
	checkThenCreate = &diag.Rule{Code: "LK601", Slug: "check-then-create", Title: "test and creation are two steps", Level: diag.Error}
	leak            = &diag.Rule{Code: "LK401", Slug: "fd-leak-background", Title: "a background job inherits the lock", Level: diag.Warning}
	polling         = &diag.Rule{Code: "LK208", Slug: "polling-loop", Title: "sleeps where -w would wait", Level: diag.Style}
)

// example has one finding of every make: with and without notes, with a repair,
// with advice only and with a reason for none, over several lines, behind tabs,
// wide characters, invalid bytes and escape sequences.
func example(t *testing.T) *Findings {
	t.Helper()
	script := file(t, "jobs/rotate.sh", strings.Join([]string{
		"#!/bin/bash",
		"if [ -f $LOCK ]; then",
		"\techo '任务仍在运行 é' \xff; exit 1",
		"fi",
		"touch $LOCK",
		"\techo \"任务 \x1b[31mred\xff\"; worker &",
		"while ! flock -n 9; do",
		"  sleep 1",
		"done",
		strings.Repeat("x=1; ", 60) + "worker2 & " + strings.Repeat("y=2; ", 60),
	}, "\n")+"\n")
	odd := file(t, "odd \x1b[2J,:%<&'\n.sh", "worker &\n")
	return &Findings{
		Version: "1.2.3",
		Files:   map[string]*source.File{script.Name: script, odd.Name: odd},
		List: []diag.Finding{
			{
				Rule: checkThenCreate, Level: diag.Error, Span: span(t, script, "[ -f $LOCK ]"),
				Message: "two runs that start together both get in: testing and creating are two steps",
				Notes:   []diag.Note{{Span: span(t, script, "touch $LOCK"), Text: "created here"}},
				Fix: &diag.Fix{Title: "create it with noclobber", Edits: []diag.Edit{
					{Span: span(t, script, "[ -f $LOCK ]"), New: "! (set -C; : >\"$LOCK\")"},
					{Span: span(t, script, "touch $LOCK"), New: ""},
				}},
			},
			{
				Rule: leak, Level: diag.Warning, Span: span(t, script, "worker &"),
				Message: "worker keeps the lock after the script has ended\x1b[0m",
				Fix: &diag.Fix{Title: "close the descriptor for it", Edits: []diag.Edit{
					{Span: empty(span(t, script, " &\nwhile")), New: " 9>&-"},
				}},
			},
			{
				Rule: polling, Level: diag.Style, Span: span(t, script, "while ! flock -n 9; do\n  sleep 1\ndone"),
				Message: "up to a second is lost at each try",
				NoFix:   "the number of tries is not known",
			},
			{
				Rule: leak, Level: diag.Info, Span: span(t, script, "worker2 &"),
				Message: "worker2 may keep the lock (not confirmed: unknown command)",
				Fix:     &diag.Fix{Title: "close the descriptor for it"},
			},
			{
				Rule: leak, Level: diag.Warning, Span: source.Span{File: "missing.sh"},
				Message: "a file that is not at hand, no place",
			},
			{
				Rule: leak, Level: diag.Warning, Span: span(t, odd, "worker &"),
				Message: "100 % 'of' <it>",
			},
		},
	}
}

func file(t *testing.T, name, text string) *source.File {
	t.Helper()
	f, err := source.New(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// span is the first place where text stands in the file.
func span(t *testing.T, f *source.File, text string) source.Span {
	t.Helper()
	start := strings.Index(string(f.Data), text)
	if start < 0 {
		t.Fatalf("%q is not in %s", text, f.Name)
	}
	return source.Span{File: f.Name, Start: f.Pos(start), End: f.Pos(start + len(text))}
}

// empty is the place where s begins.
func empty(s source.Span) source.Span {
	s.End = s.Start
	return s
}
