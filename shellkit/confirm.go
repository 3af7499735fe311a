package shellkit

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
)

var brokenPromise = rules.ByName("LK600")

// confirm holds what the rules suspect against the prover, so that lint and prove say
// the same. A finding whose rule has a promise weighs more than info only where the
// prover finds that promise broken, by a schedule in which the operation at fault takes
// part; else its message says why not. A promise that is broken where no rule has found
// anything is a finding of its own.
func (v *verdict) confirm() {
	if !v.script.Protocol.HasLocks() || !v.asksProver() {
		return
	}
	scripts := []*protocol.Protocol{v.script.Protocol}
	proved := prove.Explore(scripts, v.set.bounds)
	for i := range v.found {
		if f := &v.found[i]; suspects(f) {
			v.hold(f, scripts, &proved)
		}
	}
	for i := range proved.Violations {
		b := &proved.Violations[i]
		if !slices.ContainsFunc(v.found, func(f diag.Finding) bool { return explains(&f, b) }) {
			v.found = append(v.found, v.unexplained(b))
		}
	}
	diag.Sort(v.found)
}

// asksProver tells whether what the prover says is of interest to anybody.
func (v *verdict) asksProver() bool {
	return v.set.asks(brokenPromise.Code) || slices.ContainsFunc(v.found, func(f diag.Finding) bool { return suspects(&f) && v.set.shows(&f) })
}

// suspects tells whether a finding says that a promise is broken.
func suspects(f *diag.Finding) bool {
	return len(promises(f)) > 0 && f.Level <= diag.Warning
}

// promises are those of a finding's rule.
func promises(f *diag.Finding) []rules.Property { return rules.ByName(f.Rule.Code).Breaks }

// hold lowers a finding that the prover does not confirm.
func (v *verdict) hold(f *diag.Finding, scripts []*protocol.Protocol, proved *prove.Result) {
	sus := prove.Suspicion{Nodes: fault(v.script.Protocol, f)}
	for _, p := range promises(f) {
		sus.Properties = append(sus.Properties, prove.Property(p))
	}
	shown, why := proved.Confirm(scripts, sus)
	if shown == nil && rules.ByName(f.Rule.Code).Unseen != "" {
		return
	}
	if shown == nil {
		f.Level = diag.Info
		f.Message += " (not confirmed: " + why + ")"
		return
	}
	f.Breaks, f.Lock = string(shown.Property), shown.Lock
	if v.set.traces {
		f.Trace = shown.Trace
	}
}

// explains tells whether a finding stands for a broken promise.
func explains(f *diag.Finding, b *prove.Violation) bool {
	return f.Breaks == string(b.Property) && f.Lock == b.Lock
}

// consequence is what a broken promise means for who relies on the lock.
var consequence = map[prove.Property]string{
	prove.Exclusion: "two runs can be inside of %s at once",
	prove.Stale:     "%s can stay behind and keep everyone out",
	prove.Leak:      "%s can stay locked by what the script leaves running",
	prove.Deadlock:  "a run can wait for %s for ever",
	prove.Entry:     "nobody can ever get in: %s is never got",
}

// unexplained is the finding about a broken promise that no rule has a word for.
func (v *verdict) unexplained(b *prove.Violation) diag.Finding {
	f := diag.Finding{
		Rule: &brokenPromise.Rule, Level: diag.Warning, Breaks: string(b.Property), Lock: b.Lock,
		Message: fmt.Sprintf(consequence[b.Property], b.Lock) + ": " + b.Trace.Sentence(),
	}
	if b.Property == prove.Exclusion {
		f.Level = diag.Error
	}
	if v.set.traces {
		f.Trace = b.Trace
	}
	for _, s := range b.Trace.Steps {
		if !s.Span.Start.Known() {
			continue
		}
		f.Span = s.Span
		if len(s.Inside) > 0 {
			break // here the first of them gets in
		}
	}
	return f
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
