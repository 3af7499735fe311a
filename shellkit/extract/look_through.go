package extract

import (
	"path"
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// A looking pipeline is one that says by what it prints, or by how it ends, whether a name is
// there: ls "$LOCK" | wc -l.
type lookingPipeline struct {
	counts bool // it prints a number
	ends   bool // it fails where the name is not there
}

// lookedThrough tells it of the parts of a pipeline.
func (x *walker) lookedThrough(parts []*syntax.Stmt) (through lookingPipeline, ok bool) {
	if x.effort == exact || x.in.pipes || len(parts) < 2 {
		return through, false
	}
	first, words := x.oneProgram(parts[0])
	if row := commands()[first]; row.looks == nil || !row.looks.names || x.asksIfThere(first, words) == nil || first == "ls" && !hasLetter(asWritten(words[1:]), "d") && x.in.folders[x.in.bareIn(x.src, lookedAt(first, words))] {
		return through, false
	}
	for _, s := range parts[1:] {
		name, words := x.oneProgram(s)
		switch {
		case len(s.Redirs) > 0 && name != "grep":
			return through, false
		case name == "wc" && (hasLetter(asWritten(words), "l") || hasLetter(asWritten(words), "w")):
			through.counts = true
		case name == "grep" && len(words) > 1 && fitsAnyLine(words[len(words)-1]) && !hasLetter(asWritten(words), "v"):
			through.ends, through.counts = true, hasLetter(asWritten(words), "c")
		case isA(name, handsOnText) && name != "grep" && name != "tee" || name == "sort" || name == "uniq" || name == "awk":
		default:
			return through, false
		}
	}
	return through, true
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
	outer, saying := x.ctx, f.st.saying
	x.ctx.want = true
	out := x.frame("|", parts[0], f, nil, func(f flow) []flow { return x.stmt(parts[0], f.with(f.st.listens())) })
	x.ctx = outer
	for i, g := range out {
		if g.how != onward {
			continue
		}
		there := g.st.saying == nil || g.st.saying.text.key != ""
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
