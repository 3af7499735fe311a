package machine

import (
	"github.com/lockkit/lockkit/shellkit/program"
)

// partEnded is the state in which a part of a pipeline has ended so.
func (s *State) partEnded(v Value) *State {
	t := s.clone()
	t.register(func(r *registers) { r.words = appended(r.words, field{Value: v}) })
	return t
}

// piped is the state behind a pipeline.
func (m *machine) piped(s *State, in *program.Ins) *State {
	t := s.next()
	ends := s.regs.words
	last := ends[len(ends)-1].Value
	var list List
	for i, e := range ends {
		list.Items = append(list.Items, Item{Literal(itoa(i)), e.Value})
	}
	if s.opts.pipefail {
		unsure := false
		for i := len(ends) - 1; i >= 0; i-- {
			if v := ends[i].Value; v.failed() && !unsure {
				last = v
				break
			} else if !v.succeeded() && !v.failed() {
				unsure = true
				last = someStatus
			}
		}
	}
	name := "PIPESTATUS"
	if m.facts(s).SmallPipes {
		name = "pipestatus"
		for i := range list.Items {
			list.Items[i].Key = Literal(itoa(i + 1))
		}
	}
	t.vars = t.vars.with(name, Variable{List: &list})
	return t.ended(last)
}
