package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
)

var lockOrder = &Rule{
	Rule: diag.Rule{
		Code: "LK501", Slug: "lock-order", Level: diag.Warning,
		Title: "two runs wait for each other for ever",
	},
	Breaks: []Property{Deadlock},
	Across: findLockOrder,
}

func findLockOrder(scripts []*Account) []diag.Finding {
	type pair struct{ first, other string }
	seen := map[pair]nested{}
	var order []nested
	for _, s := range scripts {
		for _, a := range s.nested {
			p := pair{a.outer.key, a.lock.key}
			if _, had := seen[p]; !had {
				seen[p] = a
				order = append(order, a)
			}
		}
	}
	var out []diag.Finding
	for _, a := range order {
		if a.exchanged {
			f := finding(a.lock.at, "two runs may wait for each other for ever: %s is taken here under %s, and another run may be given the two the other way round", a.lock.name, a.outer.name)
			note(&f, a.outer.at, "first this")
			f.NoFix = "an order that does not hang on who asks first has to be chosen: that of their names"
			out = append(out, f)
			continue
		}
		b, crossed := seen[pair{a.lock.key, a.outer.key}]
		if !crossed || share(a.under, b.under) || b.file == a.file && b.node < a.node {
			continue // the second of the two reports nothing: they are one fault
		}
		if b.file < a.file {
			continue
		}
		f := finding(a.lock.at, "two runs may wait for each other for ever: %s is taken here under %s, and elsewhere the other way round", a.lock.name, a.outer.name)
		note(&f, a.outer.at, "first this")
		note(&f, b.outer.at, "there, first that")
		note(&f, b.lock.at, "and then this")
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
