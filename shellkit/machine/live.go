package machine

import (
	"maps"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A variable that nobody reads any more tells no states apart. What may still be read is
// worked out backwards through the code at hand, and through what is behind each of the
// codes that the process is in.

// alive is the names that may be read from a point on; nil in all is every name.
type alive struct {
	names map[string]bool
	all   bool
	key   string
}

// aliveAt is where a question about that has its answer.
type aliveAt struct {
	code *program.Code
	pc   int
	out  string
}

func newAlive(names map[string]bool, all bool) *alive {
	a := &alive{names: names, all: all, key: "*"}
	if !all {
		a.key = strings.Join(slices.Sorted(maps.Keys(names)), " ")
	}
	return a
}

// asksItself are the names that the machine itself asks for.
var asksItself = shell.SetOf("IFS PATH HOME PWD OLDPWD OPTIND SHELL CDPATH PIPESTATUS pipestatus ! $")

// pruned is the state without the variables that nobody reads any more.
func (m *machine) pruned(s *State) *State {
	live := m.aliveIn(s)
	if live.all {
		return s
	}
	named := s.namedBy(live.names)
	t := s
	for name, v := range s.vars.all() {
		if live.names[name] || named[name] || asksItself[name] || v.Constant || v.Integer || v.Refers != "" || v.List != nil || name == pushedFolders {
			continue
		}
		if t == s {
			t = s.clone()
		}
		t.vars = t.vars.without(name)
	}
	return t
}

// namedBy are the variables that stand in the texts of others, which may be read as an
// expression, and in the texts of these.
func (s *State) namedBy(names map[string]bool) map[string]bool {
	named := map[string]bool{}
	var look func(name string)
	look = func(name string) {
		v, ok := s.vars.get(name)
		if !ok || !v.Value.Known || !strings.ContainsFunc(v.Value.Text, isLetter) {
			return
		}
		for _, other := range shell.Identifiers(v.Value.Text) {
			if _, ok := s.vars.get(other); ok && !named[other] {
				named[other] = true
				look(other)
			}
		}
	}
	for name := range names {
		look(name)
	}
	return named
}

func isLetter(r rune) bool { return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// aliveIn is what may be read from a state on.
func (m *machine) aliveIn(s *State) *alive {
	return m.aliveFrom(s.code, s.pc, m.aliveBehind(s, s.stack))
}

// aliveBehind is what may be read once the code at hand has come to its end.
func (m *machine) aliveBehind(s *State, f *frame) *alive {
	for f != nil && (f.kind == inLoop || f.kind == inScope) {
		f = f.up
	}
	if f == nil || f.kind == inChild {
		return m.aliveInTraps(s)
	}
	out := m.aliveFrom(f.code, f.pc, m.aliveBehind(s, f.up))
	names, all := maps.Clone(out.names), out.all
	if f.kind == inAlways && f.again == 0 {
		if in := f.code.Ins[f.pc-1]; in.Other != nil {
			all = m.reads(in.Other, names) || all
		}
	}
	for _, t := range []trap{f.exit, f.back} {
		if t.runs() {
			all = m.reads(t.code, names) || all
		}
	}
	return newAlive(names, all)
}

// aliveInTraps is what the traps may read that are armed.
func (m *machine) aliveInTraps(s *State) *alive {
	key := "traps" + s.traps.key()
	if a, ok := m.lives[aliveAt{out: key}]; ok {
		return a
	}
	names, all := map[string]bool{}, false
	if s.traps != nil {
		list := append([]trap{s.traps.exit, s.traps.err}, s.traps.sig[:]...)
		for _, o := range s.traps.rest {
			list = append(list, o.trap)
		}
		for _, t := range list {
			if t.runs() {
				all = m.reads(t.code, names) || all
			}
		}
	}
	a := newAlive(names, all)
	m.lives[aliveAt{out: key}] = a
	return a
}

// aliveFrom is what may be read from an instruction of a code on, behind whose end out may.
func (m *machine) aliveFrom(code *program.Code, pc int, out *alive) *alive {
	if out.all {
		return out
	}
	at := aliveAt{code, pc, out.key}
	if a, ok := m.lives[at]; ok {
		return a
	}
	for i, a := range m.flowBack(code, out) {
		m.lives[aliveAt{code, i, out.key}] = a
	}
	return m.lives[at]
}

// flowBack works out what may be read from each instruction of a code on.
func (m *machine) flowBack(code *program.Code, out *alive) []*alive {
	n := len(code.Ins)
	in := make([]map[string]bool, n+1)
	all := make([]bool, n+1)
	for i := range in {
		in[i] = map[string]bool{}
	}
	maps.Copy(in[n], out.names)
	for changed := true; changed; {
		changed = false
		for i := n - 1; i >= 0; i-- {
			set, any := m.before(code, i, in, all)
			if any != all[i] || len(set) != len(in[i]) {
				in[i], all[i], changed = set, any, true
			}
		}
	}
	list := make([]*alive, n+1)
	for i := range in {
		list[i] = newAlive(in[i], all[i])
	}
	return list
}

// before is what may be read from one instruction on, by what may behind it. A command may
// leave the code, or go to where its loops begin and end.
func (m *machine) before(code *program.Code, i int, in []map[string]bool, all []bool) (map[string]bool, bool) {
	ins := &code.Ins[i]
	set, any := map[string]bool{}, false
	take := func(k int) { maps.Copy(set, in[k]); any = any || all[k] }
	if ins.Op != program.Jump {
		take(i + 1)
	}
	switch ins.Op {
	case program.Jump, program.Unless, program.If, program.Match, program.Scope, program.Each, program.Next:
		take(ins.To)
	case program.Loop:
		take(ins.To)
		take(ins.Again)
	case program.Run, program.Check:
		take(len(code.Ins))
		for k := range code.Ins {
			if op := code.Ins[k].Op; op == program.Loop || op == program.Each {
				take(code.Ins[k].To)
				take(code.Ins[k].Again)
			}
		}
	case program.Assign:
		if a := ins.Assign; !ins.Before && !a.Append && a.Index == nil && !a.IsList {
			delete(set, a.Name)
		}
	}
	return set, m.readsOne(ins, set) || any
}

// reads adds what a code reads, and what it calls; it tells whether that may be anything.
func (m *machine) reads(code *program.Code, names map[string]bool) bool {
	seen := m.readBy[code]
	if seen == nil {
		seen = &alive{names: map[string]bool{}}
		m.readBy[code] = seen // while it is being asked: recursion adds nothing
		for i := range code.Ins {
			seen.all = m.readsOne(&code.Ins[i], seen.names) || seen.all
		}
	}
	maps.Copy(names, seen.names)
	return seen.all
}

// readsOne adds what one instruction reads.
func (m *machine) readsOne(ins *program.Ins, names map[string]bool) (all bool) {
	own := &sight{names: map[string]bool{}, words: map[string]bool{}}
	one := program.Code{Ins: []program.Ins{*ins}}
	one.Ins[0].Code, one.Ins[0].Other = nil, nil
	if a := ins.Assign; a != nil && !a.Append {
		b := *a
		b.Name = ""
		one.Ins[0].Assign = &b
	}
	own.code(&one)
	all = own.all
	delete(own.names, "")
	maps.Copy(names, own.names)
	for word := range own.words {
		all = m.readsText(word, names) || all
	}
	if ins.Op != program.Define {
		for _, c := range []*program.Code{ins.Code, ins.Other} {
			if c != nil {
				all = m.reads(c, names) || all
			}
		}
	}
	return all
}

// readsText adds what a word may read that is written down: a command, or a text that is
// run later.
func (m *machine) readsText(text string, names map[string]bool) (all bool) {
	for _, name := range shell.VarsOf(text) {
		names[name] = true
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n;&|(){}\"'", r) }) {
		for _, code := range m.definitions[word] {
			all = m.reads(code, names) || all
		}
	}
	return all
}

// collects notes the functions that a code defines.
func (m *machine) collects(code *program.Code) {
	for i := range code.Ins {
		in := &code.Ins[i]
		if in.Op == program.Define {
			m.definitions[in.Name] = append(m.definitions[in.Name], in.Code)
		}
		for _, c := range []*program.Code{in.Code, in.Other} {
			if c != nil {
				m.collects(c)
			}
		}
	}
	clear(m.lives) // what was worked out did not know of them
	clear(m.readBy)
}
