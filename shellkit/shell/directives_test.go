package shell

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// 4: a directive stands before a command, or file-wide before the first. Each
// case has one directive, and wants the text that it speaks of.
func TestDirectiveScope(t *testing.T) {
	const d = "# lockkit disable=LK301"
	for name, c := range map[string]struct{ text, want string }{
		"file-wide":                  {"#!/bin/sh\n" + d + "\n\na\nb\n", "the file"},
		"file-wide, no command":      {d, "the file"},
		"before a command":           {"a\n" + d + "\nb x\nc\n", "b x"},
		"with other comments":        {"a\n" + d + "\n# why\n\nb x\nc\n", "b x"},
		"before a list":              {"a\n" + d + "\nb && c || d\ne\n", "b && c || d"},
		"before a pipeline":          {"a\n" + d + "\n! b | c\ne\n", "! b | c"},
		"before a compound command":  {"a\n" + d + "\nif b; then\n c\nfi >d\ne\n", "if b; then\n c\nfi >d"},
		"before a function":          {"a\n" + d + "\nf() {\n c\n}\ne\n", "f() {\n c\n}"},
		"in a block":                 {"a\nif b; then\n " + d + "\n c\n d\nfi\n", "c"},
		"behind &&":                  {"a\nb &&\n " + d + "\n c || d\n", "c"},
		"before a case item":         {"a\ncase b in\n" + d + "\nc) d ;;\nesac\n", "c) d ;;"},
		"in a command substitution":  {"a\nb=$(\n" + d + "\nc)\n", "c"},
		"carriage returns":           {"a\r\n" + d + "\r\nb x\r\nc\r\n", "b x"},
		"behind a command":           {"a\nb " + d + "\nc\n", "b "},
		"behind the first command":   {"a " + d + "\nc\n", "a "},
		"behind an opener":           {"a\nif b; then " + d + "\n c\nfi\n", "if b; then "},
		"behind an end":              {"a\nif b; then\n c\nfi " + d + "\nd\n", "fi "},
		"behind a line that goes on": {"a\nb \\\n  c \\\r\n  d " + d + "\ne\n", "b \\\n  c \\\r\n  d "},
		"behind two commands":        {"a\nb; c " + d + "\nd\n", "b; c "},
		"at the end of a block":      {"a\nif b; then\n c\n" + d + "\nfi\nd\n", "nothing"},
		"at the end":                 {"a\n" + d + "\n", "nothing"},
		"a here-document has none":   {"cat <<E\n" + d + "\nE\n", "no directive"},
		"a string has none":          {"a '\n" + d + "\n'\n", "no directive"},
		"another word":               {"a\n# lockkitty disable=LK301\nb\n", "no directive"},
		"a sentence":                 {"a\n# lockkit is what locks here\nb\n", "no directive"},
		"a comment about one":        {"a\n# as # lockkit disable=LK301 does\nb\n", "no directive"},
		"does not parse":             {d + "\nif\n", "no directive"},
		"bash in a script for sh":    {"a\n" + d + "\nb=(1)\n", "b=(1)"},
		"before a here-document":     {"a\n" + d + "\ncat <<E\nx\nE\nb\n", "cat <<E\nx\nE"},
		"blanks around, like a list": {"a\n\t#   lockkit \t disable=LK301  \nb\n", "b"},
	} {
		f, err := source.New("x", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := scopes(f, Directives(f, source.Sh)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A directive is read by whoever reads the script: what is mended for one is
// mended for the other, and what the comment says stays as it is written.
func TestDirectiveInMendedScript(t *testing.T) {
	const d = "# lockkit disable=LK301"
	for name, c := range map[string]struct {
		dialect    source.Dialect
		text, want string
	}{
		"Latin-1 before":     {source.Bash, "echo '\xe4\xf6'\n" + d + "\nb x\n", "disable=LK301"},
		"Latin-1 as reason":  {source.Sh, "a\n" + d + " -- f\xfcr J\xfcrgen\nb x\n", "disable=LK301 -- f\xfcr J\xfcrgen"},
		"Latin-1 behind":     {source.Mksh, "a\n" + d + "\nb x\necho \xff\n", "disable=LK301"},
		"always":             {source.Zsh, "{ a } always { c }\n" + d + "\nb x\n", "disable=LK301"},
		"always, in another": {source.Zsh, "f() {\n { a } always {\n c\n }\n}\n" + d + "\nb x\n", "disable=LK301"},
		"arithmetic":         {source.Bash, "echo $((1 $op 2))\n" + d + "\nb x\n", "disable=LK301"},
		"arithmetic, twice":  {source.Dash, "echo $((1 $op 2))\necho $((3 $op 4))\n" + d + "\nb x\n", "disable=LK301"},
	} {
		f, err := source.New("x", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		list := Directives(f, c.dialect)
		if len(list) != 1 || list[0].Text != c.want {
			t.Errorf("%s: %q, want %q", name, list, c.want)
			continue
		}
		if scope := list[0].Scope; string(f.Data[scope.Start.Offset:scope.End.Offset]) != "b x" {
			t.Errorf("%s: about %s", name, scope)
		}
	}
}

// scopes says what directives speak of.
func scopes(f *source.File, list []Directive) string {
	if len(list) == 0 {
		return "no directive"
	}
	var out []string
	for _, d := range list {
		a, b := d.Scope.Start.Offset, d.Scope.End.Offset
		switch {
		case d.Text != "disable=LK301":
			out = append(out, fmt.Sprintf("text %q", d.Text))
		case !d.Scope.Start.Known():
			out = append(out, "nothing")
		case a == 0 && b == len(f.Data):
			out = append(out, "the file")
		default:
			out = append(out, strings.TrimRight(string(f.Data[a:b]), "\r\n"))
		}
	}
	return strings.Join(out, ", ")
}

func FuzzDirectives(f *testing.F) {
	f.Add("#!/bin/sh\n# lockkit disable=LK301,x -- why\na\n# lockkit disable=LK301\nb # lockkit disable=\n", "bash")
	f.Add("case a in\n# lockkit disable=LK301\nb) ;; # lockkit disable=LK301\nesac\r\n", "zsh")
	f.Add("@test x {\n# lockkit disable=LK301\na <<E\n# lockkit disable\nE\n}\n", "bats")
	f.Fuzz(func(t *testing.T, text, dialect string) {
		d, ok := source.ParseDialect(dialect)
		if !ok {
			d = source.Bash
		}
		file, err := source.New("x", []byte("# lockkit disable\n"+text))
		if err != nil {
			t.Skip()
		}
		last := -1
		for _, r := range Directives(file, d) {
			if a, b := r.Span.Start.Offset, r.Span.End.Offset; a <= last || b <= a || file.Data[a] != '#' {
				t.Errorf("the directive at %v overlaps or is no comment", r.Span)
			}
			last = r.Span.Start.Offset
			s := r.Scope
			before, behind := s.End.Offset <= r.Span.Start.Offset, s.Start.Offset == 0 || s.Start.Offset >= r.Span.End.Offset
			if s.Start.Known() && (s.End.Offset < s.Start.Offset || !before && !behind) {
				t.Errorf("the directive at %v speaks of %v to %v", r.Span, s.Start, s.End)
			}
		}
	})
}
