package machine

import (
	"maps"
	"strings"
)

// tidied is the state without the answers that are about nothing that it still has. An
// answer about an input stays: it can be asked for again.
func (m *machine) tidied(s *State) *State {
	if len(s.facts) == 0 {
		return s
	}
	var held string
	facts := s.facts
	for fact := range s.facts {
		sites := sitesIn(fact)
		if len(sites) == 0 {
			continue
		}
		if held == "" {
			held = s.held()
		}
		kept := false
		for _, site := range sites {
			kept = kept || strings.Contains(held, site)
		}
		if kept {
			continue
		}
		if len(facts) == len(s.facts) {
			facts = maps.Clone(s.facts)
		}
		delete(facts, fact)
	}
	if len(facts) == len(s.facts) {
		return s
	}
	t := s.clone()
	t.facts = facts
	return t
}

// sitesIn are the symbols in a fact that were made at a place of the script.
func sitesIn(fact string) (list []string) {
	for _, part := range strings.Split(fact, mark) {
		if strings.Contains(part, "@") && !strings.Contains(part, "(") {
			list = append(list, part)
		}
	}
	return list
}

// held is the keys of all values that a state has.
func (s *State) held() string {
	var b strings.Builder
	vars := func(t *vars) {
		for _, v := range t.all() {
			b.WriteString(v.key())
		}
	}
	regs := func(r *registers) {
		r.hash(func(text string) { b.WriteString(text) }, func(v Value) { b.WriteString(v.Key) })
	}
	vars(s.vars)
	regs(s.regs)
	b.WriteString(s.params.key() + s.cwd.Key + s.status.Key)
	for f := s.stack; f != nil; f = f.up {
		vars(f.locals)
		regs(f.regs)
		b.WriteString(f.params.key())
		for _, w := range f.list {
			b.WriteString(w.Key)
		}
		for _, k := range f.keeps {
			b.WriteString(k.was.key())
		}
		if f.out != nil {
			b.WriteString(f.out.text.Key)
		}
		if f.parent != nil {
			vars(f.parent.vars)
			regs(f.parent.regs)
			b.WriteString(f.parent.params.key())
		}
	}
	return b.String()
}
