package shellkit

import (
	"path/filepath"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/fix"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Repair is what the offered fixes make of one script.
type Repair struct {
	Before, After *source.File
	Fixed         int // findings that are gone
}

// holder decides which repairs are offered: those after which the script parses,
// is clean of the finding, and has no other finding and nothing not understood
// that was not there before.
type holder struct {
	known *Baseline
	steps int // that exploring repaired scripts has cost
}

// repairBudget is what exploring the repaired forms of one script may cost in steps
// where confirming has a budget; the one under way when it is reached is finished.
const repairBudget = budget / 2

// nodeSteps is what reading a repaired script anew costs in steps for each node.
const nodeSteps = 4

// offered tells whether a finding has a repair that can be made.
func offered(f *diag.Finding) bool { return f.Fix != nil && len(f.Fix.Edits) > 0 }

// offer takes back the repairs that do not hold. Those of findings that are not
// shown are not tried.
func (v *verdict) offer(h *holder) {
	for i := range v.found {
		f := &v.found[i]
		if !offered(f) || !v.set.shows(f) {
			continue
		}
		if why := h.refuse(v, f); why != "" {
			f.Fix, f.NoFix = nil, why
		}
	}
}

// refuse says why the repair of a finding is not offered, or "".
func (h *holder) refuse(v *verdict, f *diag.Finding) string {
	for _, e := range f.Fix.Edits {
		if e.Span.File != v.script.File.Name {
			return "it would change " + filepath.Base(e.Span.File) + ", which other scripts may source"
		}
	}
	if v.set.Confirm == ConfirmWithinBudget && h.steps+nodeSteps*len(v.script.Protocol.Nodes) > repairBudget {
		return "whether the one that comes to mind holds would cost more than the budget: --confirm=full"
	}
	after := h.try(v, f.Fix)
	if after == nil || !better(v, after, f.Rule) {
		return "the one that comes to mind would not make this script right"
	}
	if breaksMore(v, after) {
		return "the one that comes to mind would break something else"
	}
	return ""
}

// try returns the verdict on the script with repairs made, or nil when it is no
// script any more.
func (h *holder) try(v *verdict, repairs ...*diag.Fix) *verdict {
	var edits []diag.Edit
	for _, r := range repairs {
		edits = append(edits, r.Edits...)
	}
	text, err := fix.Apply(v.script.File.Data, edits...)
	if err != nil {
		return nil
	}
	file, err := source.New(v.script.File.Name, text)
	if err != nil {
		return nil
	}
	script := v.script.again(file)
	if script == nil {
		return nil
	}
	h.steps += nodeSteps * len(script.Protocol.Nodes)
	after := examine(script, v.set)
	if after.proved != nil {
		h.steps += after.proved.Steps
	}
	return after
}

// better tells whether after has less of each rule that was repaired, no more of
// any other, and no less that is understood.
func better(before, after *verdict, repaired ...*diag.Rule) bool {
	p, q := before.script.Protocol, after.script.Protocol
	if len(q.Unknowns) > len(p.Unknowns) || p.HasLocks() && !q.HasLocks() {
		return false
	}
	// A finding counts for its own level and all below: none may become graver.
	type kind struct {
		code  string
		least diag.Level
	}
	count := map[kind]int{}
	for sign, list := range map[int][]diag.Finding{-1: before.found, 1: after.found} {
		for _, f := range list {
			for level := f.Level; level <= diag.Style; level++ {
				count[kind{f.Rule.Code, level}] += sign
			}
		}
	}
	for _, more := range count {
		if more > 0 {
			return false
		}
	}
	wanted := map[string]int{}
	for _, r := range repaired {
		wanted[r.Code]++
	}
	for code, n := range wanted {
		if -count[kind{code, diag.Style}] < n {
			return false
		}
	}
	return true
}

// repair makes all offered repairs, round after round, and returns the verdict
// on the script as it is then. Every round leaves fewer findings, so it ends.
func (h *holder) repair(v *verdict) *verdict {
	first := v
	for {
		next := h.round(v)
		if next == nil {
			break
		}
		next.offer(h)
		v = next
	}
	if v != first {
		v.unfixed = first
	}
	return v
}

// repair is what made v of the verdict before it.
func (v *verdict) repair() Repair {
	return Repair{Before: v.unfixed.script.File, After: v.script.File, Fixed: len(v.unfixed.found) - len(v.found)}
}

// round makes as many repairs as can be made at once: of those that touch the
// first, and only the first where all of them together do not hold.
func (h *holder) round(v *verdict) *verdict {
	var repairs []*diag.Fix
	var of []*diag.Rule
	files := map[string]*source.File{v.script.File.Name: v.script.File}
	for _, f := range h.known.new(v.found, files) {
		if offered(&f) && v.set.shows(&f) {
			repairs, of = append(repairs, f.Fix), append(of, f.Rule)
		}
	}
	picked := fix.Together(repairs)
	if len(picked) == 0 {
		return nil
	}
	var all []*diag.Fix
	var rules []*diag.Rule
	for _, i := range picked {
		all, rules = append(all, repairs[i]), append(rules, of[i])
	}
	if next := h.try(v, all...); next != nil && better(v, next, rules...) && !breaksMore(v, next) {
		return next
	}
	return h.try(v, all[0])
}
