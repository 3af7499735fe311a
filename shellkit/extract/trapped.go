package extract

import "github.com/lockkit/lockkit/shellkit/shell"

// trapped is a trap that runs.
type trapped struct {
	before value // the status when it began
	gives  shell.TrapStatus
	sub    *subshell // the frame that the trap itself is

	byFunction bool // of zsh: a function called TRAPTERM, in which exit runs no trap of a function
}

// bareEnding is the status that exit leaves behind, or return, where they name none.
func (c *context) bareEnding(returns bool, s *state) value {
	t := c.trap
	if t == nil || returns && s.frame == nil {
		return *s.status
	}
	gives := t.gives.Exit
	if returns {
		gives = t.gives.Return
	}
	if in := c.sub; in != nil && in != t.sub { // the innermost one counts
		switch {
		case in.what == "$( )" && returns:
			gives = t.gives.ReturnInSubst
		case in.what == "$( )":
			gives = t.gives.ExitInSubst
		case returns:
			gives = t.gives.ReturnInChild
		default:
			gives = t.gives.ExitInChild
		}
	}
	switch gives {
	case shell.GivesBefore:
		return t.before
	case shell.GivesZero:
		return literal("0")
	}
	return *s.status
}
