package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// setterCommand walks a builtin that sets variables in a way that is not followed:
// what is in them is not known afterwards, nor how it ended.
func setterCommand(x *walker, c *call, f flow) []flow {
	if isA(c.name(), readsLines) {
		return readCommand(x, c, f)
	}
	f.st = x.havoc(c, f.st)
	if c.name() == "integer" && slices.ContainsFunc(c.args[1:], setsNoNumber) {
		x.dunno(c.at, "what is no number, for a variable that is one")
	}
	return x.plain(c.at, c.name(), f, protocol.Quiet)
}

// setsNoNumber tells of NAME=VALUE where the value is no number.
func setsNoNumber(a value) bool {
	_, text, sets := strings.Cut(a.text, "=")
	return sets && a.known && !isNumberWithBase(text)
}

// havoc is the state after a command that sets variables to what is not known.
func (x *walker) havoc(c *call, s *state) *state {
	words := make([]string, 0, len(c.args))
	for _, a := range c.args[1:] {
		name, _, sets := strings.Cut(a.text, "=")
		switch {
		case a.known:
			words = append(words, a.text)
		case sets && syntax.ValidName(name):
			words = append(words, name)
		default:
			words = append(words, "$")
		}
	}
	names, madeUp := setBy(c.name(), words)
	if madeUp {
		x.dunno(c.at, "a variable is set whose name is not known")
	}
	for _, name := range names {
		s = x.put(name, x.fresh(name), s)
	}
	return s
}

// put is the state in which a variable has a value, where that is followed.
func (x *walker) put(name string, v value, s *state) *state {
	name, ok := s.referent(name)
	if !ok || !x.in.follows(name) {
		return s
	}
	return s.set(name, called(name, v))
}

// referent is the variable that a name stands for: its own, or, where declare -n made it
// another's, that one's. Names that refer to each other in a circle stand for none: the
// shell says so, and sets nothing.
func (s *state) referent(name string) (string, bool) {
	for range s.vars.len() + 1 {
		v := s.vars.find(name)
		if v == nil || v.value.refers == "" {
			return name, true
		}
		name = v.value.refers
	}
	return name, false
}

// printfCommand walks printf, which with -v sets a variable to what it would print.
func printfCommand(x *walker, c *call, f flow) []flow {
	if len(c.args) < 2 || !strings.HasPrefix(c.args[1].text, "-v") {
		if f.st.saying != nil {
			text, known := x.printf(c)
			f = x.overhears(c, text, known, f)
		}
		return x.listsRemoved(c, x.succeeds(c, f))
	}
	at, name := 2, c.args[1].text[2:]
	if name == "" && len(c.args) > 2 {
		at, name = 3, c.args[2].text
	}
	if !syntax.ValidName(name) || c.loose {
		return setterCommand(x, c, f)
	}
	f.st = x.put(name, x.formatted(c.args[min(at, len(c.args)):], name), f.st)
	return x.succeeds(c, f)
}

// formatted is what printf makes of a format and its arguments.
func (x *walker) formatted(args []value, name string) value {
	if len(args) == 0 {
		return x.fresh(name)
	}
	format := args[0]
	switch {
	case !format.known:
		return x.fresh(name)
	case !strings.ContainsAny(format.text, `%\`) && len(args) == 1:
		return format
	case len(args) == 2 && (format.text == "%s" || format.text == "%d" || format.text == "%i" || format.text == "%u"):
		v := args[1]
		v.quoted = true
		return v
	}
	rest, out := format.text, literal("")
	for _, a := range args[1:] {
		before, after, found := strings.Cut(rest, "%s")
		if !found || strings.ContainsAny(before, `%\`) {
			return x.fresh(name)
		}
		out, rest = out.join(literal(before)).join(a), after
	}
	if strings.ContainsAny(rest, `%\`) {
		return x.fresh(name)
	}
	out = out.join(literal(rest))
	out.quoted = true
	return out
}

// assignsOnly walks name=word in arithmetic, where the word is one whose value may be
// known though it is no number that can be told: rc = $?.
func (x *walker) assignsOnly(e syntax.ArithmExpr, s *state) (v value, after *state, ok bool) {
	b, isBinary := e.(*syntax.BinaryArithm)
	if !isBinary || b.Op != syntax.Assgn {
		return value{}, s, false
	}
	name := shell.AssignedName(b)
	w, isWord := b.Y.(*syntax.Word)
	if name == "" {
		return value{}, s, false
	}
	if !isWord { // what the variable was before makes no difference
		n, after, ok := x.computed(b.Y, s)
		if !ok {
			return value{}, s, false
		}
		v = literal(itoa(n))
		return v, x.put(name, v, after), true
	}
	v = x.arithmeticValue(w, s)
	if _, isNumber := shell.Number(v.text); !v.nonzero && !(v.known && isNumber) && v.key != unknownStatus.key {
		return value{}, s, false
	}
	return v, x.put(name, v, s), true
}

// statusOfNumber ends arithmetic that came to a value.
func (x *walker) statusOfNumber(v value, at syntax.Node, f flow) []flow {
	switch {
	case v.nonzero || v.sure() && v.text != "0":
		return []flow{f.with(f.st.ok())}
	case v.sure():
		return []flow{f.with(f.st.withStatus(statusValue(1)))}
	}
	return x.choiceWhereAsked(at, f)
}

// choiceWhereAsked is a command of which nothing is known but that it ends.
func (x *walker) choiceWhereAsked(at syntax.Node, f flow) []flow {
	if !x.heeds(f.st) {
		return []flow{f.with(f.st.endedWith(&unknownStatus))}
	}
	n := x.node(protocol.Choose, at)
	n.Text = short(x.raw(at))
	yes, no := x.fork(f, n)
	return []flow{yes, no}
}
