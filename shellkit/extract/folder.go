package extract

import (
	"path"
	"slices"
	"strings"
)

// cdCommand walks cd. Only directories that this run alone has are followed: a
// name in one of them is no name that another run meets.
func cdCommand(x *walker, c *call, f flow) []flow {
	ops := c.operands()
	going := x.plain(c.at, "cd", f)
	here, known := f.st.vars.get("PWD")
	var to value
	switch {
	case len(ops) == 1 && c.args[ops[0]].text != "-":
		to = c.args[ops[0]]
		if known && to.relative() {
			to = here.join(literal("/")).join(to)
		}
	case len(ops) == 1:
		to = x.fresh("PWD")
	default:
		to = x.variable("HOME", f.st)
	}
	if x.in.sweeps { // who does not heed a cd that fails does not expect it
		for i, g := range going {
			going[i].st = g.st.goes(to)
		}
	}
	if !known && !to.inFresh() {
		return going
	}
	for i, g := range going {
		if !g.st.status.nonzero {
			going[i].st = g.st.set("PWD", to)
		}
	}
	return going
}

// awayCommand walks pushd and popd: where they lead to is not followed.
func awayCommand(x *walker, c *call, f flow) []flow {
	out := x.plain(c.at, c.name(), f)
	for i, g := range out {
		out[i].st = g.st.without("PWD").without(workingDirectory)
	}
	return out
}

// inFresh tells whether a directory is one that this run alone has, or below one.
func (v value) inFresh() bool { return v.fresh || v.inside }

// relative tells whether a path hangs on the working directory. One that begins
// with an expansion may be absolute.
func (v value) relative() bool {
	return v.text != "" && strings.IndexByte("/$~`?", v.text[0]) < 0 && v.key[0] != 0
}

// namedFromBoth tells whether a name that hangs on the working directory may be the same as
// one that does not.
func (in *interest) namedFromBoth() bool {
	for _, words := range []map[string]bool{in.made, in.opened} {
		for w := range words {
			if in.removedElsewhere(w) {
				return true
			}
		}
	}
	return false
}

// removedElsewhere tells whether a whole name is removed that ends like one which hangs on
// the working directory.
func (in *interest) removedElsewhere(word string) bool {
	if word == "" || strings.IndexByte("/$~`-", word[0]) >= 0 {
		return false
	}
	for w := range in.removed {
		if strings.HasPrefix(w, "/") && path.Base(w) == path.Base(word) {
			return true
		}
	}
	return false
}

// claimsBelow tells whether a name that is claimed hangs on the working directory.
func (in *interest) claimsBelow() bool {
	below := func(word string) bool { return word != "" && strings.IndexByte("/$~`", word[0]) < 0 }
	return slices.ContainsFunc(in.claims, func(c claim) bool {
		v, is := strings.CutPrefix(c.word, "$")
		return below(c.word) || is && slices.ContainsFunc(in.assigned[v], func(a assignment) bool { return below(unquoteText(a.text)) })
	})
}
