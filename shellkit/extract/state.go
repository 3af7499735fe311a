package extract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// state is what the walk knows at one point. States are never changed once a
// flow has been handed on: every set… method returns another one.
type state struct {
	vars   map[string]value
	status value // of the last command
	opts   options
	exit   trap
	sig    [protocol.NumSignals]trap
	nextFD int // the next descriptor that {fd} receives
	frame  *frame
	facts  map[string]bool // answers to conditions about values that have not changed since
	memo   string
}

type options struct{ errexit, noclobber, pipefail, posix bool }

// trap is what is armed for one signal; the zero trap is the default.
type trap struct {
	text   string // the command; "" with armed set: ignored
	armed  bool
	node   protocol.ID
	origin origin
}

// frame holds what belongs to one call of a function.
type frame struct {
	parent *frame
	args   []value
	locals map[string]value // what the names were before `local`
	name   string
}

func (s *state) clone() *state {
	t := *s
	t.memo = ""
	return &t
}

func (s *state) set(name string, v value) *state {
	if old, ok := s.vars[name]; ok && old == v {
		return s
	}
	t := s.clone()
	t.vars = maps.Clone(s.vars)
	t.vars[name] = v
	if !v.known { // the same key now stands for another value
		t.forget(v.key)
	}
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

func (s *state) withStatus(v value) *state {
	if s.status == v {
		return s
	}
	t := s.clone()
	t.status = v
	return t
}

func (s *state) ok() *state   { return s.withStatus(literal("0")) }
func (s *state) fail() *state { return s.withStatus(failed) }

// unknownStatus is the status of a command whose outcome was not followed.
var unknownStatus = symbol("$?", "status")

// local makes name a local variable of the function that is being walked.
func (s *state) local(name string) *state {
	if s.frame == nil {
		return s
	}
	if _, done := s.frame.locals[name]; done {
		return s
	}
	t := s.clone()
	f := *s.frame
	f.locals = maps.Clone(f.locals)
	if f.locals == nil {
		f.locals = map[string]value{}
	}
	old, had := s.vars[name]
	if !had {
		old = value{key: "\x00unset\x00"}
	}
	f.locals[name] = old
	t.frame = &f
	return t
}

// call enters a function; leave comes back from it.
func (s *state) call(name string, args []value) *state {
	t := s.clone()
	t.frame = &frame{parent: s.frame, args: args, name: name}
	return t
}

func (s *state) leave() *state {
	t := s.clone()
	f := s.frame
	t.frame = f.parent
	if len(f.locals) > 0 {
		t.vars = maps.Clone(s.vars)
		for name, old := range f.locals {
			if old.key == "\x00unset\x00" {
				delete(t.vars, name)
			} else {
				t.vars[name] = old
			}
		}
	}
	return t
}

func (s *state) withArgs(args []value) *state {
	t := s.clone()
	f := *s.frame
	f.args = args
	t.frame = &f
	return t
}

// key names the state without its status: equal keys, equal futures.
func (s *state) key() string {
	if s.memo != "" {
		return s.memo
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.vars)) {
		v := s.vars[name]
		fmt.Fprintf(&b, "%s=%s\x01", name, v.key)
		if v.spawn != 0 {
			fmt.Fprintf(&b, "&%d", v.spawn)
		}
	}
	fmt.Fprintf(&b, "%v %d %s", s.opts, s.nextFD, s.traps())
	for _, fact := range slices.Sorted(maps.Keys(s.facts)) {
		fmt.Fprintf(&b, "\x05%s=%v", fact, s.facts[fact])
	}
	for f := s.frame; f != nil; f = f.parent {
		b.WriteString("\x02" + f.name)
		for _, a := range f.args {
			b.WriteString("\x01" + a.key)
		}
		for _, name := range slices.Sorted(maps.Keys(f.locals)) {
			b.WriteString("\x03" + name + f.locals[name].key)
		}
	}
	s.memo = b.String()
	return s.memo
}

// traps names what is armed.
func (s *state) traps() string {
	if !s.exit.armed && s.sig == [protocol.NumSignals]trap{} {
		return ""
	}
	var b strings.Builder
	for _, t := range append(s.sig[:], s.exit) {
		fmt.Fprintf(&b, "%v:%s:%d\x01", t.armed, t.text, t.node)
	}
	return b.String()
}
