package shellkit

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
)

// confirm holds what the rules suspect against the prover. A finding whose rule
// speaks of a promise carries the schedule that breaks it through the operation at
// fault, if somebody is going to look at it; where there is none, it is at most info,
// and its message says why.
func (v *verdict) confirm() {
	p := v.script.Protocol
	for i := range v.found {
		f := &v.found[i]
		broken := rules.ByName(f.Rule.Code).Breaks
		if broken == "" || f.Level > diag.Warning || !v.set.shows(f) {
			continue
		}
		shown, why := prove.Confirm([]*protocol.Protocol{p}, prove.Suspicion{Property: prove.Property(broken), Nodes: fault(p, f)})
		if shown == nil {
			f.Level = diag.Info
			f.Message += " (not confirmed: " + why + ")"
			continue
		}
		if v.set.traces {
			f.Trace = shown().Trace
		}
	}
}

// fault returns the operations that a finding and its notes point at.
func fault(p *protocol.Protocol, f *diag.Finding) []protocol.ID {
	nodes := prove.NodesAt(p, f.Span)
	for _, note := range f.Notes {
		nodes = append(nodes, prove.NodesAt(p, note.Span)...)
	}
	return nodes
}

// breaksMore tells whether the prover finds a promise broken in after that it does
// not find broken in before: such a repair is none, whatever the rules say.
func breaksMore(before, after *Script) bool {
	was := broken(before)
	for property := range broken(after) {
		if !was[property] {
			return true
		}
	}
	return false
}

// repairStates bounds how far a script is explored on each side of a repair: what a
// repair breaks shows early.
const repairStates = 5_000

// broken lists the promises that runs of a script break.
func broken(s *Script) map[prove.Property]bool {
	out := map[prove.Property]bool{}
	opt := prove.Options{MaxStates: repairStates}
	for _, v := range prove.Explore([]*protocol.Protocol{s.Protocol}, opt).Violations {
		out[v.Property] = true
	}
	return out
}
