package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Every script of every page gives exactly what its `# want` comments name,
// under all rules; those under Good give nothing.
func TestExamples(t *testing.T) {
	for _, r := range all {
		for _, e := range r.Examples() {
			t.Run(fmt.Sprintf("%s/%s:%d", r.Code, e.Section, e.Line), func(t *testing.T) {
				if r.Find == nil && r.Across == nil {
					t.Skip("found by the front door, and tested there")
				}
				compare(t, e.Text, e.Dialect, e.Want)
			})
		}
	}
}

// compare checks a script and holds the findings against the wants, line by line.
func compare(t *testing.T, text string, d source.Dialect, want map[int][]string) {
	t.Helper()
	s := prepare(t, "script", text, d)
	got := map[int][]string{}
	for _, f := range append(s.Check(), Together([]*Account{s.Account()})...) {
		got[f.Span.Start.Line] = append(got[f.Span.Start.Line], f.Rule.Code)
		checkFinding(t, f)
	}
	bad := false
	for line := 1; line <= strings.Count(text, "\n")+1; line++ {
		g, w := slices.Sorted(slices.Values(got[line])), slices.Sorted(slices.Values(want[line]))
		if !slices.Equal(g, w) {
			t.Errorf("line %d: found %v, want %v", line, g, w)
			bad = true
		}
	}
	if bad {
		t.Logf("%s\n%s", numbered(text), s.Protocol)
	}
}

func prepare(t *testing.T, name, text string, d source.Dialect) *Script {
	t.Helper()
	f, err := source.New(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := extract.Script(f, d, extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := protocol.Sanity(p); err != nil {
		t.Errorf("the protocol is not sane: %v\n%s", err, p)
	}
	return NewScript(p, f)
}

// checkFinding holds what every finding owes its reader.
func checkFinding(t *testing.T, f diag.Finding) {
	t.Helper()
	if f.Message == "" || strings.HasSuffix(f.Message, ".") || strings.Contains(f.Message, "%!") {
		t.Errorf("%s: message %q", f.Rule, f.Message)
	}
	if !f.Span.Start.Known() {
		t.Errorf("%s: a finding without a place: %s", f.Rule, f.Message)
	}
	if f.Fix != nil && f.NoFix != "" {
		t.Errorf("%s: a fix, and a reason why there is none", f.Rule)
	}
}

func numbered(text string) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		fmt.Fprintf(&b, "%3d %s\n", i+1, line)
	}
	return b.String()
}
