package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Some ask whether a lock is there by a command that looks at it and fails where it is not:
// ls "$LOCK" >/dev/null 2>&1 && exit. It is a test like any other. So is one that prints
// something only where the lock is there: [ -n "$(ls "$LOCK")" ].

// looker is such a command.
type looker struct {
	takes  []string // options that a value follows
	behind int      // operands before the file: what to look for
	hides  []string // options with which what stands in front of the file is an option's
	only   []string // options without which it does not fail
	may    []string // options that it may have; nil for any
	names  bool     // it prints nothing but the name of what is there, and something about it
	shows  bool     // it prints what stands in the file
	weighs bool     // it may fail as well where the file is there
}

// lookedAt is the one file that such a command is given, nil where there are several or
// none, or where the word stands for what is there.
func lookedAt(name string, words []*syntax.Word) (only *syntax.Word) {
	l := commands()[name].looks
	if l == nil || len(words) == 0 {
		return nil
	}
	before, asked := l.behind, len(l.only) == 0
	for i, w := range words[1:] {
		text := ""
		if w != nil {
			text = shell.PlainText(w)
		}
		switch {
		case w == nil:
			return nil
		case strings.HasPrefix(text, "-"):
			asked = asked || slices.Contains(l.only, text)
			if l.may != nil && !slices.Contains(l.may, text) {
				return nil
			}
			if slices.ContainsFunc(l.hides, func(o string) bool { return strings.HasPrefix(text, o) }) {
				before = 0
			}
		case i > 0 && words[i] != nil && slices.Contains(l.takes, words[i].Lit()):
		case before > 0:
			before--
		case only != nil, shell.IsPattern(w):
			return nil
		default:
			only = w
		}
	}
	if !asked {
		return nil
	}
	return only
}

// asksIfThere is the name that matters for which a command asks, nil where it asks for none.
func (x *walker) asksIfThere(name string, words []*syntax.Word) *syntax.Word {
	w := lookedAt(name, words)
	if w == nil || !x.matters(w) {
		return nil
	}
	if raw := x.raw(w); commands()[name].looks.shows && (strings.HasPrefix(raw, "/proc/") || !x.in.makes(raw)) {
		return nil // it is read for what stands there
	}
	return w
}

// makes tells whether the script makes, claims or opens what a word may come to.
func (in *interest) makes(raw string) bool {
	word := shell.UnquoteText(raw)
	return in.made[word] || in.claimed[word] || in.opened[word] || in.meant(raw)
}

// looksFor walks a command that looks whether a name is there: its end says so, and what it
// prints.
func (x *walker) looksFor(w *syntax.Word, c *call, f flow) []flow {
	row := commands()[c.name()]
	if row.looks.shows && x.matters(w) {
		f = x.then(f, x.loads(w, c, f.st))
	}
	op, weighs := "-e", row.looks.weighs
	if weighs && slices.ContainsFunc(c.words[1:], func(w *syntax.Word) bool { return w != nil && fitsAnyLine(w) }) {
		op, weighs = "-s", false // whatever stands in it
	}
	there, missing := statuses(x.unary(&test{op: op, x: w, at: c.at}, f))
	for i, g := range there {
		if row.looks.names {
			there[i] = x.overhears(c, somethingThere, !x.mayBeEmpty(c, w), g)
		}
		if row.looks.shows && !isUnheard(c.at, c.expr) { // who is shown that has done something with it
			n := x.node(protocol.Work, c.at)
			n.Text, n.Mode = c.name(), protocol.Program|x.minor(c, c.name())
			there[i] = x.then(g, n)
		}
		if weighs {
			found, not := statuses(sides(x.chance(c.at, protocol.Free, there[i])))
			there[i], missing = found[0], append(missing, not...)
		}
	}
	return append(there, missing...)
}

// loads is that a command reads what stands in a file.
func (x *walker) loads(w *syntax.Word, c *call, s *state) protocol.Node {
	n := x.node(protocol.Load, c.at)
	n.Span, n.Text = x.between(c.expr.Pos(), c.expr.End()), c.name()
	v := x.word(w, s)
	n.Path, n.Word = x.path(v), x.span(w)
	if !v.quoted {
		n.Mode |= protocol.Unquoted
	}
	return n
}

// somethingThere is what such a command prints of what it has found.
var somethingThere = value{key: "\x00there\x00", filled: true}

// mayBeEmpty tells whether a command prints nothing of what is there: ls of a folder lists
// what is in it.
func (x *walker) mayBeEmpty(c *call, w *syntax.Word) bool {
	word := x.in.bareIn(x.src, w)
	return c.name() == "ls" && !hasLetter(asWritten(c.words[1:]), "d") && (strings.HasSuffix(word, "/") || x.in.folders[word])
}

// asWritten are words without what they are quoted in, and without what stands in variables.
func asWritten(words []*syntax.Word) []string {
	out := make([]string, len(words))
	for i, w := range words {
		if w != nil {
			out[i] = shell.PlainText(w)
		}
	}
	return out
}

// isUnheard tells whether a statement that is a command leads what that prints away, or has
// it print nothing.
func isUnheard(s *syntax.Stmt, c *syntax.CallExpr) bool {
	if row := commands()[path.Base(c.Args[0].Lit())]; row.looks != nil && row.looks.weighs && hasLetter(asWritten(c.Args[1:]), "q") {
		return true
	}
	return slices.ContainsFunc(s.Redirs, func(r *syntax.Redirect) bool {
		switch r.Op {
		case syntax.RdrOut, syntax.RdrAll, syntax.AppOut, syntax.AppAll, syntax.RdrClob:
			return (r.N == nil || r.N.Value == "1") && r.Word.Lit() == "/dev/null"
		}
		return false
	})
}
