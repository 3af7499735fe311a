package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A looking pipeline is one that says by what it prints, or by how it ends, whether a name is
// there: ls "$LOCK" | wc -l; or whether a process lives: ps ax | grep "$pid".
type lookingPipeline struct {
	part   int  // which of the parts looks
	owner  bool // it looks for a process whose number stands in a file
	named  bool // and asks what that is called
	counts bool // it prints a number
	ends   bool // it fails where nothing is found
}

// lookedThrough tells it of the parts of a pipeline.
func (x *walker) lookedThrough(parts []*syntax.Stmt, s *state) (through lookingPipeline, ok bool) {
	if x.effort == exact || x.in.pipes || len(parts) < 2 {
		return through, false
	}
	if through.part, through.owner = x.looksForOwner(parts, s); through.owner && through.part > 0 {
		_, words := x.oneProgram(parts[through.part])
		through.ends, through.counts = true, hasLetter(asWritten(words), "c")
	}
	if first, words := x.oneProgram(parts[0]); through.owner && x.findsItself(parts, through.part) || !through.owner && !x.looksForName(first, words) {
		return through, false
	}
	for _, s := range parts[through.part+1:] {
		name, words := x.oneProgram(s)
		switch {
		case len(s.Redirs) > 0 && name != "grep":
			return through, false
		case through.owner && isSearcher(name) && len(words) > 1 && shell.IsWritten(words[len(words)-1]):
			through.ends, through.counts, through.named = true, hasLetter(asWritten(words), "c"), through.named || !hasLetter(asWritten(words), "v")
		case through.owner && through.part == 0 && name == "wc": // ps prints a line of headings
			return through, false
		case name == "wc" && (hasLetter(asWritten(words), "l") || hasLetter(asWritten(words), "w")):
			through.ends, through.counts = false, true
		case name == "grep" && len(words) > 1 && fitsAnyLine(words[len(words)-1]) && !hasLetter(asWritten(words), "v"):
			through.ends, through.counts = true, hasLetter(asWritten(words), "c")
		case isA(name, handsOnText) && name != "grep" && name != "tee" || name == "sort" || name == "uniq" || name == "awk":
			through.ends = false
		default:
			return through, false
		}
	}
	return through, true
}

// looksForName tells whether a program asks whether a name is there, and says it by what it prints.
func (x *walker) looksForName(name string, words []*syntax.Word) bool {
	row := commands()[name]
	return row.looks != nil && row.looks.names && x.asksIfThere(name, words) != nil &&
		(name != "ls" || hasLetter(asWritten(words[1:]), "d") || !x.in.folders[x.in.bareIn(x.src, lookedAt(name, words))])
}

// looksForOwner is the part of a pipeline that asks of a list of processes whether one is in it
// whose number stands in a file; or the first one, which has ps list that one alone.
func (x *walker) looksForOwner(parts []*syntax.Stmt, s *state) (part int, ok bool) {
	if first, _ := x.oneProgram(parts[0]); first != "ps" {
		return 0, false
	}
	for i := len(parts) - 1; i >= 0; i-- {
		name, words := x.oneProgram(parts[i])
		if (i == 0 || isSearcher(name) && !hasLetter(asWritten(words), "v")) && slices.ContainsFunc(words, func(w *syntax.Word) bool { return x.givesOwner(w, s) }) {
			return i, true
		}
	}
	return 0, false
}

// findsItself tells whether a part of a pipeline that looks for a number in what ps prints is
// itself in the list, with the words with which it was started.
func (x *walker) findsItself(parts []*syntax.Stmt, part int) bool {
	_, ps := x.oneProgram(parts[0])
	if part == 0 || !showsArguments(ps) {
		return false
	}
	for i, s := range parts[1:] {
		if name, words := x.oneProgram(s); i+1 != part && (isSearcher(name) && hasLetter(asWritten(words), "v") || !isSearcher(name) && i+1 < part) {
			return false // it is left out, or only the numbers are left
		}
	}
	return true
}

// showsArguments tells whether ps prints with which words a process was started: it is asked for
// that, for a full line, or in the manner of BSD, whose options have no dash.
func showsArguments(ps []*syntax.Word) bool {
	words := asWritten(ps[1:])
	return len(words) > 0 && words[0] != "" && words[0][0] != '-' || hasLetter(words, "fFx") || slices.ContainsFunc(words, func(w string) bool {
		return strings.Contains(w, "args") || strings.Contains(w, "command") || strings.Contains(w, "cmd")
	})
}

// searchesProcesses tells of a pipeline that looks for what may be the number of an owner.
func (x *walker) searchesProcesses(c *syntax.BinaryCmd) bool {
	if c.Op != syntax.Pipe && c.Op != syntax.PipeAll {
		return false
	}
	parts := partsOf(c)
	first, _ := x.oneProgram(parts[0])
	return first == "ps" && slices.ContainsFunc(parts[1:], func(s *syntax.Stmt) bool {
		name, words := x.oneProgram(s)
		return isSearcher(name) && slices.ContainsFunc(words[1:], x.matters)
	})
}

// givesOwner tells whether a number that stands in a file is a part of a word.
func (x *walker) givesOwner(w *syntax.Word, s *state) (gives bool) {
	syntax.Walk(w, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ParamExp:
			gives = gives || n.Param != nil && x.variable(n.Param.Value, s).content != 0
		case *syntax.CmdSubst:
			gives = gives || len(n.Stmts) == 1 && readBy(n.Stmts[0]) != nil
			return false
		}
		return !gives
	})
	return gives
}

// isSearcher tells whether a program lets those lines through that fit a pattern.
func isSearcher(name string) bool {
	row := commands()[name]
	return row.looks != nil && row.looks.weighs
}

// fitsAnyLine tells whether every line with something in it fits a pattern.
func fitsAnyLine(pattern *syntax.Word) bool {
	return shell.IsWritten(pattern) && slices.Contains([]string{".", "", "^", ".*"}, shell.PlainText(pattern))
}

// oneProgram is the name of a statement that is one program, and its words.
func (x *walker) oneProgram(s *syntax.Stmt) (string, []*syntax.Word) {
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(c.Args) == 0 || len(c.Assigns) > 0 || s.Negated || s.Background || len(x.may(c.Args[0].Lit())) > 0 {
		return "", nil
	}
	return path.Base(c.Args[0].Lit()), c.Args
}

// looksThrough walks such a pipeline.
func (x *walker) looksThrough(how lookingPipeline, parts []*syntax.Stmt, f flow) []flow {
	outer, saying, looker, begin := x.ctx, f.st.saying, parts[how.part], len(x.p.Nodes)
	x.ctx.want = true
	if how.owner {
		x.ctx.owner = looker.Cmd
	}
	out := x.frame("|", looker, f, nil, func(f flow) []flow { return x.stmt(looker, f.with(f.st.listens())) })
	x.ctx = outer
	for i := begin; how.named && i < len(x.p.Nodes); i++ {
		if n := &x.p.Nodes[i]; n.Op == protocol.Alive {
			n.Mode |= protocol.Read
		}
	}
	for i, g := range out {
		if g.how != onward {
			continue
		}
		there := g.st.saying == nil || g.st.saying.text.key != ""
		if how.owner {
			there = !g.st.status.nonzero
		}
		st := g.st.clone()
		st.saying = saying
		switch {
		case how.counts && there:
			st = st.prints(literal("1"), true)
		case how.counts:
			st = st.prints(literal("0"), true)
		case there:
			st = st.prints(somethingThere, true)
		}
		if there || !how.ends && !st.opts.pipefail {
			st = st.ok()
		} else {
			st = st.fail()
		}
		out[i].st = st
	}
	return out
}

// listsLocks tells of a command that prints the name of a lock where that is there.
func (x *walker) listsLocks(c *syntax.CallExpr) bool {
	name := path.Base(c.Args[0].Lit())
	row := commands()[name]
	return row.looks != nil && row.looks.names && x.asksIfThere(name, c.Args) != nil
}
