package extract

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// What a look at all texts of a script comes to: whether it has to do with locks, which
// variables these hang on, and which functions lead to them.

// conclude works out what all that was looked at comes to.
func (in *interest) conclude() {
	in.meet()
	for _, c := range in.claims {
		if in.temporary(c.word) { // no other run makes a name like it
			continue
		}
		if in.says(c.word, likeLock, 3) || in.says(c.word, amongOthers, 3) || shell.Lockish(c.scope) || in.ownedBy(c.word) || (in.givenUp(c.word) || in.isRemoved(c.raw) || len(in.removals(c.word)) > 0) && (in.says(c.word, likeRunDirectory, 3) || !in.used(c.word, c.scope)) {
			in.anchor(c.scope, c.vars...)
			in.claimed[c.word] = true
			for _, word := range in.removals(c.word) {
				in.anchor(c.scope, shell.VarsOf(word)...)
			}
		}
	}
	for _, c := range in.moved {
		if in.ownedBy(c.word) || in.givenUp(c.word) && (in.says(c.word, likeLock, 3) || in.says(c.word, amongOthers, 3)) {
			in.anchor(c.scope, c.vars...)
			in.claimed[c.word] = true // functions that remove it are followed
		}
	}
	if in.callers["."] != nil || in.callers["source"] != nil {
		for name, scopes := range in.callers {
			if in.funcs[name] == nil && !isA(name, takesLocks) && shell.Lockish(name) && strings.Contains(strings.ToLower(name), "lock") {
				for scope := range scopes { // it may be a function of a file that is sourced
					in.anchor(scope)
				}
			}
		}
	}
	for w := range in.made {
		if in.says(w, likeLock, 3) || in.removed[w] || in.ownedBy(w) {
			for _, v := range shell.VarsOf(w) {
				in.seeds[v] = true
			}
		}
	}
	for w := range in.made {
		if in.temporary(w) || strings.HasPrefix(w, "/dev/") {
			continue
		}
		for scope := range in.noclobber {
			in.anchor(scope)
		}
		if in.mayFail(w) || in.claimed[w] {
			for _, r := range in.of(w).removals {
				in.giving[r.scope] = true
			}
		}
		if !in.probed[w] {
			continue
		}
		if all := in.wholeLife(w); in.says(w, likeLock, 3) || in.ownedBy(w) || all.likeLock() || in.owners && in.uses.pids[w] {
			in.locks = true
			for scope := range in.probes[w] {
				in.anchored[scope] = true
			}
			for _, r := range all.removals {
				in.releasing[r.scope] = true
			}
			for _, v := range shell.VarsOf(w) {
				in.seeds[v] = true
			}
		}
	}
	in.sweeps = in.sweeps || in.goesElsewhere() && (in.locksBelow() || in.namedFromBoth())
	if in.locks || in.walked {
		in.close()
		in.findParents()
	}
}

// givenUp tells whether a word is removed, by its whole name as well, or what a loop takes
// it from.
func (in *interest) givenUp(word string) bool {
	return in.removed[word] || in.goesElsewhere() && in.removedElsewhere(word) || slices.ContainsFunc(shell.VarsOf(word), func(v string) bool {
		return "$"+v == word && slices.ContainsFunc(in.assigned[v], func(a assignment) bool {
			return slices.ContainsFunc(strings.Fields(a.text), func(item string) bool { return in.removed[nameOf(strings.Trim(item, `"`))] })
		})
	})
}

// wholeLife is where a name is tested for, made, and may be removed by whatever word.
func (in *interest) wholeLife(word string) *steps {
	life := *in.of(word)
	if in.removed[word] {
		return &life
	}
	life.removals = slices.Clone(life.removals)
	for _, other := range in.removals(word) {
		life.removals = append(life.removals, in.of(other).removals...)
	}
	return &life
}

// removals are the words by which a name may be removed: the word itself, those that
// differ from it in the names of variables alone, one that may come to the same name, or a
// variable that was set to it. What got=$i keeps of mkdir /run/slot.$i goes as /run/slot.$got.
func (in *interest) removals(word string) (out []string) {
	if in.removed[word] {
		return []string{word}
	}
	shape := in.shape(word)
	alike := shape != word && strings.Trim(shape, "$/") != ""
	for other := range in.removed {
		kept := func(a assignment) bool { return shell.UnquoteText(a.text) == word }
		if of := in.shape(other); alike && (of == shape || of == "$" && slices.ContainsFunc(shell.VarsOf(other), func(v string) bool {
			return slices.ContainsFunc(in.assigned[v], kept)
		})) || in.mayName(word, other) {
			out = append(out, other)
		}
	}
	return out
}

// shape is a word in which every variable is called alike.
func (in *interest) shape(word string) string {
	shape, known := in.shapes[word]
	if !known {
		shape = variables().ReplaceAllString(word, "$$")
		if in.shapes == nil {
			in.shapes = map[string]string{}
		}
		in.shapes[word] = shape
	}
	return shape
}

var variables = regex.Of(`\$\{?[A-Za-z_][A-Za-z0-9_]*\}?`)

// positional is a parameter in a word.
var positional = regex.Of(`\$(?:[0-9@*]|\{[0-9]+\})`)

// anchorSources has the functions followed that source files.
func (in *interest) anchorSources() {
	for _, name := range []string{".", "source"} {
		for scope := range in.callers[name] {
			in.anchored[scope] = true
		}
	}
}

// force has a script walked whatever the first look said, and what commands at sites
// are kept in followed.
func (in *interest) force(sites []site) {
	grown := !in.locks && !in.walked
	for _, s := range sites {
		for _, v := range s.vars {
			grown = grown || !in.seeds[v]
			in.seeds[v] = true
		}
	}
	if in.walked = true; grown {
		in.close()
		in.findParents()
	}
}

// contents lists the variables that hold what a command says about a lock: who has it.
func (in *interest) contents() []string {
	var out []string
	for v, list := range in.assigned {
		for _, a := range list {
			text := strings.TrimLeft(a.text, `"`)
			if !strings.HasPrefix(text, "$(") && !strings.HasPrefix(text, "`") {
				continue
			}
			if shell.Lockish(text) || slices.ContainsFunc(a.vars, func(w string) bool { return in.seeds[w] }) {
				out = append(out, v)
				break
			}
		}
	}
	return out
}

// lockers lists the variables that stand where a command does and hold a tool for locks, at
// least on some way: what stands behind them is run under a lock there, and without one
// where they are empty.
func (in *interest) lockers() (out []string) {
	for _, w := range in.byValue {
		for _, v := range shell.VarsOf(in.raw(w)) {
			if slices.ContainsFunc(in.assigned[v], func(a assignment) bool {
				return slices.ContainsFunc(strings.Fields(shell.UnquoteText(a.text)), func(word string) bool { return isA(path.Base(word), takesLocks) })
			}) {
				out = append(out, v)
			}
		}
	}
	return out
}

// close works out the core variables: what lock commands name, flags that are set
// in a scope with a lock and tested, and whatever those are made of.
func (in *interest) close() {
	near := maps.Clone(in.anchored)
	for fn := range in.anchored {
		for scope := range in.callers[fn] {
			near[scope] = true
		}
	}
	// mkdir L || exit; mine=yes: what is said right after an acquisition is about it.
	for scope := range maps.Clone(near) {
		if i := strings.LastIndexByte(scope, '#') + 1; i > 0 {
			if n, ok := shell.Number(scope[i:]); ok {
				near[scope[:i]+itoa(n+1)], near[scope[:i]+itoa(n+2)] = true, true
			}
		}
	}
	var todo []string
	add := func(v string) {
		if !in.core[v] {
			in.core[v] = true
			todo = append(todo, v)
		}
	}
	for v := range in.seeds {
		add(v)
	}
	for _, v := range append(in.aged(), in.contents()...) {
		in.core[v] = true // what it is made of need not be known
	}
	for name, vars := range in.placing {
		if in.defs[name] > 0 || name == "set" {
			for _, v := range vars {
				add(v)
			}
		}
	}
	for v := range in.entered { // a name in such a directory is no lock of several runs
		if in.sweeps || in.fresh[v] || batsFolders[v] {
			add(v)
		}
	}
	if in.sweeps {
		in.split[workingDirectory] = true
	}
	if len(in.callers["wait"]) > 0 {
		in.split[jobStatus] = true
	}
	for _, v := range in.takenLocks() {
		add(v)
	}
	for _, v := range in.lockers() {
		add(v)
		in.split[v] = true
	}
	for v, scopes := range in.tested {
		for _, a := range in.assigned[v] {
			if near[a.scope] || len(a.vars) == 1 && a.vars[0] == "?" {
				in.split[v] = true
			}
			in.found[v] = in.found[v] || near[a.scope]
		}
		for s := range scopes {
			if in.anchored[s] {
				in.split[v] = true
			}
		}
		if in.split[v] {
			in.core[v] = true // what it is made of need not be known
		}
	}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, a := range in.assigned[v] {
			for _, w := range a.vars {
				add(w)
			}
		}
	}
}

// follows tells whether a variable's value is followed; flag, whether walks that
// differ in it are kept apart.
func (in *interest) follows(name string) bool { return in.all || in.wide[name] || in.core[name] }
func (in *interest) flag(name string) bool    { return in.all || in.split[name] }

// remembers tells whether what a variable is now may be kept: it is followed, or nothing
// ever puts a value into it.
func (x *walker) remembers(name string) bool {
	return x.in.follows(name) || !slices.ContainsFunc(x.in.assigned[name], func(a assignment) bool { return a.text != "" })
}

// widely returns the variables that a thorough walk keeps apart: all that are set and
// asked for, wherever that is.
func (in *interest) widely() map[string]bool {
	wide := maps.Clone(in.split)
	for v := range in.tested {
		if len(in.assigned[v]) > 0 || in.split[v] {
			wide[v] = true
		}
	}
	return wide
}

// everything returns all variables that the script sets.
func (in *interest) everything() map[string]bool {
	all := map[string]bool{}
	for v := range in.assigned {
		all[v] = true
	}
	return all
}

// counts tells whether a variable is somewhere computed from what it was.
func (in *interest) counts(name string) bool {
	return slices.ContainsFunc(in.assigned[name], func(a assignment) bool {
		return strings.Contains(a.text, "$((") && slices.Contains(a.vars, name)
	})
}

// byOne tells whether a variable, where it is made of what it was, is that and one, or
// less one.
func (in *interest) byOne(name string) bool {
	return !slices.ContainsFunc(in.assigned[name], func(a assignment) bool {
		return slices.Contains(a.vars, name) && !oneStep().MatchString(a.text)
	})
}

var oneStep = regex.Of(`[-+]\s*1\s*\)`)

// recurs tells whether a variable is somewhere made of what it was, in whatever way.
func (in *interest) recurs(name string) bool {
	return slices.ContainsFunc(in.assigned[name], func(a assignment) bool { return slices.Contains(a.vars, name) })
}

// locksIn tells whether a function, or one that it calls, may take or release a lock.
func (in *interest) locksIn(name string) bool {
	if in.locking == nil {
		in.locking = in.callersOf(in.anchored, in.releasing)
	}
	return in.locking[name]
}

// holdsIn tells it also of a function that gives up what a lock alone would be there for.
func (in *interest) holdsIn(name string) bool {
	if in.holding == nil {
		in.holding = in.callersOf(in.anchored, in.releasing, in.giving)
	}
	return in.holding[name]
}

// callersOf returns the scopes in some sets, and all that call one of them.
func (in *interest) callersOf(sets ...map[string]bool) map[string]bool {
	all := map[string]bool{}
	var up func(scope string)
	up = func(scope string) {
		if all[scope] {
			return
		}
		all[scope] = true
		for caller := range in.callers[scope] {
			up(caller)
		}
	}
	for _, set := range sets {
		for scope := range set {
			up(scope)
		}
	}
	return all
}
