package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// ending says whether a command is the last thing that a process does, so that the
// shell may let a program take its own place instead of starting a process for it: then
// what the command's redirects close is closed for good, and nothing that the shell had
// put aside is kept.
type ending uint8

const (
	notLast    ending = iota
	lastOne           // it is the last of several
	onlyOne           // it is all that the process does
	lastOfTurn        // of a loop, of which the last turn may be the end
)

// among is the ending of one of several commands.
func (e ending) among(i, n int) ending {
	if i < n-1 {
		return notLast
	}
	if e == onlyOne && n > 1 {
		return lastOne
	}
	return e
}

// inside is the ending of what stands inside of a compound command.
func (x *walker) inside(s *syntax.Stmt) ending {
	e := x.ctx.ending
	if e == lastOfTurn {
		return e
	}
	if e == notLast || x.facts.LastInPlace <= shell.PlaceAlone || s.Negated || len(s.Redirs) > 0 && !x.facts.LastThrough {
		return notLast
	}
	switch s.Cmd.(type) {
	case *syntax.Block, *syntax.IfClause, *syntax.CaseClause, *syntax.BinaryCmd, *syntax.TimeClause:
		return lastOne
	case *syntax.ForClause:
		if x.facts.LastTurn {
			return lastOfTurn
		}
	}
	return notLast
}

// inPlace tells whether a program takes the place of the shell that runs it.
func (x *walker) inPlace(s *syntax.Stmt, st *state) bool {
	if x.ctx.ending == notLast || x.ctx.ending == lastOfTurn || s.Negated && x.facts.JobRedirects != shell.JobOwnsAll || st.catches() {
		return false
	}
	switch x.facts.LastInPlace {
	case shell.PlaceAlone:
		return x.ctx.ending == onlyOne
	case shell.PlaceUnredirected:
		for _, r := range s.Redirs {
			if shell.MayCarryLock(r) {
				return false
			}
		}
	}
	return true
}

// losesInPlace tells whether a program inside of the compound command at hand may run in
// the place of the shell, and without its descriptors: who looks at the whole of it only
// would not see that.
func (x *walker) losesInPlace(st *state) bool {
	return x.facts.ExecCloexec && (x.ctx.ending == lastOne || x.ctx.ending == onlyOne) && !x.waitedFor() && !st.catches()
}

// catches tells whether a trap is armed that runs something: then the shell stays.
func (s *state) catches() bool {
	for _, t := range append(s.sig[:], s.exit) {
		if t.armed && t.text != "" {
			return true
		}
	}
	return false
}

// atEndOf is the ending of the commands of a child that the shell waits for.
func (x *walker) atEndOf(what string, st *state) ending {
	switch {
	case what == "( )" && x.facts.Subshells == shell.SubshellsInside && st.catches():
		return notLast
	case what == "( )" && x.facts.Subshells == shell.SubshellsInside:
		return x.ctx.ending // no process of its own
	case what == "sh -c" && !x.facts.TextInPlace:
		return notLast
	case what == "$( )" && x.facts.Subshells == shell.SubshellsInside, what == "flock":
		return notLast
	}
	return onlyOne
}

// atEnd is the ending of the commands of a script, or of a text that a shell runs.
func (x *walker) atEnd(file *syntax.File, text []byte) ending {
	if !x.facts.ScriptInPlace || len(file.Stmts) == 0 {
		return notLast
	}
	rest := text[min(len(text), int(file.Stmts[len(file.Stmts)-1].End().Offset())):]
	if strings.TrimSpace(string(rest)) != "" { // a comment behind it, and the shell reads on
		return notLast
	}
	return lastOne
}

// waitedFor tells whether a shell waits for the process at hand, and keeps for itself what
// that one loses.
func (x *walker) waitedFor() bool {
	return x.ctx.sub != nil && x.facts.Subshells != shell.SubshellsInside
}
