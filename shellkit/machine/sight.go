package machine

import (
	"github.com/lockkit/lockkit/shellkit/program"
)

// sight is what a code can see of the state in which it runs.
type sight struct {
	all    bool // anything: it runs texts
	names  map[string]bool
	params bool
	words  map[string]bool // that may be names of functions
}

// seenBy is the state with no variables but those that a handler, and what it calls, can see.
func (m *machine) seenBy(s *State, code *program.Code) *State {
	names, params := map[string]bool{}, false
	todo, done := []*program.Code{code}, map[*program.Code]bool{}
	if s.traps.exitOf().runs() {
		todo = append(todo, s.traps.exitOf().code)
	}
	if s.traps != nil && s.traps.last.runs() {
		todo = append(todo, s.traps.last.code)
	}
	for len(todo) > 0 {
		c := todo[0]
		todo = todo[1:]
		if done[c] {
			continue
		}
		done[c] = true
		seen := m.sightOf(c)
		if seen.all {
			return s.clone()
		}
		params = params || seen.params
		for name := range seen.names {
			names[name] = true
		}
		for word := range seen.words {
			if fn := s.funcs.get(word); fn != nil {
				todo = append(todo, fn)
			}
		}
	}
	t := s.clone()
	t.vars = nil
	for name, v := range s.vars.all() {
		if names[name] || v.Refers != "" {
			t.vars = t.vars.with(name, v)
		}
	}
	if !params {
		t.params = &blind
	}
	return t
}

// blind are the parameters of who does not ask for them.
var blind = params{}

// sightOf is what a code itself asks for, without what it calls.
func (m *machine) sightOf(c *program.Code) *sight {
	if seen, ok := m.visible[c]; ok {
		return seen
	}
	seen := &sight{names: map[string]bool{"IFS": true, "PWD": true, "!": true}, words: map[string]bool{}}
	m.visible[c] = seen
	seen.code(c)
	return seen
}

func (v *sight) code(c *program.Code) {
	for i := range c.Ins {
		in := &c.Ins[i]
		v.word(in.Word)
		v.arith(in.Arith)
		v.condition(in.Test)
		if in.Redirect != nil {
			v.word(in.Redirect.Word)
			if in.Redirect.Var != "" {
				v.names[in.Redirect.Var] = true
			}
		}
		if in.Assign != nil {
			v.assignment(in.Assign)
		}
		for _, inner := range []*program.Code{in.Code, in.Other} {
			if inner != nil {
				v.code(inner)
			}
		}
		if in.Op == program.Each || in.Op == program.Next {
			v.names[in.Name] = true
		}
	}
}

func (v *sight) assignment(a *program.Assignment) {
	v.names[a.Name] = true
	v.word(a.Value)
	v.word(a.Index)
	v.word(a.Words)
	for _, e := range a.List {
		v.word(e.Index)
		v.word(e.Value)
	}
}

func (v *sight) word(w *program.Word) {
	if w == nil {
		return
	}
	if text, ok := w.Literal(); ok {
		v.words[text] = true
		switch text {
		case "eval", ".", "source", "alias", "flock", "su", "runuser", "sh", "bash", "dash", "zsh", "ksh", "mksh", "yash", "ash", "busybox":
			v.all = true
		}
		if isName(text) {
			v.names[text] = true // it may be the name of a variable: read x
		}
	} else if len(w.Parts) > 0 && w.Parts[0].Kind == program.Expansion {
		v.all = v.all || len(w.Parts) == 1 && !w.Parts[0].Quoted // a command that is kept in a variable
	}
	for i := range w.Parts {
		p := &w.Parts[i]
		if p.Param != nil {
			v.param(p.Param)
		}
		v.arith(p.Arith)
		if p.Code != nil {
			v.code(p.Code)
		}
	}
}

func (v *sight) param(p *program.Param) {
	v.names[p.Name] = true
	v.all = v.all || p.Op == program.Indirect || p.Op == program.Names
	switch c := p.Name[0]; {
	case c >= '0' && c <= '9', c == '@', c == '*', c == '#':
		v.params = true
	}
	v.word(p.Index)
	v.word(p.Word)
	v.word(p.With)
	v.arith(p.From)
	v.arith(p.Count)
}

func (v *sight) arith(e *program.Arith) {
	if e == nil {
		return
	}
	v.word(e.Word)
	for _, inner := range []*program.Arith{e.L, e.R, e.C} {
		v.arith(inner)
	}
}

func (v *sight) condition(c *program.Condition) {
	if c == nil {
		return
	}
	v.word(c.X)
	v.word(c.Y)
	v.condition(c.L)
	v.condition(c.R)
}
