package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// A shell that a command starts has of the variables of this one those that are in the
// environment, and no others: LOCK=/run/x; flock "$LOCK" sh -c 'rm "$LOCK"' removes nothing.

// inherited lists the variables with which a shell begins that a command starts, on this
// machine or another one.
func (x *walker) inherited(c *call, s *state, elsewhere bool) *vars {
	var out *vars
	for name, v := range s.vars.all() {
		given := x.atStart(name) // by whoever has started the script: then it is in the environment for all
		switch {
		case !syntax.ValidName(name):
			out = out.with(name, v)
		case given != unset && elsewhere: // there it is another one
		case given != unset, !elsewhere && (x.in.exports[name] || x.in.exportsAll):
			out = out.with(name, v)
		default:
			out = out.with(name, unset)
		}
	}
	if elsewhere {
		return out
	}
	for _, a := range c.expr.Assigns {
		if a.Name != nil {
			if v, ok := s.vars.get(a.Name.Value); ok {
				out = out.with(a.Name.Value, v)
			}
		}
	}
	words := c.expr.Args
	return x.assignedBy(words[:max(0, slices.Index(words, c.word(0)))], s, out)
}

// assignedBy adds what words set that stand in front of a command, as those of env do.
func (x *walker) assignedBy(words []*syntax.Word, s *state, out *vars) *vars {
	for _, w := range words {
		if len(w.Parts) == 0 {
			continue
		}
		first, ok := w.Parts[0].(*syntax.Lit)
		if !ok {
			continue
		}
		name, text, assigned := strings.Cut(first.Value, "=")
		if !assigned || !syntax.ValidName(name) {
			continue
		}
		v := literal(shell.Unescape(text))
		for _, part := range w.Parts[1:] {
			v = v.join(x.part(part, s, false))
		}
		out = out.with(name, v)
	}
	return out
}
