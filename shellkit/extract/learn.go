package extract

import (
	"maps"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A script is more than one text: it sources files, and runs texts with eval, sh -c and
// traps. What a first look says of one of them holds for the others too, for a variable
// can be set in one and asked for in another.

// consider looks at another text of the script before that is walked. What it says of a
// variable that was set before comes too late for this walk.
func (x *walker) consider(lib *interest) {
	before := maps.Clone(x.in.split)
	if !x.in.learn(lib) {
		return
	}
	for v := range x.in.split {
		x.late = x.late || (x.effort == thorough || x.effort == careful) && !before[v] && x.in.own[v]
	}
	clear(x.touching)
	clear(x.goingOn)
	switch {
	case x.effort == thorough:
		maps.Copy(x.in.split, x.in.widely())
		maps.Copy(x.in.wide, x.in.everything())
	case x.effort > careful:
		x.in.split = nil
	}
	x.split = ordersOf(x.in.split)
}

// learn adds what a look at another text has found, and says whether that is new.
func (in *interest) learn(lib *interest) bool {
	if in.learnt[lib] {
		return false
	}
	if in.learnt[lib] = true; in.own == nil {
		in.own = map[string]bool{}
		for v := range in.assigned {
			in.own[v] = true
		}
	}
	in.texts = append(in.texts, lib)
	label := itoa(len(in.learnt))
	here := func(scope string) string {
		if strings.HasPrefix(scope, "#") { // statements are numbered in each text
			return label + scope
		}
		return scope
	}
	in.learnScopes(lib, here)
	in.learnSteps(lib, here)
	in.mentions.add(lib.mentions)
	for v, list := range lib.assigned {
		for _, a := range list {
			a.scope = here(a.scope)
			in.note(v, a)
		}
	}
	for _, t := range lib.taken {
		in.taken = append(in.taken, taken{t.raw, here(t.scope)})
	}
	for name, n := range lib.defs {
		in.defs[name] += n
		in.surely[name] = in.surely[name] || lib.surely[name]
	}
	if in.split == nil {
		in.split = map[string]bool{}
	}
	for _, both := range []struct{ to, from map[string]bool }{
		{in.core, lib.core}, {in.split, lib.split}, {in.found, lib.found}, {in.seeds, lib.seeds}, {in.fresh, lib.fresh}, {in.entered, lib.entered},
		{in.dicts, lib.dicts}, {in.exports, lib.exports}, {in.handed, lib.handed}, {in.undefined, lib.undefined}, {in.late, lib.late},
		{in.consulted, lib.consulted}, {in.probed, lib.probed}, {in.made, lib.made}, {in.claimed, lib.claimed}, {in.removed, lib.removed}, {in.opened, lib.opened}, {in.linked, lib.linked},
		{in.uses.words, lib.uses.words}, {in.uses.folders, lib.uses.folders}, {in.uses.pids, lib.uses.pids},
	} {
		maps.Copy(both.to, both.from)
	}
	in.locks, in.sweeps = in.locks || lib.locks, in.sweeps || lib.sweeps
	in.exportsAll = in.exportsAll || lib.exportsAll
	in.clobbering.learn(lib.clobbering)
	in.onOutput = in.onOutput || lib.onOutput
	for name, vars := range lib.placing {
		in.placing[name] = append(in.placing[name], vars...)
	}
	in.madeUp, in.owners = in.madeUp || lib.madeUp, in.owners || lib.owners
	in.pipes, in.numbers, in.compares = in.pipes || lib.pipes, in.numbers || lib.numbers, in.compares || lib.compares
	clear(in.answers)
	in.gone = append(in.gone, lib.gone...)
	in.lockNames, in.removedNames, in.uses.names = nil, nil, nil
	in.conclude()
	return true
}

// again is the first look once more, with what the other texts have said.
func (in *interest) again(file *syntax.File, list others, sites []site) *interest {
	fresh := survey(file, in.text)
	fresh.relate(file, list)
	fresh.force(sites)
	for _, lib := range in.texts {
		fresh.learn(lib)
	}
	return fresh
}

// learnScopes adds where another text has to do with locks, calls functions, and asks
// for variables. here says what a scope of that text is called in this script.
func (in *interest) learnScopes(lib *interest, here func(string) string) {
	for _, both := range []struct{ to, from map[string]bool }{
		{in.anchored, lib.anchored}, {in.releasing, lib.releasing}, {in.giving, lib.giving}, {in.noclobber, lib.noclobber},
	} {
		for scope := range both.from {
			both.to[here(scope)] = true
		}
	}
	for _, both := range []struct{ to, from map[string]map[string]bool }{
		{in.callers, lib.callers}, {in.tested, lib.tested}, {in.probes, lib.probes},
	} {
		for name, scopes := range both.from {
			if both.to[name] == nil {
				both.to[name] = map[string]bool{}
			}
			for scope := range scopes {
				both.to[name][here(scope)] = true
			}
		}
	}
	in.locking, in.holding = nil, nil
}

// learnSteps adds where another text makes, looks for and removes names.
func (in *interest) learnSteps(lib *interest, here func(string) string) {
	for _, c := range lib.claims {
		c.scope = here(c.scope)
		in.claims = append(in.claims, c)
	}
	for word, s := range lib.steps {
		to := in.of(word)
		for _, both := range []struct {
			to   *[]step
			from []step
		}{{&to.tests, s.tests}, {&to.makes, s.makes}, {&to.removals, s.removals}} {
			for _, one := range both.from {
				*both.to = append(*both.to, step{here(one.scope), one.at})
			}
		}
	}
}
