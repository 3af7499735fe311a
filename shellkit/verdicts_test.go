package shellkit

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/verdicts"
)

// Of every row that is known prove and lint say what is known of it.
func TestVerdicts(t *testing.T) {
	rows, err := verdicts.Rows()
	if err != nil {
		t.Fatal(err)
	}
	kinds := slices.CompactFunc(slices.Clone(rows), func(a, b verdicts.Row) bool { return a.Kind == b.Kind })
	for _, kind := range kinds {
		t.Run(kind.Kind, func(t *testing.T) {
			for _, r := range rows {
				if r.Kind == kind.Kind {
					t.Run(r.String(), func(t *testing.T) {
						t.Parallel()
						askRow(t, &r)
					})
				}
			}
		})
	}
}

// askRow is ask, and holds the promises that are broken against those that the row names.
func askRow(t *testing.T, r *verdicts.Row) {
	got := ask(t, string(r.Shell), r.Text, r.Verdict)
	if len(r.Broken) == 0 {
		return
	}
	for _, p := range prove.Properties {
		if breaks(got, p) != slices.Contains(r.Broken, p) {
			t.Errorf("%s.txt:%d: %s is broken: %v\n%s", r.Kind, r.Line, p, breaks(got, p), r.Text)
		}
	}
	for _, v := range got.Violations {
		if last := v.Events[len(v.Events)-1]; r.WhenKilled && last.Kind == prove.Run && last.Node != protocol.None {
			t.Errorf("%s.txt:%d: %s is broken by a run that was not killed\n%s", r.Kind, r.Line, v.Property, r.Text)
		}
	}
}

// What is said of some kinds beside the verdict.
func TestVerdictsAreWorded(t *testing.T) {
	rows, err := verdicts.Rows()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Verdict != prove.Violated || r.Kind != "given" && r.Kind != "elsewhere" {
			continue
		}
		s := loadedAs(t, r.Shell, r.Text)
		switch r.Kind {
		case "given": // by whose arguments they meet
			for _, v := range prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{Processes: 2}).Violations {
				if v.Property != prove.Deadlock || !strings.Contains(v.Trace.Sentence(), " of the other run") {
					t.Errorf("%s: not told: %s", &r, v.Trace.Sentence())
				}
			}
		case "elsewhere": // that it is removed elsewhere, and not that it stays
			said := ""
			for _, f := range Check(s) {
				said += f.Rule.Code + " "
			}
			if !strings.Contains(said, "LK607") || strings.Contains(said, "LK703") || strings.Contains(said, "LK600") {
				t.Errorf("%s: lint says %sof\n%s", &r, said, r.Text)
			}
		}
	}
}
