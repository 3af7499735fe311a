package extract

import (
	"maps"
	"slices"
	"strings"
)

// state is what the walk knows at one point. States are never changed once a
// flow has been handed on: every set… method returns another one.
type state struct {
	*armed
	vars   *vars
	status *value // of the last command
	opts   options
	nextFD int // the next descriptor that {fd} receives
	fds    fds // that are open, where walks are kept apart by that
	frame  *frame
	params *params
	funcs  *table          // the functions that shift
	facts  map[string]bool // answers to conditions about values that have not changed since
	told   *told           // by substitutions of the statement at hand
	saying *saying         // in a substitution whose output is noted
	memo   key             // of all of it, once it was asked for
	split  key             // of what keeps walks apart
	watch  *string         // the key of what the armed handlers can see
	under  struct {        // the handlers that were found for it last
		handled
		at int
	}
}

type options struct {
	errexit, noclobber, pipefail, posix, inherits bool
	nounset                                       bool
	errtrace                                      bool   // functions and subshells have the ERR trap too
	dotglob                                       bool   // * also fits names that begin with a dot
	posixTraps                                    bool   // zsh: an EXIT trap in a function is one of the shell
	loopsShare                                    bool   // yash: loops of functions have no variable of their own
	hit                                           string // a signal that a subshell has sent to the shell that waits for it
}

// frame holds what belongs to one call of a function.
type frame struct {
	parent *frame
	params *params // of who called it
	locals *vars   // what the names were before `local`
	name   string
	exit   trap // an EXIT trap that fires when the function returns
	back   trap // a RETURN trap
}

func (s *state) clone() *state {
	t := *s
	t.memo, t.split, t.watch = 0, 0, nil
	return &t
}

func (s *state) set(name string, v value) *state {
	if old := s.vars.find(name); old != nil && old.value == v {
		return s
	}
	t := s.clone()
	t.vars = s.vars.with(name, v)
	if !v.known && !s.params.holds(v) { // the same key now stands for another value
		t.forget(v.key)
	}
	return t
}

// without is the state in which a variable is not set.
func (s *state) without(name string) *state {
	if s.vars.find(name) == nil {
		return s
	}
	t := s.clone()
	t.vars = s.vars.without(name)
	return t
}

// forget drops the answers that were about a value.
func (s *state) forget(key string) {
	for fact := range s.facts {
		if strings.Contains(fact, key) {
			s.facts = maps.Clone(s.facts)
			maps.DeleteFunc(s.facts, func(f string, _ bool) bool { return strings.Contains(f, key) })
			return
		}
	}
}

// answer is the state in which a condition has turned out so. Equal conditions
// about equal values get equal answers from then on.
func (s *state) answer(fact string, truth bool) *state {
	t := s.clone()
	t.facts = maps.Clone(s.facts)
	if t.facts == nil {
		t.facts = map[string]bool{}
	}
	t.facts[fact] = truth
	return t
}

// names is the state in which a file of that name was made or opened: the name is not
// empty.
func (s *state) names(v value) *state {
	if v.known || v.filled {
		return s
	}
	return s.answer(notEmpty+v.key, true)
}

// notEmpty begins the question whether a value is not empty.
const notEmpty = "-n"

func (s *state) withStatus(v value) *state {
	if *s.status == v {
		return s
	}
	w := v // only here it goes where states live
	return s.endedWith(&w)
}

// endedWith is the state in which the last command has ended so.
func (s *state) endedWith(v *value) *state {
	if s.status == v || *s.status == *v {
		return s
	}
	t := *s // no key speaks of the status
	t.status = v
	return &t
}

var success = literal("0")

func (s *state) ok() *state   { return s.endedWith(&success) }
func (s *state) fail() *state { return s.endedWith(&failed) }

// unknownStatus is the status of a command whose outcome was not followed.
var unknownStatus = symbol("$?", "status")

// local makes name a local variable of the function that is being walked.
func (s *state) local(name string) *state {
	if s.frame == nil {
		return s
	}
	if s.frame.locals.find(name) != nil {
		return s
	}
	t := s.clone()
	f := *s.frame
	old, had := s.vars.get(name)
	if !had {
		old = notThere
	}
	f.locals = f.locals.with(name, old)
	t.frame = &f
	return t
}

// declares is the innermost frame in which a name is that of a local variable, or nil.
func (f *frame) declares(name string) *frame {
	for ; f != nil; f = f.parent {
		if f.locals.find(name) != nil {
			return f
		}
	}
	return nil
}

// shows is the state in which the innermost local variable of that name is none any more,
// and the name is what it was outside.
func (s *state) shows(name string) *state {
	at := s.frame.declares(name)
	old, _ := at.locals.get(name)
	t := s.set(name, old).clone()
	if old.key == notThere.key {
		t.vars = t.vars.without(name)
	}
	t.frame = s.frame.releases(name, at)
	return t
}

// releases are the frames of which one has no local variable of that name any more.
func (f *frame) releases(name string, at *frame) *frame {
	g := *f
	if f == at {
		g.locals = f.locals.without(name)
	} else {
		g.parent = f.parent.releases(name, at)
	}
	return &g
}

// notThere stands among the local variables for what had no value outside.
var notThere = value{key: "\x00unset\x00"}

// call enters a function; leave comes back from it.
func (s *state) call(name string, args *params) *state {
	t := s.clone()
	t.frame = &frame{parent: s.frame, params: s.params, name: name}
	t.params = args
	return t
}

func (s *state) leave() *state {
	t := s.clone()
	f := s.frame
	t.frame, t.params = f.parent, f.params
	for name, old := range f.locals.all() {
		if old.key == notThere.key {
			t.vars = t.vars.without(name)
		} else {
			t.vars = t.vars.with(name, old)
		}
	}
	return t
}

// key names the state without its status: equal keys, equal futures.
func (s *state) key() key {
	if s.memo == 0 {
		s.memo = s.keyOf(nil, false)
	}
	return s.memo
}

// same tells whether two states have the same key, without making the keys.
func (s *state) same(t *state) bool {
	if s.memo != 0 && t.memo != 0 {
		return s.memo == t.memo
	}
	if s.opts != t.opts || s.nextFD != t.nextFD || s.fds != t.fds || !s.vars.same(t.vars) || !maps.Equal(s.facts, t.facts) || s.traps() != t.traps() {
		return false
	}
	if !s.params.same(t.params) || s.functions() != t.functions() || s.printing() != t.printing() {
		return false
	}
	f, g := s.frame, t.frame
	for ; f != nil && g != nil && f != g; f, g = f.parent, g.parent {
		if f.name != g.name || f.exit != g.exit || f.back != g.back || !f.params.same(g.params) || !f.locals.same(g.locals) {
			return false
		}
	}
	return f == g
}

// keyOf is the key of a part of the state: of these variables, and of these alone
// where part is set.
func (s *state) keyOf(orders []uint64, part bool) key {
	b := newKeyMaker()
	if part {
		b.some(s.vars, orders)
	} else {
		b.set += s.vars.marks()
	}
	for fact, truth := range s.facts {
		b.fact(fact, truth)
	}
	b.end()
	b.write(s.traps())
	b.number(s.nextFD)
	if !part {
		b.number(int(s.fds))
	}
	for _, on := range []bool{s.opts.errexit, s.opts.noclobber, s.opts.pipefail, s.opts.posix, s.opts.inherits, s.opts.posixTraps, s.opts.errtrace, s.opts.dotglob, s.opts.nounset} {
		b.truth(on)
	}
	b.write(s.opts.hit)
	b.write(s.params.key())
	b.write(s.functions())
	b.write(s.printing())
	for f := s.frame; f != nil; f = f.parent {
		b.write(f.name)
		b.write(f.exit.text + f.exit.place + "\x00" + f.back.text + f.back.place)
		b.write(f.params.key())
		if part {
			b.some(f.locals, orders)
		} else {
			b.set += f.locals.marks()
		}
		b.end()
	}
	return b.sum()
}

func sortedKeys[V any](m map[string]V) []string {
	if len(m) == 0 {
		return nil
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
