package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// What a script does with the numbers of its background jobs.

// jobNumbers tells whether a text is made of the numbers of jobs: $!, what `jobs -p`
// prints, or a variable that was given such.
func (in *interest) jobNumbers(text string) bool {
	return printsJobs(text) || slices.ContainsFunc(shell.VarsOf(text), func(v string) bool { return in.jobNumber(v, jobDepth) })
}

// jobNumber tells it of a variable.
func (in *interest) jobNumber(name string, depth int) bool {
	q := valued{name, depth}
	is, known := in.ofJobs[q]
	if !known {
		is = slices.ContainsFunc(in.assigned[name], func(a assignment) bool {
			return printsJobs(a.text) || depth > 0 && slices.ContainsFunc(a.vars, func(v string) bool { return v != name && in.jobNumber(v, depth-1) })
		})
		if in.ofJobs == nil {
			in.ofJobs = map[valued]bool{}
		}
		in.ofJobs[q] = is
	}
	return is
}

func printsJobs(text string) bool {
	return strings.Contains(text, "$!") || strings.Contains(text, "${!}") || strings.Contains(text, "jobs -")
}

// jobDepth is through how many variables the number of a job is followed.
const jobDepth = 3

// killsJobs tells whether a command kills background jobs of the shell.
func (x *walker) killsJobs(c *syntax.CallExpr) bool {
	for _, w := range c.Args[1:] {
		if raw := shell.UnquoteText(x.raw(w)); strings.HasPrefix(raw, "%") || strings.Contains(raw, "$$") || x.in.jobNumbers(raw) {
			return true
		}
	}
	return false
}

// jobsSignalled walks what a signal does to background jobs of the shell: one that none
// of them has a trap for ends them. Which ones a value stands for that is not known is
// not told: it is taken for all, as wait takes it.
func (x *walker) jobsSignalled(c *call, who int, signal string, known bool, f flow) flow {
	name := signalName(signal)
	if !known || fateOf[name] != kills || name == "" || name == "INT" || name == "QUIT" { // jobs ignore those two
		return f
	}
	all, group := false, false
	for i, v := range c.args[who:] {
		switch {
		case v.spawn != 0:
			f = x.then(f, x.jobEnder(c.at, protocol.ID(v.spawn-1)))
		case strings.HasPrefix(v.text, "%"), v.known && v.text == "0", strings.HasPrefix(v.text, "-"), !v.known && x.in.jobNumbers(x.rawWord(c.word(who+i))):
			all = true
			group = group || v.known && v.text == "0" || strings.HasPrefix(v.text, "-")
		}
	}
	if all {
		n := x.jobEnder(c.at, protocol.None)
		if group {
			n.Mode |= protocol.Program
		}
		f = x.then(f, n)
	}
	return f
}

func (x *walker) jobEnder(at syntax.Node, spawn protocol.ID) protocol.Node {
	n := x.node(protocol.Wait, at)
	n.Mode, n.Body = protocol.Ends, spawn
	return n
}

func (x *walker) rawWord(w *syntax.Word) string {
	if w == nil {
		return ""
	}
	return x.raw(w)
}

// pkillCommand walks pkill: with -P $$ it ends the children of the shell.
func pkillCommand(x *walker, c *call, f flow) []flow {
	for i, v := range c.args[1:] {
		if option := c.args[i].text; i > 0 && (option == "-P" || option == "--parent") && v.key == "\x00$\x00" {
			f = x.then(f, x.jobEnder(c.at, protocol.None))
		}
	}
	return x.program(c, "pkill", f)
}

// overJobs tells whether a loop goes over the numbers of jobs to wait for them or to end
// them: where it makes no turn there is none to wait for.
func (x *walker) overJobs(items []*syntax.Word, name string, body []*syntax.Stmt) bool {
	if !slices.ContainsFunc(items, func(w *syntax.Word) bool { return x.in.jobNumbers(x.raw(w)) }) {
		return false
	}
	found := false
	for _, s := range body {
		syntax.Walk(s, func(n syntax.Node) bool {
			if call, ok := n.(*syntax.CallExpr); ok && len(call.Args) > 1 {
				what := call.Args[0].Lit()
				found = found || (what == "wait" || what == "kill") && slices.Contains(shell.VarsOf(x.raw(call)), name)
			}
			return !found
		})
	}
	return found
}
