package replay

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
)

// TestExamples replays the counterexample of every script that stands under Bad on
// the page of a rule about exclusion, stale, leaking or deadlocked locks. Under Good
// nothing is violated.
func TestExamples(t *testing.T) {
	for _, r := range rules.All() {
		if len(r.Breaks) == 0 {
			continue
		}
		var properties []prove.Property // none: any
		for _, p := range r.Breaks {
			if p != rules.Any {
				properties = append(properties, prove.Property(p))
			}
		}
		for _, e := range r.Examples() {
			t.Run(fmt.Sprintf("%s/%s:%d", r.Code, e.Section, e.Line), func(t *testing.T) {
				scripts := []*protocol.Protocol{understand(t, e.Text, e.Dialect)}
				opt := prove.Options{Properties: properties}
				if e.Section == "Good" {
					opt.MaxStates = 20_000 // twenty times what any has that comes to an end
				}
				found := prove.Explore(scripts, opt)
				if e.Section == "Good" {
					if found.Verdict == prove.Violated {
						t.Errorf("violated")
					}
					return
				}
				if found.Verdict == prove.Holds && r.Code == "LK201" {
					// A flock that waits has to fail by itself: that is counted only when it is
					// asked for.
					opt.Strict = true
					found = prove.Explore(scripts, opt)
				}
				if found.Verdict != prove.Violated && (r.Unseen != "" || informs(r, scripts[0])) {
					t.Skip("prove is not asked: " + r.Unseen)
				}
				if found.Verdict != prove.Violated {
					t.Fatalf("%s is %s: %v", r.Breaks, found.Verdict, found.Doubts)
				}
				out, err := Confirm(context.Background(), scripts, &found.Violations[0])
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(out.Why, "are not replayed") || found.Violations[0].Property == prove.Entry {
					t.Skip(out.Why)
				}
				if out.Verdict != Confirmed || strings.Contains(out.Why, "is made to fail") != opt.Strict {
					t.Errorf("%s %s", e.Dialect, out)
				}
			})
		}
	}
}

// informs tells whether the rule says nothing graver than info of a script.
func informs(r *rules.Rule, p *protocol.Protocol) bool {
	return !slices.ContainsFunc(rules.Check(p), func(f diag.Finding) bool { return f.Rule.Code == r.Code && f.Level <= diag.Warning })
}
