package shellkit_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit"
)

// scripts names the scripts to measure: $LOCKKIT_SCRIPTS is a file with one path a
// line, as scripts/bench-lint makes it.
func scripts(b *testing.B) (names []string, size int64) {
	b.Helper()
	list := os.Getenv("LOCKKIT_SCRIPTS")
	if list == "" {
		b.Skip("no LOCKKIT_SCRIPTS")
	}
	text, err := os.ReadFile(list)
	if err != nil {
		b.Fatal(err)
	}
	names = strings.Fields(string(text))
	for _, name := range names {
		if info, err := os.Stat(name); err == nil {
			size += info.Size()
		}
	}
	return names, size
}

// BenchmarkParse is what BenchmarkLint is held against: read and parsed, no more.
func BenchmarkParse(b *testing.B) {
	names, size := scripts(b)
	b.SetBytes(size)
	for b.Loop() {
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			variant := syntax.LangPOSIX
			if first, _, _ := bytes.Cut(text, []byte("\n")); bytes.Contains(first, []byte("bash")) {
				variant = syntax.LangBash
			}
			// One that does not parse has cost its time all the same.
			_, _ = syntax.NewParser(syntax.Variant(variant)).Parse(bytes.NewReader(text), name)
		}
	}
}

// BenchmarkLint finds what is wrong and tries no repairs, as lint -f gcc does.
func BenchmarkLint(b *testing.B) {
	names, size := scripts(b)
	b.SetBytes(size)
	for b.Loop() {
		l := shellkit.Linter{Repairs: shellkit.IgnoreRepairs}
		if _, err := l.Lint(names...); err != nil {
			b.Fatal(err)
		}
	}
}
