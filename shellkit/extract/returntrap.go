package extract

import ()

// In bash a RETURN trap that a function sets runs when that function returns, with its
// locals still there, and not when the shell ends. Functions that are called meanwhile are
// without it; it stays for the caller, and runs once more when that returns.

// isOfFunction tells whether a RETURN trap that is set here is one of the function at hand.
func (x *walker) isOfFunction(s *state) bool {
	return x.facts.ReturnTrap && s.frame != nil && len(x.calls) > 0 && s.frame.name == x.calls[len(x.calls)-1]
}

// withReturn is the state in which the function at hand has a RETURN trap.
func (s *state) withReturn(t trap) *state {
	u := s.clone()
	f := *s.frame
	f.back = t
	u.frame = &f
	return u
}

// handsReturn is the state in which the caller of the function at hand has its RETURN trap,
// where it has none of its own.
func (s *state) handsReturn() *state {
	f := s.frame
	if f == nil || !f.back.armed || f.parent == nil || f.parent.back.armed {
		return s
	}
	u := s.clone()
	parent, own := *f.parent, *f
	parent.back = f.back
	own.parent = &parent
	u.frame = &own
	return u
}

// atBack walks the RETURN trap of a function that returns.
func (x *walker) atBack(in []flow) []flow {
	var out []flow
	for _, f := range in {
		if f.how != onward && f.how != returning || f.st.frame == nil || !f.st.frame.back.armed {
			out = append(out, f)
			continue
		}
		for _, g := range x.backOfFunction(f) {
			if g.how == onward {
				g.how, g.levels = f.how, f.levels
			}
			g.st = g.st.handsReturn()
			out = append(out, g)
		}
	}
	return out
}

// backOfFunction walks that trap, and comes out behind it with the status from before.
func (x *walker) backOfFunction(f flow) []flow {
	return x.behind(f.st.frame.back, *f.st.status, x.ctx.trap, f.going(onward))
}
