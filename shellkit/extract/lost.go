package extract

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// What a script has written into a variable itself is no input: a question about it has
// one answer on each way, and where that was not followed it is a guess.

// lost is [protocol.Lost] for a question about such variables.
func (x *walker) lost(names []string, s *state) protocol.Mode {
	if slices.ContainsFunc(names, func(name string) bool { return x.isLost(name, s) }) {
		return protocol.Lost
	}
	return 0
}

// isLost tells whether a variable is given nothing but written words, some of them where a
// lock is, and it is not known which of them it has here.
func (x *walker) isLost(name string, s *state) bool {
	if !x.in.found[name] || slices.ContainsFunc(x.in.assigned[name], func(a assignment) bool { return strings.ContainsAny(a.text, "$`") }) {
		return false
	}
	v := x.variable(name, s)
	return !v.known && !v.empty && !v.input
}
