package machine

import (
	"maps"
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// printer is what a program prints with its words; ok is false where that is not known.
type printer func(m *machine, c *call, s *State) (v Value, ok bool)

// printers are the programs of whose output something is known. Where one has failed, it
// has printed nothing.
var printers = map[string]printer{
	"arch": sameAlways, "basename": basenamePrints, "cat": catPrints, "date": datePrints, "dirname": dirnamePrints, "find": findPrints, "hostname": sameAlways, "id": sameAlways,
	"logname": sameAlways, "mktemp": newName, "nproc": sameAlways, "pwd": folderPrints, "readlink": linkPrints, "realpath": wholePrints, "stat": statPrints,
	"tempfile": newName, "tty": sameAlways, "uname": sameAlways, "uuidgen": newName, "whoami": sameAlways,
}

// printedBy is what a program prints, if something is known of that.
func (m *machine) printedBy(c *call, s *State) (Value, bool) {
	does := printers[c.name()]
	if does == nil {
		return Value{}, false
	}
	if s.some {
		return empty, true
	}
	for _, a := range c.args {
		if a.loose {
			return Value{}, false
		}
	}
	return does(m, c, s)
}

// occurrence is a symbol for what one call of a program prints: another call may print
// something else, and so may this one when it is run again.
func (m *machine) occurrence(c *call, s *State, what string) Value {
	return s.fresh("$("+short(c.raw)+")", what+"@"+c.at.Start.String()+"#"+itoa(m.sameCall(c)), "")
}

// fresh is a symbol that is not in use: what is assigned to a variable takes the place of
// what that has. An answer about it is one about what it was before.
func (s *State) fresh(text, id, name string) Value {
	t := *s
	t.facts, t.vars = nil, s.vars.without(name)
	v := Symbol(text, id)
	for n := 1; t.mentions(v.Key); n++ {
		v = Symbol(text, id+"."+itoa(n))
	}
	return v
}

// mentions tells whether something in a state has a key in it.
func (s *State) mentions(key string) bool {
	for fact := range s.facts {
		if strings.Contains(fact, key) {
			return true
		}
	}
	if s.vars.mention(key) || strings.Contains(s.params.key(), key) || strings.Contains(s.cwd.Key, key) || s.regs.mention(key) {
		return true
	}
	for f := s.stack; f != nil; f = f.up {
		if f.mentions(key) {
			return true
		}
	}
	return false
}

// mentions tells it of a frame, and of the parent that waits for it.
func (f *frame) mentions(key string) bool {
	if f.regs.mention(key) || f.locals.mention(key) || f.params != nil && strings.Contains(f.params.key(), key) {
		return true
	}
	if f.out != nil && strings.Contains(f.out.text.Key, key) {
		return true
	}
	for _, k := range f.keeps {
		if strings.Contains(k.was.key(), key) {
			return true
		}
	}
	for _, w := range f.list {
		if strings.Contains(w.Key, key) {
			return true
		}
	}
	if p := f.parent; p != nil {
		for fact := range p.facts {
			if strings.Contains(fact, key) {
				return true
			}
		}
		return p.regs.mention(key) || p.vars.mention(key) || strings.Contains(p.params.key(), key)
	}
	return false
}

// mention tells it of variables.
func (t *vars) mention(key string) bool {
	for _, v := range t.all() {
		if strings.Contains(v.key(), key) {
			return true
		}
	}
	return false
}

// mention tells it of what the instructions of a command have handed to each other.
func (r *registers) mention(key string) bool {
	if r == nil {
		return false
	}
	found := strings.Contains(r.subject.Key, key)
	for _, w := range r.words {
		found = found || strings.Contains(w.Key, key)
	}
	for _, v := range r.targets {
		found = found || strings.Contains(v.Key, key)
	}
	for _, a := range r.before {
		found = found || strings.Contains(a.value.Key, key)
	}
	for v := range maps.Values(r.memo) {
		found = found || strings.Contains(v.Key, key)
	}
	for list := range maps.Values(r.lists) {
		for _, w := range list {
			found = found || strings.Contains(w.Key, key)
		}
	}
	return found
}

// sameAlways is what does not change while a script runs: who and where it is.
func sameAlways(m *machine, c *call, s *State) (Value, bool) {
	from := make([]Value, len(c.args))
	for i, a := range c.args {
		from[i] = a.Value
	}
	v := derived("$("+short(c.raw)+")", "printed", from...)
	v.Filled = true
	v.Number = c.name() == "nproc" || c.name() == "id" && len(c.args) == 2 && (c.args[1].Text == "-u" || c.args[1].Text == "-g")
	return v, true
}

// newName is what nobody else is told: mktemp, uuidgen.
func newName(m *machine, c *call, s *State) (Value, bool) {
	v := m.occurrence(c, s, c.name())
	v.Private, v.Fresh, v.Filled = true, true, true
	return v, true
}

// contentSign is what stands in the key of what was read from a file, before its path.
const contentSign = "content of "

// contentOf is the path whose content is in a value, index+1, or 0.
func contentOf(v Value) int {
	if v.Content != 0 {
		return v.Content
	}
	return numberBehind(v.Key, contentSign)
}

// numberBehind is the number that stands behind a sign in a key, or 0.
func numberBehind(key, sign string) int {
	_, rest, ok := strings.Cut(key, mark+sign)
	if !ok {
		return 0
	}
	number, _, _ := strings.Cut(rest, "@")
	n, _ := shell.Number(number)
	return n
}

// catPrints is what stands in a file.
func catPrints(m *machine, c *call, s *State) (Value, bool) {
	u := usage{}
	r := u.read(c)
	if len(r.operands) != 1 || len(r.options) > 0 {
		return Value{}, false
	}
	of := c.args[r.operands[0]].Value
	switch {
	case of.Text == "-":
		return Value{}, false
	case of.Known && of.Text == "/dev/null":
		return empty, true
	}
	return m.contentAt(c, s, of), true
}

// contentAt is what is read from a file.
func (m *machine) contentAt(c *call, s *State, of Value) Value {
	path := m.path(of, s) + 1
	v := m.occurrence(c, s, contentSign+itoa(path))
	v.Content = path
	return v
}

// datePrints is a time. A day is that of all who run on it, what is finer hardly ever that of
// another run.
func datePrints(m *machine, c *call, s *State) (Value, bool) {
	u := usage{takes: "drfs", long: []string{"date", "reference", "file", "set"}}
	r := u.read(c)
	what := "date"
	of := r.option("r", "reference")
	if of != nil {
		what = timeSign + itoa(m.path(of.value, s)+1)
	}
	v := m.occurrence(c, s, what)
	v.Private, v.Filled = of == nil && !isDay(c.args[1:]), true
	for _, a := range c.args[1:] {
		v.Number = v.Number || a.Known && (a.Text == "+%s" || a.Text == "+%Y" || a.Text == "+%j" || a.Text == "+%Y%m%d")
		v.Filled = v.Filled && a.Text != "+"
	}
	return v, true
}

// isDay tells whether date prints nothing finer than an hour.
func isDay(args []field) bool {
	format := ""
	for i, a := range args {
		switch {
		case !a.Known:
			return false
		case strings.HasPrefix(a.Text, "+"):
			format = a.Text
		case isOneOf(a.Text, "-I", "-Idate", "--iso-8601", "--iso-8601=date"):
			format = "+%F"
		case isOneOf(a.Text, "-u", "--utc", "--universal", "-d", "--date"), strings.HasPrefix(a.Text, "--date="):
		case i > 0 && isOneOf(args[i-1].Text, "-d", "--date"):
		default:
			return false
		}
	}
	_, units, found := strings.Cut(format, "%")
	if !found {
		return format != ""
	}
	for unit := range strings.SplitSeq(units, "%") {
		unit = strings.TrimLeft(unit, "-_0^#")
		if unit == "" || !strings.ContainsRune("YyCGgmbBhdejFDaAuwVUWqxHkIlpPzZ", rune(unit[0])) {
			return false
		}
	}
	return true
}

// folderPrints is pwd as a program.
func folderPrints(m *machine, c *call, s *State) (Value, bool) {
	if len(c.args) == 1 {
		return s.folder(), true
	}
	return namesSame(s.folder(), "$(pwd -P)"), true
}
