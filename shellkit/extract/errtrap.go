package extract

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// errTrap is an ERR trap that may matter to a lock, or to where the script ends.
type errTrap struct {
	trap
	within string // the functions in which it was armed: it is theirs too
}

// armsErr is the state in which an ERR trap is armed. One that only prints is as good as
// none.
func (x *walker) armsErr(t trap, s *state) *state {
	u := s.clone()
	u.arm(func(a *armed) { a.err = errTrap{} })
	if !x.facts.KnowsErr || !x.actsOnLocks(t) {
		return u
	}
	within := ""
	for f := s.frame; f != nil; f = f.parent {
		within += "\x02" + f.name + "\x02"
	}
	u.arm(func(a *armed) { a.err = errTrap{trap: t, within: within} })
	return u
}

// actsOnLocks tells whether the action of a trap may matter to a lock, or ends the script.
func (x *walker) actsOnLocks(t trap) bool {
	if !t.armed || t.text == "" {
		return false
	}
	if x.effort == exact {
		return false // the code that is proved sets no such trap
	}
	file, err := shell.Parse(t.origin.src.name, t.origin.src.text, x.dialect)
	if err != nil {
		return true
	}
	outer := x.src
	x.src = t.origin.src
	defer func() { x.src = outer }()
	for _, s := range file.Stmts {
		if x.touched(s, true) {
			return true
		}
	}
	return false
}

// inheritsErr tells whether functions and subshells have the ERR trap of what is around
// them.
func (x *walker) inheritsErr(s *state) bool {
	return x.facts.ErrInherited == shell.ErrAnywhere || s.opts.errtrace && x.facts.ErrInherited == shell.ErrOnDemand
}

// hasErr tells whether a command that fails sets the ERR trap off.
func (x *walker) hasErr(s *state) bool {
	if !s.err.armed || x.ctx.handler || x.ctx.exiting {
		return false
	}
	if s.frame == nil || x.inheritsErr(s) || strings.Contains(s.err.within, "\x02"+s.frame.name+"\x02") {
		return true
	}
	return x.facts.ErrInherited == shell.ErrAllFunctions || x.facts.ErrInherited == shell.ErrFunctions && !x.funcs[s.frame.name].isKorn()
}

// isKorn tells of a function that is written with the word function.
func (f function) isKorn() bool { return f.decl != nil && f.decl.RsrvWord }

// heeds tells whether somebody asks how a command ends: what stands around it, set -e, or
// an ERR trap.
func (x *walker) heeds(s *state) bool {
	return x.ctx.want || !x.ctx.checked && (s.opts.errexit || x.hasErr(s))
}

// errTraps walks the ERR trap behind commands that have failed.
func (x *walker) errTraps(in []flow) []flow {
	var out []flow
	for _, f := range in {
		if f.how == onward && f.st.status.nonzero && x.hasErr(f.st) {
			if x.facts.TrapStatusStays && x.ctx.sub != nil && x.ctx.ending != notLast {
				x.dunno(x.here.stmt, "whether the ERR trap runs behind the last command of a subshell")
			}
			out = append(out, x.trapped(f, f.st.err.trap)...)
		} else {
			out = append(out, f)
		}
	}
	return out
}
