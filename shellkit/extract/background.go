package extract

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// job walks what a background process does. Its redirects of descriptors are the
// process's own where the shell has it so; elsewhere its shell takes them back behind
// the command, and keeps a copy of what they hide on another number until then.
func (x *walker) job(s *syntax.Stmt, f flow) []flow {
	own, others := x.handed(s, f.st)
	s = shell.WithRedirects(s, others)
	own = append(own, x.closedByAll(s)...)
	from := len(x.p.Nodes)
	going, failed, _ := x.redirect(own, f, true)
	if x.runsProgram(s, f.st) {
		x.ofTheProgram(from)
	}
	out := failed
	for _, g := range going {
		sub, ok := s.Cmd.(*syntax.Subshell)
		if !ok || s.Negated { // no shell waits outside of ( … ) &
			out = append(out, x.stmt(s, g)...)
			continue
		}
		if len(own) == 0 && slices.ContainsFunc(others, shell.MayCarryLock) {
			x.ctx.ending = notLast
		}
		out = append(out, x.redirected(s, g, func(g flow) []flow { return x.stmts(sub.Stmts, []flow{g}) })...)
	}
	return out
}

// closedByAll lists what all parts of a pipeline close. It is the parts that are the
// processes of a job, and no shell waits for them with what is closed in each.
func (x *walker) closedByAll(s *syntax.Stmt) (all []*syntax.Redirect) {
	c, ok := s.Cmd.(*syntax.BinaryCmd)
	if !ok || c.Op != syntax.Pipe && c.Op != syntax.PipeAll || len(s.Redirs) > 0 {
		return nil
	}
	parts := partsOf(c)
	all = slices.DeleteFunc(slices.Clone(parts[0].Redirs), func(r *syntax.Redirect) bool { return !shell.ClosesDescriptor(r) })
	for _, part := range parts[1:] {
		all = slices.DeleteFunc(all, func(r *syntax.Redirect) bool {
			return !slices.ContainsFunc(part.Redirs, func(o *syntax.Redirect) bool { return shell.ClosesDescriptor(o) && o.N.Value == r.N.Value })
		})
	}
	return all
}

// coprocess is what zsh starts behind the word coproc, which is parsed as a command there.
func (x *walker) coprocess(s *syntax.Stmt, c *syntax.CallExpr) *syntax.Stmt {
	if !x.facts.Coproc || len(c.Args) < 2 || c.Args[0].Lit() != "coproc" {
		return nil
	}
	job := *s
	job.Cmd = &syntax.CallExpr{Assigns: c.Assigns, Args: c.Args[1:]}
	return &job
}

// handed tells the redirects of a background command that are the process's own from
// those that its shell takes back.
func (x *walker) handed(s *syntax.Stmt, st *state) (own, others []*syntax.Redirect) {
	for _, r := range s.Redirs {
		if shell.MayCarryLock(r) {
			own = append(own, r)
		} else {
			others = append(others, r)
		}
	}
	if len(own) == 0 || len(own) == 1 && x.closes(own[0], st) && x.runsProgram(s, st) || !x.ownsRedirects(s, st) {
		return nil, s.Redirs // that a program does not inherit a descriptor is a property of the program
	}
	return own, others
}

// ownsRedirects tells whether the shell makes the redirects of a background command in
// the process that it starts, for good.
func (x *walker) ownsRedirects(s *syntax.Stmt, st *state) bool {
	switch x.facts.JobRedirects {
	case shell.JobOwnsAll:
		return !s.Negated || x.facts.JobNegated
	case shell.JobOwnsCompounds:
		if call, ok := s.Cmd.(*syntax.CallExpr); ok && !x.runsProgram(s, st) {
			return len(call.Args) == 0
		}
		return !s.Negated
	case shell.JobOwnsPrograms: // and mksh makes no process of its own for ( program )
		if sub, ok := s.Cmd.(*syntax.Subshell); ok && len(sub.Stmts) == 1 && len(sub.Stmts[0].Redirs) == 0 {
			return !s.Negated && x.runsProgram(sub.Stmts[0], st)
		}
		return !s.Negated && x.runsProgram(s, st)
	}
	return false
}

// runsProgram tells whether a statement is a simple command that no function and no
// builtin takes over.
func (x *walker) runsProgram(s *syntax.Stmt, st *state) bool {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || s.Negated {
		return false
	}
	v := x.word(call.Args[0], st)
	if _, isFunction := x.funcs[v.text]; isFunction {
		return false
	}
	return !isA(v.text, isBuiltin)
}
