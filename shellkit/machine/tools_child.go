package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Some programs run others. Such a child is a frame in which one instruction runs some
// words; these may begin with a word of our own, which no script can write.

// Words that name what a child does before it becomes what it was started for.
const (
	underLock = mark + "flock" // FD flock WORDS…: it opens the file, locks it, and becomes the command
	closing   = mark + "close" // FDS WORDS…: it closes descriptors that it does not inherit
	runsText  = mark + "text"  // sh WORDS…: it is a shell, and runs its text
)

// own is a word of ours.
func own(name, text string) field {
	return field{Value: Value{Text: text, Key: name, Known: true, Facts: Facts{Command: name}}}
}

// enters is the state in which a child that a command waits for runs some words.
func (m *machine) enters(s *State, c *call, what string, words []field) *State {
	parent := s
	if c.execs {
		parent = s.replaced()
	}
	t := m.inChild(parent, m.codeOfWords(c), frame{what: what})
	t.fate = fate{}
	t.regs = &registers{words: words}
	t.funcs = nil
	return t
}

// codeOfWords is the code of a child that runs words which are there.
func (m *machine) codeOfWords(c *call) *program.Code {
	key := mark + "words" + mark + c.at.String() + mark + c.raw
	code := m.codes[key]
	if code == nil {
		code = &program.Code{Name: "words", Span: c.at, Raw: c.raw, Ins: []program.Ins{{Op: program.Run, Span: c.at, Raw: c.raw}}}
		m.codes[key] = code
	}
	return code
}

// beginsChild is the node with which such a child begins.
func (m *machine) beginsChild(c *call, what string) protocol.Node {
	n := node(protocol.Sub, c.at)
	n.Text = what
	if c.execs {
		n.Mode |= protocol.InPlace
	}
	return n
}

// becomes is the state of a child that goes on as another program.
func (s *State) becomes(words []field) *State {
	t := s.clone()
	t.phase, t.some = 0, false
	t.register(func(r *registers) { r.words = words })
	return t
}

// asProgram are the words of a command that no shell looks up: it is neither a function nor
// what only a shell can do.
func asProgram(words []field) []field {
	first := words[0]
	if !first.Known || strings.Contains(first.Text, "/") || first.Command != "" {
		return words
	}
	if builtinOnly[first.Text] {
		first.Value = first.withText("/bin/" + first.Text)
	} else {
		first.Command = first.Text
	}
	return append([]field{first}, words[1:]...)
}

// program is the call of the words from i on as those of a program.
func (c *call) program(i int) *call {
	d := c.rest(i)
	d.args, d.plain = asProgram(d.args), true
	return d
}

// closingRow closes the descriptors that a child does not inherit.
func closingRow(m *machine, c *call, s *State) plan {
	p := plan{done: func(s *State, _ bool) outcome { return goes(s.becomes(c.args[2:])) }}
	for _, word := range strings.Fields(c.args[1].Text) {
		fd, _ := shell.Number(word)
		e := m.shuts(c, fd)
		e.node.Mode |= protocol.Scoped
		p.effects = append(p.effects, e)
	}
	return p
}

// closes are words before which a child closes some descriptors.
func closes(fds []int, words []field) []field {
	if len(fds) == 0 {
		return words
	}
	list := make([]string, len(fds))
	for i, fd := range fds {
		list[i] = itoa(fd)
	}
	return append([]field{own(closing, "close"), {Value: Literal(strings.Join(list, " "))}}, words...)
}
