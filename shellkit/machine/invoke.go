package machine

import (
	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// maxDepth bounds how many calls stand in each other.
const maxDepth = 24

// invokes calls a function with the words behind its name.
func (m *machine) invokes(s *State, c *call, code *program.Code) outcome {
	same, depth := 0, 0
	for f := s.stack; f != nil; f = f.up {
		if f.kind == inCall {
			depth++
			if f.name == code.Name {
				same++
			}
		}
	}
	if same >= 2 && !m.shrinks(s, c) || depth >= maxDepth {
		m.unknown(c.at, "%s calls itself, or calls go too deep", code.Name)
		n := node(protocol.Opaque, c.at)
		n.Text = code.Name + " is not followed here"
		t := s.over(someStatus)
		return outcome{node: &n, next: t}
	}
	t := s.push(frame{kind: inCall, name: code.Name, params: s.params})
	t.params = m.argumentsOf(s, c, 1)
	t.code, t.pc, t.phase, t.some = code, 0, 0, false
	return goes(t)
}

// shrinks tells whether a call has words that are all known: then it ends by itself, or is
// bounded by how deep calls may go.
func (m *machine) shrinks(s *State, c *call) bool {
	for _, a := range c.args {
		if !a.Known || a.loose {
			return false
		}
	}
	return true
}

// argumentsOf are the words of a call from i on, as parameters. Those behind a word that may
// be none have no place of their own.
func (m *machine) argumentsOf(s *State, c *call, i int) *params {
	p := &params{name: s.params.name}
	for k := i; k < len(c.args); k++ {
		if c.args[k].loose || c.args[k].Perhaps && k < len(c.args)-1 {
			rest := c.args[k:]
			key := ""
			for _, f := range rest {
				key += f.Key + "\x01"
			}
			p.rest = Symbol("$@", "words"+key)
			p.rest.Input = rest[0].Input
			if len(rest) == 1 && s.params.open() && rest[0].Key == s.params.rest.Key {
				p.rest, p.past = s.params.rest, s.params.past
			}
			return p
		}
		p.list = append(p.list, c.args[k].Value)
	}
	return p
}

// runsText runs a text in the shell at hand: eval, a sourced file, a trap.
func (m *machine) runsText(s *State, c *call, text field, src *program.Source, f frame) outcome {
	code, err := m.codeOf(src, s)
	if err != nil {
		m.unknown(c.at, "what is run does not parse: %s", short(text.Text))
		n := node(protocol.Opaque, c.at)
		n.Text = short(text.Text)
		return outcome{node: &n, next: s.over(someStatus)}
	}
	depth := 0
	for g := s.stack; g != nil; g = g.up {
		if g.kind == inText {
			depth++
		}
	}
	if depth >= maxDepth {
		m.unknown(c.at, "texts that run texts go too deep")
		return goes(s.over(someStatus))
	}
	t := s.push(f)
	t.code, t.pc, t.phase, t.some = code, 0, 0, false
	return goes(t)
}

// codeOf is the code of a text; equal texts at equal places have one.
func (m *machine) codeOf(src *program.Source, s *State) (*program.Code, error) {
	key := string(s.proc.dialect) + "\x00" + src.Key()
	if code, ok := m.codes[key]; ok {
		return code, nil
	}
	low, err := program.Lower(src, s.proc.dialect, m.parts)
	if err != nil {
		return nil, err
	}
	m.parts = low.Parts
	m.codes[key] = low.Main
	m.collects(low.Main)
	return low.Main, nil
}

// defined is the state in which a name stands for a function. goesOn is false where the
// shell does not come behind the definition.
func (m *machine) defined(s *State, in *program.Ins) (t *State, goesOn bool) {
	facts := m.facts(s)
	special := shell.IsSpecialBuiltin(in.Name)
	switch {
	case facts.PlainNames && special && !isName(in.Name):
		m.unknown(in.Span, "a definition of %s, which is no name of a function", in.Name)
		return s.ended(failure).exits(), false
	case facts.SpecialFuncs == shell.SpecialCalled && s.opts.posix && special, facts.SpecialFuncs == shell.SpecialRefused && special:
		return s.ended(failure).exits(), false
	case facts.SpecialFuncs != shell.SpecialCalled && special:
		return s, true
	}
	t = s.clone()
	t.funcs = s.funcs.with(in.Name, in.Code)
	if signal := m.signalOfFunction(s, in.Name); signal != "" {
		t = m.armedByName(t, in, signal)
	}
	return t, true
}

// isName tells whether a text is the name of a variable.
func isName(text string) bool {
	for i, c := range text {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return text != ""
}
