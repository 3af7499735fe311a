package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
)

var lockOrder = &Rule{
	Rule: diag.Rule{
		Code: "LK501", Slug: "lock-order", Level: diag.Warning,
		Title: "two runs wait for each other for ever",
	},
	Breaks: Deadlock,
	Across: findLockOrder,
}

func findLockOrder(scripts []*Script) []diag.Finding {
	type pair struct{ first, other string }
	seen := map[pair]after{}
	var order []after
	for _, s := range scripts {
		for _, a := range s.waitsWhileHolding() {
			p := pair{a.first, a.other}
			if _, had := seen[p]; !had {
				seen[p] = a
				order = append(order, a)
			}
		}
	}
	var out []diag.Finding
	for _, a := range order {
		b, crossed := seen[pair{a.other, a.first}]
		if !crossed || share(a.outer, b.outer) || b.s == a.s && b.then < a.then {
			continue // the second of the two reports nothing: they are one fault
		}
		if b.s != a.s && b.s.File < a.s.File {
			continue
		}
		f := a.s.at(a.then, "two runs may wait for each other for ever: %s is taken here under %s, and elsewhere the other way round",
			a.s.name(a.s.locks(a.then)[0]), a.s.name(a.s.holds(a.then, a.by).Path))
		a.s.note(&f, a.by, "first this")
		b.s.note(&f, b.by, "there, first that")
		b.s.note(&f, b.then, "and then this")
		f.NoFix = "which order all scripts should keep is for you to choose"
		out = append(out, f)
	}
	return out
}

func share(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}
