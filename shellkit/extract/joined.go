package extract

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// flock 9 & wait $! || exit: the shell asks for the lock in a job, so that its traps can
// run meanwhile, and waits for that at once. It is what ( flock 9 ) would be, but that how
// it has ended is said by wait. So it is with mkdir L & wait $! || exit.

// jobStatus is where the state keeps how such a job has ended, and of which that is said.
const jobStatus, jobJoined = "\x00job status", "\x00job joined"

// joinedAtOnce tells whether a statement asks for the lock of a descriptor in a job, or
// makes a name, and the next thing that the shell does is to wait for that job.
func (x *walker) joinedAtOnce(list []*syntax.Stmt, i int) bool {
	s := list[i]
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || !s.Background || s.Negated || x.effort == exact || len(c.Args) < 2 || len(x.may(c.Args[0].Lit())) > 0 {
		return false
	}
	switch c.Args[0].Lit() {
	case "mkdir", "ln", "link":
	case "flock":
		last := c.Args[len(c.Args)-1]
		if _, isNumber := shell.Number(last.Lit()); !isNumber && shell.ParamOf(last) == "" || len(s.Redirs) > 0 || slices.ContainsFunc(c.Args, func(w *syntax.Word) bool { return w.Lit() == "-c" }) {
			return false
		}
	default:
		return false
	}
	kept := []string{"!"}
	for _, next := range list[i+1:] {
		first := firstCommand(next)
		if first == nil {
			return false
		}
		if len(first.Args) == 0 && first == next.Cmd && len(next.Redirs) == 0 {
			for _, a := range first.Assigns {
				if a.Name != nil && a.Value != nil && shell.ParamOf(a.Value) == "!" {
					kept = append(kept, a.Name.Value)
				}
			}
			continue
		}
		return len(first.Args) == 2 && first.Args[0].Lit() == "wait" && slices.Contains(kept, shell.ParamOf(first.Args[1]))
	}
	return false
}

// firstCommand is the simple command that a statement begins with, or nil.
func firstCommand(s *syntax.Stmt) *syntax.CallExpr {
	for !s.Background && !s.Coprocess {
		switch c := s.Cmd.(type) {
		case *syntax.CallExpr:
			return c
		case *syntax.BinaryCmd:
			if c.Op != syntax.AndStmt && c.Op != syntax.OrStmt {
				return nil
			}
			s = c.X
		case *syntax.IfClause:
			if len(c.Cond) == 0 {
				return nil
			}
			s = c.Cond[0]
		default:
			return nil
		}
	}
	return nil
}

// joinedHere walks such a job.
func (x *walker) joinedHere(s *syntax.Stmt, f flow) []flow {
	x.here = point{x.src, s, x.nested > 0}
	x.visit(s)
	job := *s
	job.Background = false
	pid := symbol("$!", "spawn@"+x.here.key())
	outer := x.ctx
	x.ctx.want, x.ctx.checked = true, true
	out := x.frame("( )", s, f, nil, func(f flow) []flow { return x.job(&job, f) })
	x.ctx = outer
	for i, g := range out {
		if g.how == onward {
			out[i].st = g.st.set(jobStatus, *g.st.status).set(jobJoined, pid).set("!", pid).ok()
		}
	}
	return out
}

// joinedBy is how wait ends for a job that was walked so.
func (x *walker) joinedBy(c *call, f flow) ([]flow, bool) {
	if len(c.args) != 2 {
		return nil, false
	}
	pid, ok := f.st.vars.get(jobJoined)
	status, known := f.st.vars.get(jobStatus)
	if !ok || !known || pid.key != c.args[1].key {
		return nil, false
	}
	return []flow{f.with(f.st.without(jobJoined).without(jobStatus).withStatus(status))}, true
}
