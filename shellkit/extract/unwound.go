package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Where a shell ends in a function, its EXIT trap sees in some shells what that function
// has, and in others what there is outside; and in some it does not run at all.

// depth is how many calls a frame is in.
func (f *frame) depth() (n int) {
	for ; f != nil; f = f.parent {
		n++
	}
	return n
}

// inFunction tells whether the process at hand is in a function of its own.
func (x *walker) inFunction(s *state) bool {
	return s.frame != nil && s.frame.name != ofText && s.frame.depth() > x.ctx.floor
}

// ofText is the name of the frame in which a text is run as a script.
const ofText = "sh -c"

// asEnded is the state as the EXIT trap sees it.
func (x *walker) asEnded(s *state) *state {
	if s.frame == nil || x.ctx.exiting || !s.exit.armed {
		return s
	}
	switch x.facts.ExitParams {
	case shell.ParamsOfShell:
		return s.outOf(x.ctx.floor, !x.facts.ExitLocals)
	case shell.ParamsOfScript:
		return s.outOf(0, !x.facts.ExitLocals)
	}
	return s
}

// outOf is the state with the parameters from outside of functions, but for as many as are
// around the process; with the variables from there too, where all is set.
func (s *state) outOf(around int, all bool) *state {
	p := s.params
	for f, n := s.frame, s.frame.depth(); n > around && f.name != ofText; f, n = f.parent, n-1 {
		if p = f.params; all {
			s = s.leave()
		}
	}
	if p.same(s.params) {
		return s
	}
	return s.with(p)
}

// bared is the state behind the function at hand, whose own EXIT trap is yet to run.
func (s *state) bared() *state {
	f := *s.frame
	f.locals = nil
	t := s.leave()
	t.frame = &f
	return t
}

// failed walks the end of a shell under set -e.
func (x *walker) failed(f flow, at syntax.Node) []flow {
	if x.facts.ErrexitUntrapped && x.inFunction(f.st) {
		return x.endsUntrapped(f, at)
	}
	return x.ended(f, source.Span{})
}

// endsUntrapped walks the end of a shell that runs the EXIT traps of its functions alone.
func (x *walker) endsUntrapped(f flow, at syntax.Node) []flow {
	return x.beyondFunctions(f, func(g flow) []flow { return x.replaced(g, at) })
}

// beyondFunctions walks what comes when the EXIT traps of all functions have run.
func (x *walker) beyondFunctions(f flow, then func(flow) []flow) (out []flow) {
	for _, g := range x.outOfFunctions(f) {
		if g.how == onward {
			out = append(out, then(g)...)
		} else {
			out = append(out, g)
		}
	}
	return out
}

// losesTrap tells whether what fails in a function ends the shell without the EXIT trap that
// is armed.
func (x *walker) losesTrap(s *state) bool {
	return (x.facts.ErrexitUntrapped || x.facts.ReturnUntrapped) && s.opts.errexit && s.exit.armed && !x.ctx.checked || x.untrapsAt(s)
}

// untrapsAt tells whether it matters at which program a signal comes: only one whose end nobody
// asks for has the trap of the signal run in the place of the EXIT trap.
func (x *walker) untrapsAt(s *state) bool {
	return x.facts.ErrexitUntraps && s.opts.errexit && s.exit.armed && s.exit.text != "" && !x.ctx.checked
}

// trapsSee tells whether an armed trap asks for what a function has for itself: its
// parameters, or local variables.
func (x *walker) trapsSee(fn function, s *state) bool {
	if s.armed == noTraps {
		return false
	}
	declared := localsOf(fn)
	for _, t := range s.armed.all() {
		if t.text == "" {
			continue
		}
		for _, name := range x.seenBy(t.text) {
			if i, isNumber := shell.Number(name); isNumber && i > 0 || name == "@" || name == "*" || name == "#" || slices.Contains(declared, name) {
				return true
			}
		}
	}
	return false
}

// localsOf lists the variables that a function declares.
func localsOf(fn function) (names []string) {
	syntax.Walk(fn.decl.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.DeclClause:
			for _, a := range n.Args {
				if a.Name != nil {
					names = append(names, a.Name.Value)
				}
			}
		case *syntax.CallExpr:
			if len(n.Args) > 0 && isA(n.Args[0].Lit(), declares) {
				for _, w := range n.Args[1:] {
					name, _, _ := strings.Cut(shell.PlainText(w), "=")
					names = append(names, name)
				}
			}
		}
		return true
	})
	return names
}
