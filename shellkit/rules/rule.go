package rules

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Property names what the prover sees broken where a rule is right. A rule
// without one speaks of something that no schedule shows.
type Property string

// The properties of the prover; PROTOCOL.md defines them.
const (
	Exclusion Property = "exclusion"
	Stale     Property = "stale"
	Leak      Property = "leak"
	Deadlock  Property = "deadlock"
	Entry     Property = "entry"

	// Any is the property of the rule that reports what no other rule explains.
	Any Property = "any"
)

// Rule is one kind of fault and how to find it. A finding's own Rule and, where
// it is graver than the rule's, its Level are filled in by [Check].
type Rule struct {
	diag.Rule
	// Breaks is the promise of the rule, or several: it says error or warning where
	// prove finds such a property of that lock violated, and there alone.
	Breaks []Property
	// Unseen says why prove cannot see such a promise broken. Then a finding keeps its
	// level although nothing confirms it.
	Unseen string
	// Find looks at one script.
	Find func(*Script) []diag.Finding
	// Across looks at all scripts that are checked together; one script is a
	// set of one.
	Across func([]*Account) []diag.Finding
}

// ByName returns the rule with that code or slug, or nil. Letter case of a code
// does not matter.
func ByName(name string) *Rule {
	for _, r := range all {
		if strings.EqualFold(r.Code, name) || r.Slug == name {
			return r
		}
	}
	return nil
}

// All returns every rule in the order of codes.
func All() []*Rule { return slices.Clone(all) }

// Check returns what the rules that look at one script find in p, sorted, each
// once per place. The files are those that p was made from; without them
// findings have no edits.
func Check(p *protocol.Protocol, files ...*source.File) []diag.Finding {
	if !p.HasLocks() && len(p.Unknowns) == 0 {
		return nil
	}
	return NewScript(p, files...).Check()
}

// Check is [Check] for a script that was prepared already.
func (s *Script) Check() []diag.Finding {
	var out []diag.Finding
	for _, r := range all {
		if r.Find != nil {
			out = append(out, r.own(r.Find(s))...)
		}
	}
	return once(out)
}

// Together returns what only shows when all scripts of one call are looked at
// side by side. The lone faults of each script are not among it.
func Together(scripts []*Account) []diag.Finding {
	var out []diag.Finding
	for _, r := range all {
		if r.Across != nil {
			out = append(out, r.own(r.Across(scripts))...)
		}
	}
	return once(out)
}

func (r *Rule) own(list []diag.Finding) []diag.Finding {
	for i := range list {
		list[i].Rule = &r.Rule
		list[i].Level = max(list[i].Level, r.Level)
	}
	return list
}

// once drops findings that repeat a rule at a place: a function that is called
// twice stands in the protocol twice.
func once(list []diag.Finding) []diag.Finding {
	diag.Sort(list)
	return slices.CompactFunc(list, func(a, b diag.Finding) bool {
		return a.Rule == b.Rule && place(a.Span) == place(b.Span)
	})
}

// place is a span as one can compare it: protocols read from text have no offsets.
func place(s source.Span) [5]any {
	return [5]any{s.File, s.Start.Line, s.Start.Column, s.End.Line, s.End.Column}
}
