package machine

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// usage is how a program reads its words.
type usage struct {
	takes string   // letters of options that a value follows
	joins string   // letters behind which the rest of the word is a value
	long  []string // long options whose value is the next word
	early bool     // the first operand ends the options
}

// reading is what the words of a call are to a program.
type reading struct {
	options  []option
	operands []int // places among the words
	doubt    bool  // an option is not known
}

// option is an option that was given.
type option struct {
	name  string // a letter, or a word without its dashes
	value Value
	place int // of the value, or of the option itself
}

// read takes the words of a call apart, as getopt_long does.
func (u usage) read(c *call) (r reading) {
	for i := 1; i < len(c.args); i++ {
		a := c.args[i]
		switch {
		case a.Text == "--" && a.Known:
			for i++; i < len(c.args); i++ {
				r.operands = append(r.operands, i)
			}
		case len(a.Text) < 2 || a.Text[0] != '-':
			r.operands = append(r.operands, i)
			if u.early {
				for i++; i < len(c.args); i++ {
					r.operands = append(r.operands, i)
				}
			}
		case a.Text[1] == '-':
			i = r.long(u, c, i)
		default:
			i = r.letters(u, c, i)
		}
	}
	return r
}

// long reads a long option.
func (r *reading) long(u usage, c *call, i int) int {
	name, _, joined := strings.Cut(c.args[i].Text[2:], "=")
	o := option{name: name, place: i}
	switch {
	case joined:
		o.value = behindText(c.args[i].Value, "--"+name+"=")
	case slices.Contains(u.long, name) && i+1 < len(c.args):
		i++
		o.value, o.place = c.args[i].Value, i
	}
	r.doubt = r.doubt || !c.args[i].Known && !joined && o.place == i && o.value.Key == ""
	r.options = append(r.options, o)
	return i
}

// letters reads a word of options that are letters.
func (r *reading) letters(u usage, c *call, i int) int {
	text := c.args[i].Text
	r.doubt = r.doubt || !c.args[i].Known && !strings.ContainsRune(u.takes, rune(text[1]))
	for k := 1; k < len(text); k++ {
		o := option{name: text[k : k+1], place: i}
		takes := strings.IndexByte(u.takes, text[k]) >= 0
		if strings.IndexByte(u.joins, text[k]) >= 0 {
			r.options = append(r.options, o)
			break
		}
		switch {
		case takes && k+1 < len(text):
			o.value = behindText(c.args[i].Value, text[:k+1])
		case takes && i+1 < len(c.args):
			i++
			o.value, o.place = c.args[i].Value, i
		}
		r.options = append(r.options, o)
		if takes {
			break
		}
	}
	return i
}

// has tells whether one of some options is given.
func (r *reading) has(names ...string) bool {
	return slices.ContainsFunc(r.options, func(o option) bool { return slices.Contains(names, o.name) })
}

// option is the last one of such names, or nil.
func (r *reading) option(names ...string) *option {
	for i := len(r.options) - 1; i >= 0; i-- {
		if slices.Contains(names, r.options[i].name) {
			return &r.options[i]
		}
	}
	return nil
}

// tool is a program whose words are read in such a way. An option that is not known is one
// that was not understood.
func tool(u usage, does func(m *machine, c *call, s *State, r *reading) plan) command {
	return func(m *machine, c *call, s *State) plan {
		r := u.read(c)
		if r.doubt {
			m.unknown(c.at, "an option of %s that is not known", c.name())
		}
		return does(m, c, s, &r)
	}
}

// fileNode is a node about the file that a word names.
func (m *machine) fileNode(op protocol.Op, c *call, i int, s *State) protocol.Node {
	n := node(op, c.at)
	n.Path, n.Text, n.Word = m.path(c.args[i].Value, s), c.name(), pathSpan(c.args[i], c.at)
	if w := c.args[i].word; w != nil && !isQuoted(w) {
		n.Mode |= protocol.Unquoted
	}
	return n
}

// each is a plan with the steps that a program makes for each of some operands. It fails
// where there is none, and where a name is empty.
func (m *machine) each(c *call, list []int, steps func(i int) []effect) plan {
	var p plan
	fails := len(list) == 0
	for _, i := range list {
		if c.args[i].blank() {
			fails = true
			continue
		}
		p.effects = append(p.effects, steps(i)...)
	}
	if fails {
		p.done = ends(status(1), status(1))
	}
	return p
}

// ends has a command end so where all its steps have worked, and so where one has failed.
func ends(well, badly Value) func(*State, bool) outcome {
	return func(s *State, failed bool) outcome {
		if failed {
			return goes(s.over(badly))
		}
		return goes(s.over(well))
	}
}

// perhaps has a command end in a way that is not known, for there is more that it may not
// be able to do.
func perhaps(p plan) plan {
	if p.done == nil {
		p.done = ends(someStatus, someStatus)
	}
	return p
}

// outspoken has a command say what it does where it is asked to.
func (m *machine) outspoken(c *call, r *reading, p plan) plan {
	if !r.has("v", "verbose") {
		return p
	}
	done := p.done
	p.done = func(s *State, failed bool) outcome {
		t := s.prints(m.outputOf(c, s), true)
		if done != nil {
			return done(t, failed)
		}
		return ends(success, status(1))(t, failed)
	}
	return p
}

// claims is the step that makes a name which must not be there.
func claims(n protocol.Node, name Value) effect {
	return effect{node: n, open: true, well: func(s *State) *State { return s.filled(name) }}
}

// anyway is a note that a command is asked whether it has made a name, and succeeds also
// where that is there.
func anyway(made protocol.Node, why string, s *State) []effect {
	if s.asked == 0 {
		return nil
	}
	made.Op, made.Text, made.To = protocol.Misuse, why, protocol.None
	return []effect{{node: made}}
}
