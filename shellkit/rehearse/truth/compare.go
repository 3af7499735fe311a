package truth

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// Row is a line of the table.
type Row string

// The rows that come from what is known of the parts.
const (
	FalseHolds    Row = "holds, yet known to be broken"
	FalseNothing  Row = "nothing to prove, yet there is a lock"
	FalseLock     Row = "a lock is seen where there is none"
	FalseViolated Row = "violated, yet known to be kept"
	Missed        Row = "violated, and another known fault not seen"
	Disagree      Row = "lint and prove disagree"
	Unbacked      Row = "lint says what prove does not see"
	Unsteady      Row = "said otherwise when asked again"
	Unknown       Row = "unknown"
)

// Difference is one way in which what lockkit says of a script is not what is known.
type Difference struct {
	Row  Row
	What string
}

// Compare holds what lockkit says against what is known of the script.
func Compare(o *Said) []Difference {
	var out []Difference
	differ := func(r Row, format string, args ...any) {
		out = append(out, Difference{r, fmt.Sprintf(format, args...)})
	}
	s := &o.Script
	if s.Retold != "" {
		compareRetold(o, differ)
	} else {
		compareMade(o, differ)
	}
	for _, b := range o.Proved {
		if !slices.Contains(o.Linted, b) {
			differ(Disagree, "prove alone: %s", promise(b))
		}
	}
	for _, b := range o.Linted {
		if !slices.Contains(o.Proved, b) {
			differ(Disagree, "lint alone: %s", promise(b))
		}
	}
	for _, code := range o.Unbacked {
		differ(Unbacked, "%s", code)
	}
	if o.Unsteady != "" {
		differ(Unsteady, "%s", o.Unsteady)
	}
	return out
}

// compareMade holds it against what is known from the parts.
func compareMade(o *Said, differ func(Row, string, ...any)) {
	s := &o.Script
	switch {
	case o.Verdict == prove.Nothing && s.Lock:
		differ(FalseNothing, "%s", s.Why)
	case o.Verdict != prove.Nothing && s.None:
		differ(FalseLock, "%s", o.Verdict)
	case o.Verdict == prove.Unknown:
		differ(Unknown, "%s", strings.Join(o.Doubts, "; "))
	case o.Verdict == prove.Holds && len(s.Broken) > 0 && s.Lock:
		differ(FalseHolds, "%s: %s", s.Broken[0].Promise, s.Broken[0].Why)
	}
	if o.Verdict == prove.Violated {
		for _, f := range s.Broken {
			if !o.Sees(f.Promise) {
				differ(Missed, "%s: %s", f.Promise, f.Why)
			}
		}
		seen := map[string]bool{}
		for _, b := range o.Proved {
			if s.Keeps(prove.Property(b.Property)) && !seen[b.Property] {
				seen[b.Property] = true
				differ(FalseViolated, "%s of %s: %s", b.Property, b.Lock, s.Why)
			}
		}
	}
}

func promise(b diag.Promise) string { return b.Property }
