package shellkit

import (
	"slices"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// ask proves a script in a dialect, and holds lint against the answer: it has
// something serious to say if and only if a promise is broken.
func ask(t *testing.T, shell, text string, want prove.Verdict) prove.Result {
	t.Helper()
	d, ok := source.ParseDialect(shell)
	if !ok {
		t.Fatal(shell)
	}
	s := loadedAs(t, d, text)
	got := prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{})
	if got.Verdict != want {
		t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, want, got.Doubts, text, s.Protocol)
	}
	serious, open := "", false
	for _, f := range Check(s) {
		open = open || f.Rule.Code == "LK902"
		if !f.Span.Start.Known() {
			t.Errorf("%s %s: it is not said where\n%s", f.Rule.Code, f.Message, text)
		}
		if f.Level == diag.Error || f.Level == diag.Warning {
			serious += f.Rule.Code + " " + f.Message + "\n"
		}
	}
	if (serious != "") != (want == prove.Violated) {
		t.Errorf("lint: %q, but prove: %s\n%s", serious, want, text)
	}
	if want == prove.Unknown && !open {
		t.Errorf("lint is silent where prove cannot tell: %v\n%s", got.Doubts, text)
	}
	return got
}

// breaks tells whether a property is among those that are violated.
func breaks(r prove.Result, property prove.Property) bool {
	return slices.ContainsFunc(r.Violations, func(v prove.Violation) bool { return v.Property == property })
}

func loadedAs(t *testing.T, d source.Dialect, text string) *Script {
	t.Helper()
	f, err := source.New("job.sh", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(f, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
