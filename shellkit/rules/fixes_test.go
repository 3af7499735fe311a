package rules

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/lockkit/lockkit/shellkit/fix"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Every repair that is offered for an unsafe example gives a script that parses,
// has that finding no more, and no other instead.
func TestFixes(t *testing.T) {
	type script struct {
		name, text string
		dialect    source.Dialect
	}
	var scripts []script
	for _, r := range all {
		for _, e := range r.Examples() {
			if e.Section == "Bad" {
				scripts = append(scripts, script{fmt.Sprintf("%s:%d", r.Code, e.Line), e.Text, e.Dialect})
			}
		}
	}
	files, err := filepath.Glob("testdata/pairs/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		for _, p := range readPairs(t, file) {
			scripts = append(scripts, script{filepath.Base(file) + "/" + p.name, p.bad, p.dialect})
		}
	}
	fixed := map[string]bool{}
	for _, e := range scripts {
		before := codes(prepare(t, "script", e.text, e.dialect))
		for _, f := range prepare(t, "script", e.text, e.dialect).Check() {
			if f.Fix == nil || len(f.Fix.Edits) == 0 {
				continue
			}
			fixed[f.Rule.Code] = true
			text, err := fix.Apply([]byte(e.text), f.Fix.Edits...)
			if err != nil {
				t.Errorf("%s: %s: %v", e.name, f.Rule.Code, err)
				continue
			}
			after := codes(prepare(t, "script", string(text), e.dialect))
			for code, n := range after {
				if limit := before[code]; n > limit || code == f.Rule.Code && n >= limit {
					t.Errorf("%s: after %q there are %d findings of %s, before %d:\n%s", e.name, f.Fix.Title, n, code, limit, text)
				}
			}
		}
	}
	for _, code := range []string{"LK101", "LK103", "LK106", "LK107", "LK201", "LK202", "LK301", "LK302", "LK304", "LK401", "LK402", "LK703", "LK705"} {
		if !fixed[code] {
			t.Errorf("no example shows a repair of %s", code)
		}
	}
}

// codes counts the findings in a script.
func codes(s *Script) map[string]int {
	out := map[string]int{}
	for _, f := range append(s.Check(), Together([]*Account{s.Account()})...) {
		out[f.Rule.Code]++
	}
	return out
}
