package shellkit

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

// gathering collects what scripts gave alone, and adds what only shows of all of
// them. It keeps no script that has neither locks nor findings nor directives, and
// no protocol: a tree may have many scripts.
type gathering struct {
	given    map[string]bool // names of the scripts themselves, not of what they source
	verdicts []*verdict

	locking    []locking
	bystanders []bystander
}

func newGathering(scripts []*Script) *gathering {
	g := &gathering{given: map[string]bool{}}
	for _, s := range scripts {
		g.given[s.File.Name] = true
	}
	return g
}

func (g *gathering) add(v *verdict) {
	g.given[v.script.File.Name] = true
	g.meets(v)
	if v.account == nil && len(v.found) == 0 && len(v.directives) == 0 {
		return
	}
	kept := *v
	kept.script = v.script.bare()
	kept.unfixed, kept.proved = nil, nil
	g.verdicts = append(g.verdicts, &kept)
}

func (g *gathering) addAll(list []*verdict) {
	for _, v := range list {
		g.add(v)
	}
}

// addUnfixed adds what was found before any repair.
func (g *gathering) addUnfixed(list []*verdict) {
	for _, v := range list {
		if v.unfixed != nil {
			v = v.unfixed
		}
		g.add(v)
	}
}

// conclude returns all findings that are to be shown, sorted and each once, with
// the files that they are about.
func (g *gathering) conclude(b *Baseline) ([]diag.Finding, map[string]*source.File) {
	var found []diag.Finding
	var locking []*rules.Account
	files := map[string]*source.File{}
	sets := map[string]*Settings{}
	uses := map[string]*directive{}
	for _, v := range g.verdicts {
		sets[v.script.File.Name] = v.set
		for _, f := range append(v.script.Sourced, v.script.File) {
			files[f.Name] = f
		}
		for i := range v.found {
			if v.set.shows(&v.found[i]) {
				found = append(found, v.found[i])
			}
		}
		if v.account != nil {
			locking = append(locking, v.account)
		}
		for _, d := range v.directives {
			key := fmt.Sprint(absolute(d.Span.File), d.Span.Start.Offset)
			uses[key] = g.merge(d, uses[key])
		}
	}
	var together []diag.Finding
	if len(locking) > 1 {
		together = rules.Together(locking)
	}
	beside := g.beside(append(slices.Clone(found), together...))
	found = append(found, g.together(together, sets, uses)...)
	for _, f := range silence(beside, values(uses)) {
		if set := sets[f.Span.File]; set == nil || set.shows(&f) {
			files[f.Span.File] = g.fileOf(f.Span.File, files)
			found = append(found, f)
		}
	}
	for _, d := range uses {
		if set := sets[d.Span.File]; set != nil && g.given[d.Span.File] {
			if f, ok := d.useless(set); ok && set.shows(&f) {
				found = append(found, silence([]diag.Finding{f}, values(uses))...)
			}
		}
	}
	found = g.once(found)
	found = b.new(found, files)
	return found, mentioned(found, files)
}

// together is what shows only when several scripts are looked at side by side. A
// repair would have to be held against all of them; it is left as advice.
func (g *gathering) together(found []diag.Finding, sets map[string]*Settings, uses map[string]*directive) []diag.Finding {
	var out []diag.Finding
	for _, f := range silence(found, values(uses)) {
		if set := sets[f.Span.File]; set == nil || set.shows(&f) {
			if f.Fix != nil {
				f.Fix = &diag.Fix{Title: f.Fix.Title}
			}
			out = append(out, f)
		}
	}
	return out
}

// once sorts findings and drops those that repeat a rule at a place: a file that
// several scripts source is looked at with each. The one with the most to offer,
// in a script that was given, stays. A broken promise that no rule has a word for is
// another finding than the next one of the same place.
func (g *gathering) once(found []diag.Finding) []diag.Finding {
	type place struct {
		rule, file string
		from, to   int
		property   string // that a broken promise is about
	}
	best := map[place]int{}
	var out []diag.Finding
	for _, f := range found {
		at := place{rule: f.Rule.Code, file: absolute(f.Span.File), from: f.Span.Start.Offset, to: f.Span.End.Offset}
		if f.Rule.Code == brokenPromise.Code && len(f.Broken) > 0 {
			at.property = f.Broken[0].Property
		}
		i, seen := best[at]
		switch {
		case !seen:
			best[at] = len(out)
			out = append(out, f)
		case g.better(&f, &out[i]):
			out[i] = f
		}
	}
	diag.Sort(out)
	return out
}

func (g *gathering) better(a, b *diag.Finding) bool {
	if x, y := g.given[a.Span.File], g.given[b.Span.File]; x != y {
		return x
	}
	if a.Level != b.Level {
		return a.Level < b.Level
	}
	return offered(a) && !offered(b)
}

func absolute(name string) string {
	if full, err := filepath.Abs(name); err == nil && name != "-" {
		return full
	}
	return name
}

// mentioned keeps the files that findings speak of.
func mentioned(found []diag.Finding, files map[string]*source.File) map[string]*source.File {
	out := map[string]*source.File{}
	keep := func(s source.Span) {
		if f := files[s.File]; f != nil {
			out[s.File] = f
		}
	}
	for _, f := range found {
		keep(f.Span)
		for _, n := range f.Notes {
			keep(n.Span)
		}
		if f.Fix != nil {
			for _, e := range f.Fix.Edits {
				keep(e.Span)
			}
		}
	}
	return out
}

// merge adds up what one directive did in two readings of its file, and keeps
// the reading under the name that was given.
func (g *gathering) merge(a, b *directive) *directive {
	if b == nil {
		return a
	}
	if g.given[b.Span.File] {
		a, b = b, a
	}
	a.busy = a.busy || b.busy
	for i := range a.used {
		a.used[i] = a.used[i] || i < len(b.used) && b.used[i]
	}
	return a
}

func values(uses map[string]*directive) []*directive {
	out := make([]*directive, 0, len(uses))
	for _, d := range uses {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *directive) int { return a.Span.Start.Offset - b.Span.Start.Offset })
	return out
}
