package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A file that is nothing to a lock may not open all the same. Where somebody asks how the
// command ends, or the shell ends with it, that is another way to go.

// opening walks a command that the shell runs itself, behind its redirects. Where one of
// them fails the command does not run; with a special builtin most shells end.
func (x *walker) opening(c *call, f flow, walk func(flow) []flow) []flow {
	name := c.name()
	if x.effort == exact || !isA(name, isBuiltin) {
		return walk(f)
	}
	ends := x.facts.SpecialExits && !c.plain && shell.IsSpecialBuiltin(name)
	if !ends && !x.heeds(f.st) {
		return walk(f)
	}
	if slices.Contains(sayers, name) && slices.ContainsFunc(c.at.Redirs, func(r *syntax.Redirect) bool { return x.isOutputClosed(r, f.st) }) {
		return x.chance(c.at, 0, f)
	}
	open, fails := x.mayOpen(c.at.Redirs, c.at, f)
	if ends {
		var gone []flow
		for _, g := range fails {
			gone = append(gone, x.leave(g, c.at)...)
		}
		fails = gone
	}
	return append(walk(open), fails...)
}

// sayers are builtins that fail where they cannot print.
var sayers = []string{"echo", "printf", "print"}

// isOutputClosed tells of >&-.
func (x *walker) isOutputClosed(r *syntax.Redirect, s *state) bool {
	fd, closes := x.closedBy(r, s)
	return closes && fd == 1
}

// opened is a flow behind the redirects of a statement without a command, and the one on
// which they fail where somebody asks for that.
func (x *walker) opened(s *syntax.Stmt, f flow) (flow, []flow) { return x.openedAll(s.Redirs, s, f) }

func (x *walker) openedAll(redirs []*syntax.Redirect, at syntax.Node, f flow) (flow, []flow) {
	if x.effort == exact || !x.heeds(f.st) {
		return f, nil
	}
	return x.mayOpen(redirs, at, f)
}

// mayOpen asks whether all of some redirects work, where one may fail.
func (x *walker) mayOpen(redirs []*syntax.Redirect, at syntax.Node, f flow) (flow, []flow) {
	before := f.st
	for _, r := range redirs {
		if s, ok := at.(*syntax.Stmt); ok && x.ctx.want && onlyOpens(s, r) && x.matters(r.Word) && !slices.Contains(x.ctx.lost, syntax.Node(s)) {
			there, missing := x.holding(x.path(x.word(r.Word, f.st))+1, "-r", r, f)
			return there[0].with(f.st), missing
		}
		if fd, closes := x.closedBy(r, before); closes {
			before = x.withFD(before, fd, false)
		}
		if x.mayFailToOpen(r, before) {
			n := x.node(protocol.Choose, at)
			n.Text = "redirect"
			open, fail := x.fork(f, n)
			return open.with(f.st), []flow{fail}
		}
	}
	return f, nil
}

// closedBy is the descriptor that a redirect closes.
func (x *walker) closedBy(r *syntax.Redirect, s *state) (fd int, closes bool) {
	if r.Op != syntax.DplIn && r.Op != syntax.DplOut || x.word(r.Word, s).text != "-" {
		return 0, false
	}
	f := flow{st: s}
	return x.descriptor(r, &f)
}

// mayFailToOpen tells whether a redirect may fail: what is there for everybody does not,
// nor does a copy of a descriptor that is open. What may be a lock is drawn as such.
func (x *walker) mayFailToOpen(r *syntax.Redirect, s *state) bool {
	copies := r.Op == syntax.DplIn || r.Op == syntax.DplOut
	if r.Word == nil || r.Hdoc != nil || r.Op == syntax.WordHdoc || !copies && x.matters(r.Word) {
		return false
	}
	target := x.word(r.Word, s)
	if copies && (target.text != "-" && strings.HasSuffix(target.text, "-") && !x.facts.MovesFDs || x.facts.Bare && strings.Contains(target.text, "/")) {
		x.dunno(r, "a copy of what is no descriptor to this shell")
	}
	if copies {
		fd, isNumber := shell.Number(strings.TrimSuffix(target.text, "-"))
		return target.text != "-" && !(isNumber && s.fds.has(fd))
	}
	if fd, ok := fdPath(target.text); ok {
		return !s.fds.has(fd)
	}
	switch target.text {
	case "/dev/null", "/dev/zero", "/dev/stdin", "/dev/stdout", "/dev/stderr":
		return false
	}
	return true
}

// onlyOpens tells whether a statement does nothing but open a file that it reads: it ends as
// that does.
func onlyOpens(s *syntax.Stmt, r *syntax.Redirect) bool {
	if r.Op != syntax.RdrIn || r.Word == nil {
		return false
	}
	c, ok := s.Cmd.(*syntax.CallExpr)
	return s.Cmd == nil || ok && len(c.Args) == 1 && (c.Args[0].Lit() == ":" || c.Args[0].Lit() == "true")
}
