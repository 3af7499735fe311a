package extract

import (
	"path"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// A relative name is another file once the shell has gone elsewhere. The folder that it is
// in is followed by what it is called: one that the script does not fix is the same as
// long as the word for it has the same value.

// cdCommand walks cd. Where no lock hangs on the working directory, only folders that this
// run alone has are followed: a name in one of them is no name that another run meets.
func cdCommand(x *walker, c *call, f flow) []flow {
	going := x.plain(c.at, "cd", f)
	ops, to := c.operands(), value{}
	switch {
	case len(ops) == 0:
		to = x.variable("HOME", f.st)
	case len(ops) == 1:
		to = c.args[ops[0]]
	}
	if !x.in.sweeps && !x.at.inFresh() && !to.inFresh() {
		return going
	}
	return x.succeeded(going, func(s *state) *state {
		switch {
		case len(ops) > 1:
			return s.enters(x.fresh("PWD"))
		case to.text == "-":
			return s.enters(s.before(x.fresh("OLDPWD")))
		}
		return s.goes(to)
	})
}

// pushdCommand walks pushd DIRECTORY, and without one, which goes to where the shell was.
func pushdCommand(x *walker, c *call, f flow) []flow {
	going := x.plain(c.at, "pushd", f)
	ops := c.operands()
	rotates := len(c.args)-1 > len(ops) || len(ops) > 1 || len(ops) == 1 && strings.HasPrefix(c.args[ops[0]].text, "+")
	return x.succeeded(going, func(s *state) *state {
		pushed, here := s.pushed(), s.workingDirectory()
		switch {
		case rotates || len(ops) == 0 && len(pushed) == 0:
			return s.enters(x.fresh("PWD")).without(pushedDirectories)
		case len(ops) == 0:
			last := len(pushed) - 1
			return s.enters(pushed[last]).pushes(append(slices.Clone(pushed[:last]), here))
		}
		return s.goes(c.args[ops[0]]).pushes(append(slices.Clone(pushed), here))
	})
}

// popdCommand walks popd.
func popdCommand(x *walker, c *call, f flow) []flow {
	going := x.plain(c.at, "popd", f)
	return x.succeeded(going, func(s *state) *state {
		pushed := s.pushed()
		if len(c.args) > 1 || len(pushed) == 0 {
			return s.enters(x.fresh("PWD")).without(pushedDirectories)
		}
		last := len(pushed) - 1
		return s.enters(pushed[last]).pushes(pushed[:last])
	})
}

// succeeded changes the state of the flows in which a cd has not failed. Who does not heed
// one that fails does not expect it.
func (x *walker) succeeded(going []flow, change func(*state) *state) []flow {
	for i, g := range going {
		if !g.st.status.nonzero || !x.ctx.checked && !g.st.opts.errexit {
			going[i].st = change(g.st)
		}
	}
	return going
}

// Names that no variable has: the working directory, the one before it, and those that
// pushd has kept.
const workingDirectory, lastDirectory, pushedDirectories = "\x00in", "\x00before", "\x00pushed"

// begun is the folder in which the script began; no state holds it for the one that it is in.
var begun = literal(".")

// workingDirectory is where the shell is.
func (s *state) workingDirectory() value {
	if here, gone := s.vars.get(workingDirectory); gone {
		return here
	}
	return begun
}

// pushed are the folders that pushd has kept.
func (s *state) pushed() []value {
	if v, ok := s.vars.get(pushedDirectories); ok && v.list != nil {
		return *v.list
	}
	return nil
}

func (s *state) pushes(list []value) *state {
	keys := make([]string, len(list))
	for i, v := range list {
		keys[i] = v.key
	}
	return s.set(pushedDirectories, value{key: strings.Join(keys, "\x01"), list: &list})
}

// enters is the state in which the working directory is a folder, by its whole name.
func (s *state) enters(folder value) *state {
	s = s.set(lastDirectory, s.workingDirectory())
	if folder == begun {
		return s.without(workingDirectory)
	}
	return s.set(workingDirectory, folder)
}

// goes is the state behind a cd that has worked.
func (s *state) goes(to value) *state {
	here := s.workingDirectory()
	whole, isWhole := to.fromBeginning()
	switch {
	case isWhole:
		return s.enters(whole)
	case to.blank():
		return s
	case to.known && to.text == ".." && here.symbolic():
		// Who goes up from $d means where he came from.
		return s.enters(s.before(begun))
	}
	return s.enters(to.in(here))
}

// before is the folder that the shell was in before this one, or another one where it has
// gone nowhere.
func (s *state) before(otherwise value) value {
	if v, ok := s.vars.get(lastDirectory); ok {
		return v
	}
	return otherwise
}

// symbolic tells whether a folder is what the script does not fix, with no folder written down
// beside it: what it is known by may well have a / in it.
func (v value) symbolic() bool {
	for i, part := range strings.Split(v.key, "\x00") {
		if i%2 == 0 && strings.Contains(part, "/") {
			return false
		}
	}
	return !v.known
}

// startsHere is what $PWD/ is called where the script begins.
var startsHere = symbol("$PWD", "PWD").join(literal("/"))

// fromBeginning is a folder by its name from where the script began, if it is given by $PWD.
func (v value) fromBeginning() (folder value, ok bool) {
	rest, below := strings.CutPrefix(v.key+"/", startsHere.key)
	switch {
	case !below || strings.Contains(rest, "\x00"):
		return v, false
	case rest == "":
		return begun, true
	}
	return literal(path.Clean(rest)), true
}

// in is what a name in a folder is from where the script began.
func (v value) in(folder value) value {
	if !v.relative() {
		return v
	}
	if v.known {
		v.text = path.Clean(v.text)
		v.key = v.text
	}
	switch {
	case folder.key == begun.key:
		return v
	case v.known && v.text == ".":
		return folder
	case v.known && folder.known:
		return literal(path.Clean(folder.text + "/" + v.text))
	}
	return folder.join(literal("/")).join(v)
}

// currentDirectory is what $PWD stands for.
func (s *state) currentDirectory() value {
	switch here := s.workingDirectory(); {
	case here.key == begun.key:
		return symbol("$PWD", "PWD")
	case here.relative():
		return startsHere.join(here)
	default:
		return here
	}
}

// inFresh tells whether a directory is one that this run alone has, or below one.
func (v value) inFresh() bool { return v.fresh || v.inside }

// relative tells whether a path hangs on the working directory. One that begins
// with an expansion may be absolute, but for the last part of another name.
func (v value) relative() bool {
	if strings.HasPrefix(v.key, lastPart) {
		return true
	}
	return v.text != "" && strings.IndexByte("/$~`?", v.text[0]) < 0 && v.key[0] != 0
}

// lastPart begins the key of what basename says.
const lastPart = "\x00base\x00"

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

// goesElsewhere tells whether a script has commands that change the working directory.
func (in *interest) goesElsewhere() bool {
	return len(in.callers["cd"])+len(in.callers["pushd"])+len(in.callers["popd"]) > 0
}

// locksBelow tells whether a name that may be one of a lock hangs on the working directory.
func (in *interest) locksBelow() bool {
	if slices.ContainsFunc(in.claims, func(c claim) bool { return in.isBelow(c.word) }) {
		return true
	}
	for w := range in.made {
		if (in.removed[w] || in.probed[w] || in.mayFail(w)) && in.isBelow(w) {
			return true
		}
	}
	for w := range in.opened {
		if in.isBelow(w) {
			return true
		}
	}
	return false
}

// isBelow tells whether a word, or a value of the variable that it is, hangs on the working
// directory.
func (in *interest) isBelow(word string) bool {
	below := func(word string) bool {
		for _, last := range []string{"$(basename", "`basename", "$0##*/"} {
			if strings.HasPrefix(word, last) {
				return true
			}
		}
		return word != "" && strings.IndexByte("/$~`", word[0]) < 0
	}
	v, is := strings.CutPrefix(word, "$")
	return below(word) || is && slices.ContainsFunc(in.assigned[v], func(a assignment) bool {
		text := shell.UnquoteText(a.text)
		if _, usual, given := strings.Cut(text, ":-"); given && strings.HasPrefix(text, "$") {
			text = usual
		}
		return below(text)
	})
}
