package shellkit

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

var (
	brokenPromise = rules.ByName("LK600")
	notUnderstood = rules.ByName("LK902")
)

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
	proved := v.explored()
	var left []*diag.Finding
	for i := range v.found {
		f := &v.found[i]
		if !suspects(f) {
			continue
		}
		if shown := proved.Known(scripts, v.suspicion(f)); shown != nil {
			v.confirmed(f, shown)
		} else {
			left = append(left, f)
		}
	}
	for _, f := range left { // now those that cost more
		v.hold(f, scripts, proved)
	}
	for i := range proved.Violations {
		b := &proved.Violations[i]
		if !slices.ContainsFunc(v.found, func(f diag.Finding) bool { return explains(&f, b) }) && !v.covered(b) {
			v.found = append(v.found, v.unexplained(b))
		}
	}
	for _, d := range proved.Doubts {
		v.wonder(d)
	}
	v.keptApart()
	diag.Sort(v.found)
}

// keptApart lowers what is said of two runs of a text that its host does not let meet.
func (v *verdict) keptApart() {
	if v.script.Text == nil || v.script.Text.Alone == "" {
		return
	}
	for i := range v.found {
		f := &v.found[i]
		exclusion := func(p diag.Promise) bool { return p.Property == string(prove.Exclusion) }
		if suspects(f) && len(f.Broken) > 0 && !slices.ContainsFunc(f.Broken, func(p diag.Promise) bool { return !exclusion(p) }) {
			f.Level = diag.Info
			f.Message += " (" + v.script.Text.Alone + ")"
		}
	}
}

// wonder says what keeps the prover from an answer, where nothing has said so yet: what
// is about the exploration itself stands where the first lock is asked for.
func (v *verdict) wonder(d prove.Doubt) {
	at := d.Span
	if !at.Start.Known() {
		at = v.firstLock()
	}
	p := v.script.Protocol
	opaque := slices.ContainsFunc(prove.NodesAt(p, d.Span), func(id protocol.ID) bool { return p.Nodes[id].Op == protocol.Opaque })
	said := func(f diag.Finding) bool { // what is opaque is among the unknowns of the script
		return f.Rule.Code == notUnderstood.Code && (opaque || !d.Span.Start.Known() || f.Span.Covers(at) || at.Covers(f.Span))
	}
	if d.Why == prove.BudgetSpent || slices.ContainsFunc(v.found, said) {
		return
	}
	v.found = append(v.found, diag.Finding{
		Rule: &notUnderstood.Rule, Level: notUnderstood.Level, Span: at, Message: "the check is incomplete here: " + d.Why,
	})
}

// firstLock is where the script first asks for a lock, or begins.
func (v *verdict) firstLock() source.Span {
	p := v.script.Protocol
	for i := range p.Nodes {
		if p.Acquires(protocol.ID(i)) {
			return p.Nodes[i].Span
		}
	}
	return p.Nodes[0].Span
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

// suspicion is a finding as a question to the prover.
func (v *verdict) suspicion(f *diag.Finding) prove.Suspicion {
	sus := prove.Suspicion{Nodes: fault(v.script.Protocol, f)}
	for _, p := range promises(f) {
		sus.Properties = append(sus.Properties, prove.Property(p))
	}
	return sus
}

// confirmed notes the schedule that shows a finding to be right.
func (v *verdict) confirmed(f *diag.Finding, shown *prove.Violation) {
	f.Broken = []diag.Promise{promiseOf(shown)}
	if v.set.traces {
		f.Trace = shown.Trace
	}
}

// hold lowers a finding that the prover does not confirm.
func (v *verdict) hold(f *diag.Finding, scripts []*protocol.Protocol, proved *prove.Result) {
	shown, why := proved.Confirm(scripts, v.suspicion(f))
	switch {
	case shown != nil:
		v.confirmed(f, shown)
	case rules.ByName(f.Rule.Code).Unseen == "":
		f.Level = diag.Info
		f.Message += " (not confirmed: " + why + ")"
	}
}

// promiseOf is what a violation breaks.
func promiseOf(b *prove.Violation) diag.Promise {
	return diag.Promise{Property: string(b.Property), Lock: b.Lock}
}

// covered looks for a finding that the prover has confirmed of another lock and whose
// operation is in this schedule too: one place of a script may be about several locks.
func (v *verdict) covered(b *prove.Violation) bool {
	for i := range v.found {
		f := &v.found[i]
		if len(f.Broken) == 0 || f.Broken[0].Property != string(b.Property) {
			continue
		}
		at := fault(v.script.Protocol, f)
		if slices.ContainsFunc(b.Events, func(ev prove.Event) bool { return slices.Contains(at, ev.Node) }) {
			f.Broken = append(f.Broken, promiseOf(b))
			return true
		}
	}
	return false
}

// explains tells whether a finding stands for a broken promise.
func explains(f *diag.Finding, b *prove.Violation) bool {
	return slices.Contains(f.Broken, promiseOf(b))
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
		Rule: &brokenPromise.Rule, Level: diag.Warning, Broken: []diag.Promise{promiseOf(b)},
		Message: fmt.Sprintf(consequence[b.Property], b.Lock), Span: v.firstLock(),
	}
	if how := b.Trace.Sentence(); how != "" {
		f.Message += ": " + how
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

// explored is what the prover says of the script within the bounds of its settings.
func (v *verdict) explored() *prove.Result {
	if v.proved == nil {
		r := prove.Explore([]*protocol.Protocol{v.script.Protocol}, v.set.explores())
		v.proved = &r
	}
	return v.proved
}

// breaksMore tells whether the prover finds a promise broken in after that it does
// not find broken in before: such a repair is none, whatever the rules say.
func breaksMore(before, after *verdict) bool {
	was := before.explored().Violations
	return slices.ContainsFunc(after.explored().Violations, func(b prove.Violation) bool {
		return !slices.ContainsFunc(was, func(a prove.Violation) bool { return a.Property == b.Property })
	})
}
