package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Law 3 has it that inputs vary: a question about what a script is given, and about
// nothing else, has both answers, whatever happens to its locks.

// answered begins the name of a value that somebody types.
const answered = "answer to "

// isGiven tells whether a value is made of nothing but what the script is given: its
// arguments, variables of the environment or of its settings that nothing in it sets,
// answers that it reads.
func (x *walker) isGiven(v value) bool {
	if strings.HasPrefix(v.key, "\x00#"+given.rest.key) { // how many
		return true
	}
	parts := strings.Split(v.key, "\x00")
	for i := 1; i < len(parts); i += 2 {
		switch id := parts[i]; {
		case shell.IsParameter(id), id == "@", strings.HasPrefix(id, answered):
		case syntax.ValidName(id) && !x.facts.IsPrivate(id) && len(x.in.assigned[id]) == 0 && len(x.marks.unread) == 0:
		default:
			return false
		}
	}
	return len(parts) > 1
}

// isPassed tells whether a value is what the script is given, if it is anything: an
// argument, a variable of the environment as it was at the beginning, an answer.
func (x *walker) isPassed(v value) bool {
	parts := strings.Split(v.key, "\x00")
	for i := 1; i < len(parts); i += 2 {
		if id := parts[i]; id != "" && !shell.IsParameter(id) && !strings.HasPrefix(id, passedOn) && !strings.HasPrefix(id, answered) && !syntax.ValidName(id) {
			return false
		}
	}
	return len(parts) > 1
}

// whose says why a condition about a value is open.
func (x *walker) whose(v value) protocol.Mode {
	switch {
	case v.nonzero && !v.known:
		return protocol.Blind
	case x.isGiven(v):
		return protocol.Free
	case v.known:
		return 0
	}
	return protocol.Blind
}

// openness says why a condition about the words of a test is open.
func (x *walker) openness(t *test, s *state, of ...value) (mode protocol.Mode) {
	words := []*syntax.Word{t.x, t.y}
	for i, v := range of {
		why := x.whose(v)
		if why == protocol.Blind && x.counting(v, words[i]) {
			why = protocol.Counts
		}
		mode |= why
	}
	switch {
	case mode.Has(protocol.Counts):
		return protocol.Counts
	case mode.Has(protocol.Blind):
		return protocol.Blind | x.lost(x.namesIn(t), s)
	}
	return mode
}

// namesIn lists the variables in the words of a test.
func (x *walker) namesIn(t *test) (names []string) {
	for _, w := range []*syntax.Word{t.x, t.y} {
		if w != nil {
			names = append(names, shell.VarsOf(x.raw(w))...)
		}
	}
	return names
}

// typed tells whether read is given what somebody types: it asks with a prompt, reads from
// the terminal, or from what the script itself has for its input.
func (x *walker) typed(c *call) bool {
	prompts := slices.ContainsFunc(c.args[1:], func(a value) bool {
		return strings.HasPrefix(a.text, "-") && strings.HasSuffix(a.text, "p") || strings.HasPrefix(a.text, "-p")
	})
	for _, r := range c.at.Redirs {
		switch r.Op {
		case syntax.RdrIn:
			return r.Word.Lit() == "/dev/tty"
		case syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc, syntax.DplIn, syntax.RdrInOut:
			return false
		}
	}
	return prompts || x.ctx.loops+x.ctx.parents == 0 && x.ctx.sub == nil && len(x.calls) == 0
}
