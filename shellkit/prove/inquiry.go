package prove

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Inquiry is what an exploration of some scripts has shown, ready to be asked about
// suspicions. It knows the same runs within the same bounds as [Explore], and so the
// same promises are broken in it.
type Inquiry struct {
	scripts  []*protocol.Protocol
	opt      Options
	searches []*explorer // that were made, the one with the shortest schedules first
	breaches []breach
}

// breach is a promise about a lock that some search has seen broken.
type breach struct {
	e *explorer
	h hit
}

// Inquire explores scripts that have locks.
func Inquire(scripts []*protocol.Protocol, opt Options) *Inquiry {
	q := &Inquiry{scripts: scripts, opt: opt.withDefaults()}
	for _, crew := range q.crews() {
		e := newExplorer(scripts, crew, q.opt)
		e.explore()
		q.keep(e)
	}
	return q
}

// crews lists who runs together: fewer runs first, since what they show costs least.
func (q *Inquiry) crews() [][]int {
	if len(q.scripts) == 1 && q.opt.Processes > 2 {
		return append(crews(1, 2), crews(1, q.opt.Processes)...)
	}
	return crews(len(q.scripts), q.opt.Processes)
}

func (q *Inquiry) keep(e *explorer) {
	q.searches = append(q.searches, e)
	for _, h := range e.hits {
		if !slices.ContainsFunc(q.breaches, func(b breach) bool {
			same := h.property == Deadlock && b.e == e && b.h.step == h.step // who waits for one lock and for another in one circle
			return b.h.property == h.property && (same || b.lock() == e.m.locks[h.lock].text)
		}) {
			q.breaches = append(q.breaches, breach{e, h})
		}
	}
}

func (b *breach) lock() string { return b.e.m.locks[b.h.lock].text }

// Broken returns the promises that are broken, in the order in which they are reported.
func (q *Inquiry) Broken() []Violation {
	var out []Violation
	for _, p := range Properties {
		for _, b := range q.breaches {
			if b.h.property == p {
				out = append(out, b.e.violation(b.h))
			}
		}
	}
	return out
}

// Confirm looks for a schedule that breaks the promise and in which the
// operation takes part: without what it does, the same schedule would break
// nothing. The schedule is written down by shown. When there is none, shown is nil
// and why says so in half a sentence.
func (q *Inquiry) Confirm(sus Suspicion) (shown func() *Violation, why string) {
	if sus.Property == Exclusion && !slices.ContainsFunc(q.scripts, excludes) {
		return nil, "all who take the lock here share it"
	}
	opt := q.opt
	opt.Properties = []Property{sus.Property}
	most := 0
	for _, crew := range q.crews() {
		e := newExplorer(q.scripts, crew, opt)
		through := sus.nodes(q.scripts)
		e.through = through
		e.traps = sus.onlyTraps(q.scripts)
		e.lock = func(l int) bool { return sus.Lock == "" || e.m.locks[l].text == sus.Lock }
		e.reject = func(h hit) bool { return !e.takesPart(h, through) }
		e.explore()
		if h := e.found(sus.Property, none); h != nil {
			return func() *Violation { v := e.violation(*h); return &v }, ""
		}
		switch {
		case e.cut != "":
			return nil, e.cut
		case e.crowded():
			return nil, noRoom
		case e.rejected > maxRejected:
			return nil, "what was seen to go wrong does so without it"
		}
		most = len(crew)
	}
	return nil, fmt.Sprintf("no schedule of %d runs shows it", most)
}
