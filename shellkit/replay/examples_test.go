package replay

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
)

// TestExamples replays the counterexample of every script that stands under Bad on
// the page of a rule about exclusion, stale, leaking or deadlocked locks. Under Good
// nothing is violated.
func TestExamples(t *testing.T) {
	for _, r := range rules.All() {
		if r.Breaks == "" {
			continue
		}
		for _, e := range r.Examples() {
			t.Run(fmt.Sprintf("%s/%s:%d", r.Code, e.Section, e.Line), func(t *testing.T) {
				scripts := []*protocol.Protocol{understand(t, e.Text, e.Dialect)}
				opt := prove.Options{Properties: []prove.Property{prove.Property(r.Breaks)}}
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
				if found.Verdict != prove.Violated {
					t.Fatalf("%s is %s: %v", r.Breaks, found.Verdict, found.Doubts)
				}
				out, err := Confirm(context.Background(), scripts, &found.Violations[0])
				if err != nil {
					t.Fatal(err)
				}
				if out.Verdict != Confirmed || strings.Contains(out.Why, "is made to fail") != opt.Strict {
					t.Errorf("%s %s", e.Dialect, out)
				}
			})
		}
	}
}
