//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

// understand writes a script into a folder of its own and extracts it.
func understand(t testing.TB, text string, d source.Dialect) (Script, *protocol.Protocol) {
	t.Helper()
	s := Script{Path: filepath.Join(t.TempDir(), "script"), Shell: shellOf[d]}
	s.Dir = filepath.Dir(s.Path)
	if err := os.WriteFile(s.Path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := source.New(s.Path, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := extract.Script(f, d, extract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s, p
}

var shellOf = map[source.Dialect]string{
	source.Sh: "dash", source.Bats: "bash", source.Bash: "bash", source.Dash: "dash", source.Ash: "ash",
	source.Ksh: "ksh93", source.Mksh: "mksh", source.Zsh: "zsh", source.Yash: "yash",
}

// allExamples is set where each example is to be confirmed, and not one in so many.
var allExamples = os.Getenv("LOCKKIT_ALL_EXAMPLES") != ""

const oneExampleIn = 9

// notForced are the examples of which a rehearsal shows nothing, and why.
var notForced = map[string]string{
	"LK606/Bad:10": "how old a file is comes from the real clock, and the tool need not be here",
	"LK606/Bad:19": "the same",
}

// TestExamples forces the counterexample of the scripts that stand under Bad on the page
// of a rule about exclusion, stale, leaking or deadlocked locks, on the very script.
// Under Good nothing is violated.
func TestExamples(t *testing.T) {
	n := 0
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
				script, p := understand(t, e.Text, e.Dialect)
				opt := prove.Options{Properties: properties}
				if e.Section == "Good" {
					opt.MaxStates = 20_000 // twenty times what any has that comes to an end
				}
				found := prove.Explore([]*protocol.Protocol{p}, opt)
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
					found = prove.Explore([]*protocol.Protocol{p}, opt)
				}
				if found.Verdict != prove.Violated && (r.Unseen != "" || informs(r, p)) {
					t.Skip("prove is not asked: " + r.Unseen)
				}
				if found.Verdict != prove.Violated {
					t.Fatalf("%s is %s: %v", r.Breaks, found.Verdict, found.Doubts)
				}
				if n++; n%oneExampleIn != 0 && !allExamples {
					return
				}
				needsWorld(t)
				forced, err := Force(context.Background(), []Script{script}, []*protocol.Protocol{p}, &found.Violations[0], Options{Only: true})
				if err != nil {
					t.Fatal(err)
				}
				if why := notForced[strings.TrimPrefix(t.Name(), "TestExamples/")]; forced.Confirmed != (why == "") {
					t.Errorf("%s: %s\nother: %+v\n%s", e.Dialect, forced.Why, forced.Other, e.Text)
				}
			})
		}
	}
}

// informs tells whether the rule says nothing graver than info of a script.
func informs(r *rules.Rule, p *protocol.Protocol) bool {
	return !slices.ContainsFunc(rules.Check(p), func(f diag.Finding) bool { return f.Rule.Code == r.Code && f.Level <= diag.Warning })
}
