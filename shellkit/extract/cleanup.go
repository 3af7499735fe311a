package extract

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"
)

// endsAtFailure tells whether a clean-up ends at the first command that fails: set -e is in
// force in the EXIT trap of every shell.
func (x *walker) endsAtFailure(s *state) bool {
	return x.ctx.exiting && s.opts.errexit && !x.ctx.checked
}

// Under set -u a clean-up ends where it asks for a variable that was never set, in every
// shell, and what stands behind that is not done. Elsewhere the script would end too, and
// its clean-up would run: only a clean-up is looked at.

// unbound tells whether a command of a clean-up expands a variable that is surely not set.
func (x *walker) unbound(c *syntax.CallExpr, s *state) bool {
	if !s.opts.nounset || !x.ctx.exiting || x.effort == exact {
		return false
	}
	found := false
	for _, w := range slices.Concat(c.Args, values(c.Assigns)) {
		syntax.Walk(w, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.CmdSubst, *syntax.ProcSubst:
				return false // what is in them ends there
			case *syntax.ParamExp:
				if n.Param == nil || n.Exp != nil || n.Index != nil || !syntax.ValidName(n.Param.Value) {
					return true
				}
				v := x.variable(n.Param.Value, s)
				found = found || v.key == unset.key || v.empty
			}
			return !found
		})
	}
	return found
}

// values lists the words that are assigned.
func values(list []*syntax.Assign) (out []*syntax.Word) {
	for _, a := range list {
		if a.Value != nil {
			out = append(out, a.Value)
		}
	}
	return out
}
