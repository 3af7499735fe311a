package machine

import (
	"strings"
)

// basenamePrints is the last part of a name.
func basenamePrints(m *machine, c *call, s *State) (Value, bool) {
	u := usage{early: true}
	r := u.read(c)
	if len(r.options) > 0 || len(r.operands) == 0 || len(r.operands) > 2 {
		return Value{}, false
	}
	of := c.args[r.operands[0]].Value
	base, ok := baseOf(of)
	if len(r.operands) == 1 {
		if !ok {
			return derived("$(basename "+of.Text+")", lastPart, of), true
		}
		return base, true
	}
	suffix := c.args[r.operands[1]].Value
	if !ok || !suffix.Known {
		return derived("$("+short(c.raw)+")", lastPart, of, suffix), true
	}
	if base.Text != suffix.Text {
		base = base.withText(strings.TrimSuffix(base.Text, suffix.Text))
	}
	return base, true
}

// baseOf is the last part of a name, where that is written down.
func baseOf(of Value) (Value, bool) {
	text := of.Text
	if !of.Known {
		i := strings.LastIndex(of.Key, mark)
		text = of.Key[i+1:]
		slash := strings.LastIndexByte(strings.TrimRight(text, "/"), '/')
		if slash < 0 || strings.TrimRight(text, "/") == "" {
			return Value{}, false
		}
		text = text[slash:]
	}
	if text == "" {
		return empty, true
	}
	trimmed := strings.TrimRight(text, "/")
	if trimmed == "" {
		return Literal("/"), true
	}
	return Literal(trimmed[strings.LastIndexByte(trimmed, '/')+1:]), true
}

// dirnamePrints is a name without its last part.
func dirnamePrints(m *machine, c *call, s *State) (Value, bool) {
	u := usage{early: true}
	r := u.read(c)
	if len(r.options) > 0 || len(r.operands) != 1 {
		return Value{}, false
	}
	of := c.args[r.operands[0]].Value
	if of.Known {
		return Literal(folderOf(of.Text)), true
	}
	text := "$(dirname " + of.Text + ")"
	tail := of.Key[strings.LastIndex(of.Key, mark)+1:]
	if i := strings.LastIndexByte(tail, '/'); i >= 0 && strings.Trim(tail[i:], "/") != "" && !of.Inside && strings.HasSuffix(of.Text, tail[i:]) {
		folder := of
		folder.Text = strings.TrimSuffix(of.Text, tail[i:])
		folder.Key = strings.TrimSuffix(of.Key, tail[i:])
		return namesSame(folder, text), true
	}
	v := derived(text, "folder", of)
	v.Filled = true
	v.Fresh = v.Fresh || of.Inside
	return v, true
}

// folderOf is what dirname prints for a text.
func folderOf(text string) string {
	trimmed := strings.TrimRight(text, "/")
	switch {
	case trimmed == "" && text != "":
		return "/"
	case !strings.Contains(trimmed, "/"):
		return "."
	}
	folder := strings.TrimRight(trimmed[:strings.LastIndexByte(trimmed, '/')], "/")
	if folder == "" {
		return "/"
	}
	return folder
}

// linkPrints is readlink: what a link says is its content; followed to the end, it is a name
// of the same file.
func linkPrints(m *machine, c *call, s *State) (Value, bool) {
	u := usage{}
	r := u.read(c)
	if len(r.operands) != 1 {
		return Value{}, false
	}
	if r.has("f", "e", "m", "canonicalize", "canonicalize-existing", "canonicalize-missing") {
		return wholeName(c.args[r.operands[0]].Value, s), true
	}
	v := m.contentAt(c, s, c.args[r.operands[0]].Value)
	v.Filled = true
	return v, true
}

// wholePrints is realpath.
func wholePrints(m *machine, c *call, s *State) (Value, bool) {
	u := usage{long: []string{"relative-to", "relative-base"}}
	r := u.read(c)
	if len(r.operands) != 1 || r.has("relative-to", "relative-base") {
		return Value{}, false
	}
	return wholeName(c.args[r.operands[0]].Value, s), true
}

// wholeName is another name of a file, from the root on.
func wholeName(of Value, s *State) Value {
	return namesSame(placed(of, s), "$(readlink -f "+of.Text+")")
}

// statPrints is stat: the number of an inode tells whether two names are one file's.
func statPrints(m *machine, c *call, s *State) (Value, bool) {
	u := usage{takes: "cft", long: []string{"format", "printf"}}
	r := u.read(c)
	o := r.option("c", "format", "printf", "f")
	if len(r.operands) != 1 || o == nil {
		return Value{}, false
	}
	of, format := c.args[r.operands[0]].Value, o.value
	text := strings.TrimSuffix(format.Text, `\n`)
	what := "stat"
	if isOneOf(text, "%Y", "%Z", "%W", "%m") {
		what = timeSign + itoa(m.path(of, s)+1)
	}
	v := m.occurrence(c, s, what)
	if !format.Known {
		return v, true
	}
	v.Filled = text != ""
	if text == "%i" || text == "%d:%i" || text == "%D:%i" || text == "%i:%d" || text == "%d %i" || text == "%i %d" {
		if fd, ok := fdPath(of.Text); ok {
			v.InodeFD = fd + 1
		} else {
			v.Inode = m.path(of, s) + 1
		}
	}
	v.Number = len(text) == 2 && text[0] == '%' && strings.IndexByte("iYZWXshugdbB", text[1]) >= 0
	return v, true
}

// Signs stand in the keys of values that tell how old a file is, before its path: of a time,
// and of what is not empty where a file is old, or young.
const (
	timeSign  = "time of "
	oldSign   = "old of "
	youngSign = "young of "
)

// ageOf is the path of whose age a value tells, index+1, or 0, and which of the signs is in it.
func ageOf(v Value) (path int, sign string) {
	for _, sign := range []string{timeSign, oldSign, youngSign} {
		if n := numberBehind(v.Key, sign); n != 0 {
			return n, sign
		}
	}
	return 0, ""
}

// findPrints is find: asked for an age, it names a file that is old.
func findPrints(m *machine, c *call, s *State) (Value, bool) {
	q := searchOf(c)
	if !q.age || len(q.folders) != 1 || q.removes || len(q.clauses) > 0 {
		return Value{}, false
	}
	sign := oldSign
	if q.young {
		sign = youngSign
	}
	return m.occurrence(c, s, sign+itoa(m.path(q.found(c, q.folders[0]), s)+1)), true
}
