package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A word is expanded part by part. Where a part is a command, that has to run first: the
// step that asked for the word becomes the beginning of its child, and is made again once
// that has ended. What parts have come to meanwhile is kept in the registers, so that none
// is expanded twice.

// expander expands one word.
type expander struct {
	m    *machine
	s    *State
	need *program.Part // a command that has to run first
	over *outcome      // the shell ends here: ${x?}
}

// piece is what a part comes to: a value, or the words of a list.
type piece struct {
	value  Value
	list   []field
	isList bool
	quoted bool
	// splits is set for what may be parted into words, printed for what a command has printed.
	splits, printed bool
}

// single is a word as one value, handed on with the state behind its expansion.
func (m *machine) single(w *program.Word, s *State, then func(Value, *State) outcome) outcome {
	x := &expander{m: m, s: s}
	v := x.joined(w)
	if o, goesOn := x.goesOn(); !goesOn {
		return o
	}
	return then(v, x.s)
}

// fields are the words that a word comes to.
func (m *machine) fields(w *program.Word, s *State, then func([]field, *State) outcome) outcome {
	x := &expander{m: m, s: s}
	list := x.split(w)
	if o, goesOn := x.goesOn(); !goesOn {
		return o
	}
	return then(list, x.s)
}

// pattern is a word as a pattern: what is quoted in it stands for itself.
func (m *machine) pattern(w *program.Word, s *State, then func(pattern, *State) outcome) outcome {
	x := &expander{m: m, s: s}
	p := x.pattern(w)
	if o, goesOn := x.goesOn(); !goesOn {
		return o
	}
	return then(p, x.s)
}

// goesOn tells whether the word is expanded; else it is said what has to happen.
func (x *expander) goesOn() (outcome, bool) {
	switch {
	case x.over != nil:
		return *x.over, false
	case x.need != nil:
		return x.m.substitute(x.s, x.need), false
	}
	return outcome{}, true
}

func (x *expander) stopped() bool { return x.need != nil || x.over != nil }

// pieces are what the parts of a word come to.
func (x *expander) pieces(w *program.Word) (out []piece) {
	if w == nil {
		return nil
	}
	for i := range w.Parts {
		out = append(out, x.part(&w.Parts[i]))
		if x.stopped() {
			return nil
		}
	}
	return out
}

// joined is a word as one value: lists are joined by blanks.
func (x *expander) joined(w *program.Word) Value {
	v := empty
	for _, p := range x.pieces(w) {
		if p.isList {
			v = v.with(p.value.orEmpty())
			continue
		}
		if p.value.Unset {
			p.value = empty
		}
		if only := w != nil && len(w.Parts) == 1; only {
			return p.value
		}
		v = v.with(p.value)
	}
	return v
}

func (x *expander) joinedList(list []field) Value {
	v := empty
	for i, f := range list {
		if i > 0 {
			v = v.with(Literal(" "))
		}
		if f.loose {
			v = v.with(derived("$@", "words", f.Value))
			continue
		}
		v = v.with(f.Value)
	}
	return v
}

// split is a word as the words that a command gets.
func (x *expander) split(w *program.Word) (out []field) {
	pieces := x.pieces(w)
	if x.stopped() {
		return nil
	}
	b := &splitter{x: x, word: w, splits: x.m.facts(x.s).SplitsWords}
	for _, p := range pieces {
		b.add(p)
	}
	b.end()
	if len(b.out) != 1 || len(w.Parts) != 1 {
		for i := range b.out {
			if len(b.out) > 1 {
				b.out[i].word = nil
			}
		}
	}
	return b.out
}

// splitter puts words together.
type splitter struct {
	x      *expander
	word   *program.Word
	splits bool
	out    []field
	now    Value
	some   bool // the word at hand is there, even if it is empty
	loose  bool
	globs  bool
}

func (b *splitter) end() {
	if b.some || !b.now.blank() && b.now.Key != "" {
		b.out = append(b.out, field{Value: b.now, word: b.word, loose: b.loose || b.globs && !b.x.s.opts.noglob})
	}
	b.now, b.some, b.loose, b.globs = empty, false, false, false
}

func (b *splitter) write(v Value) {
	if v.Unset {
		return
	}
	if b.now.Key == "" {
		b.now = v
		return
	}
	b.now = b.now.with(v)
}

func (b *splitter) add(p piece) {
	switch {
	case p.isList:
		for i, f := range p.list {
			if i > 0 {
				b.end()
			}
			if p.quoted || !f.Known {
				b.write(f.Value)
				b.some, b.loose = true, b.loose || f.loose
			} else {
				b.part(f.Value)
			}
		}
	case p.quoted || !p.splits:
		b.globs = b.globs || !p.quoted && isGlob(p.value.Text)
		b.write(p.value)
		b.some = true
	case !p.value.Known:
		b.write(p.value)
		b.some = b.some || p.value.full()
		b.loose = b.loose || p.printed && !p.value.Number && p.value.Command == "" && !p.value.Fresh
		if !p.value.full() {
			b.some = true // it may be none; it is taken for one, as most are
		}
	default:
		b.part(p.value)
	}
}

// part parts a known value at the separators.
func (b *splitter) part(v Value) {
	if !b.splits || v.Unset {
		if v.Text != "" {
			b.write(v)
			b.globs = b.globs || b.x.m.facts(b.x.s).GlobsValues && isGlob(v.Text)
		}
		return
	}
	ifs := b.x.separators()
	text := v.Text
	white := func(c byte) bool { return (c == ' ' || c == '\t' || c == '\n') && strings.IndexByte(ifs, c) >= 0 }
	i := 0
	for i < len(text) {
		c := text[i]
		if strings.IndexByte(ifs, c) < 0 {
			from := i
			for i < len(text) && strings.IndexByte(ifs, text[i]) < 0 {
				i++
			}
			one := v
			one.Text, one.Key, one.Known = text[from:i], text[from:i], true
			b.write(one)
			b.globs = b.globs || isGlob(text[from:i])
			b.some = true
			continue
		}
		hard := false
		began := i == 0 && !b.some && b.now.blank()
		for i < len(text) && strings.IndexByte(ifs, text[i]) >= 0 {
			if !white(text[i]) {
				if hard {
					b.some = true
					b.end()
				}
				hard = true
			}
			i++
		}
		if began && !hard {
			continue
		}
		if hard {
			b.some = true
		}
		b.end()
	}
}

// separators are the letters at which words are parted.
func (x *expander) separators() string {
	v, ok := x.s.vars.get("IFS")
	switch {
	case !ok || v.Value.Unset:
		return " \t\n"
	case !v.Value.Known:
		return " \t\n"
	}
	return v.Value.Text
}

// part is what a part of a word comes to.
func (x *expander) part(p *program.Part) piece {
	switch p.Kind {
	case program.Text:
		return piece{value: Literal(p.Text), quoted: p.Quoted}
	case program.Tilde:
		return piece{value: x.home(p.Text), quoted: true}
	case program.Expansion:
		return x.param(p)
	case program.Calculation:
		return piece{value: x.calculation(p), quoted: p.Quoted, splits: true}
	case program.Substitution, program.Process:
		return x.substitution(p)
	}
	x.m.unknown(p.Span, "%s is not understood", short(p.Raw))
	v := Symbol(p.Raw, p.Raw+"@"+p.Span.Start.String())
	v.Blind = true
	return piece{value: v, quoted: p.Quoted, splits: true}
}

func (x *expander) home(text string) Value {
	if text == "~" {
		if v, ok := x.s.vars.get("HOME"); ok {
			return v.Value
		}
	}
	v := Symbol(text, text)
	v.Filled = true
	return v
}

// substitution is what a command has printed, where it has run.
func (x *expander) substitution(p *program.Part) piece {
	if v, ok := x.s.regs.remembered(p.ID); ok {
		return piece{value: v, quoted: p.Quoted, splits: true, printed: true}
	}
	if p.Kind == program.Substitution && len(p.Code.Ins) == 0 {
		return piece{value: empty, quoted: p.Quoted, splits: true}
	}
	x.need = p
	return piece{}
}

func (r *registers) remembered(id int) (Value, bool) {
	if r == nil {
		return Value{}, false
	}
	v, ok := r.memo[id]
	return v, ok
}

// remember keeps what a part has come to, for it has done something on the way.
func (x *expander) remember(id int, v Value) {
	x.s = x.s.clone()
	x.s.register(func(r *registers) { r.memo = with(r.memo, id, v) })
}

func with[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	out := make(map[K]V, len(m)+1)
	for key, value := range m {
		out[key] = value
	}
	out[k] = v
	return out
}

// substitute begins the child that runs the command of a part. Its traps are back to
// their defaults, what it prints is caught.
func (m *machine) substitute(s *State, p *program.Part) outcome {
	n := node(protocol.Sub, p.Span)
	n.Text = "$( )"
	if p.Kind == program.Process {
		n.Text = "<( )"
	}
	t := m.inChild(s, p.Code, frame{what: n.Text, part: p.ID, phase: s.phase, out: &output{text: empty}})
	t.stack.code, t.stack.pc = s.code, s.pc
	if p.Kind == program.Substitution {
		if m.facts(s).SubstUnchecked {
			t.asked, t.denied = 0, false
		}
		if m.facts(s).SubstGoesOn && !(m.facts(s).SubstAsks && (s.opts.posix || s.opts.inherits)) {
			t.opts.errexit = false
		}
		t.fds = t.fds.with(1, descriptor{open: true, to: captured + outlet(itoa(t.stack.depth()))})
	}
	return outcome{node: &n, next: t}
}

// depth is how many frames there are.
func (f *frame) depth() (n int) {
	for ; f != nil; f = f.up {
		n++
	}
	return n
}

// printed is what a substitution comes to: without the line ends behind it.
func (m *machine) printed(f *frame, at *program.Part) Value {
	if f.out.lost {
		v := Symbol("$(…)", "output"+itoa(f.part)+"@"+itoa(int(f.begin)))
		v.Blind = true
		return v
	}
	v := f.out.text
	if v.Known {
		v = Literal(strings.TrimRight(v.Text, "\n"))
	}
	return v
}

// variable is the value of a variable or parameter.
func (x *expander) variable(name string) Value {
	s, facts := x.s, x.m.facts(x.s)
	v, ok := s.lookup(name)
	if ok {
		if v.List != nil {
			return v.List.first(facts.ArraysFromOne, x)
		}
		return v.Value
	}
	switch {
	case name == "?", name == "status" && hasName(facts.SmallNames, name):
		return s.status
	case name == "PWD":
		return s.folder()
	case name == "#":
		return s.params.count()
	case name == "-":
		return derived("$-", "options", Literal(s.optionLetters()))
	case name == "!":
		return empty
	case name == "_":
		return Symbol("$_", "_@"+s.code.Span.Start.String()+itoa(s.pc))
	case shell.IsParameter(name):
		i, _ := shell.Number(name)
		return s.params.at(i)
	case name == "0":
		return s.params.name
	case facts.IsPrivate(name):
		v := Symbol("$"+name, name)
		v.Private, v.Number, v.Filled = true, true, true
		if v.Fresh = name == "$" || name == "BASHPID"; !v.Fresh {
			v.Key = mark + name + "@" + s.code.Span.Start.String() + itoa(s.pc) + mark
		}
		if name == "BASHPID" && s.child() == nil && !s.proc.child {
			v.Key = mark + "$" + mark
		}
		return v
	case name == "IFS":
		return Literal(" \t\n")
	case name == "OPTIND":
		return Literal("1")
	case name == "LINENO", mayBeGiven(name, facts):
		v := Symbol("$"+name, name)
		v.Input = name != "LINENO"
		return v
	}
	return nothing
}

func hasName(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// mayBeGiven tells whether a variable that nothing has set may have a value: the shell or
// the environment gives it. A name in small letters that nothing sets is empty.
func mayBeGiven(name string, facts *shell.Dialect) bool {
	return strings.ToUpper(name) == name || hasName(facts.SmallNames, name)
}

// lookup is what a name stands for, where a reference is followed.
func (s *State) lookup(name string) (Variable, bool) {
	for range 8 {
		v, ok := s.vars.get(name)
		if !ok || v.Refers == "" {
			return v, ok
		}
		name = v.Refers
	}
	return Variable{}, false
}

// folder is the working directory.
func (s *State) folder() Value {
	if s.cwd.Key != "" {
		return s.cwd
	}
	v := Symbol("$PWD", "PWD")
	v.Filled = true
	return v
}

// count is $#.
func (p *params) count() Value {
	if !p.open() {
		return Literal(itoa(len(p.list)))
	}
	v := derived("$#", "count"+itoa(len(p.list)-p.past), p.rest)
	v.Number, v.Input, v.Filled = true, true, true
	return v
}

// first is what an array is without an index.
func (l *List) first(fromOne bool, x *expander) Value {
	if fromOne {
		v := empty
		for i, it := range l.Items {
			if i > 0 {
				v = v.with(Literal(" "))
			}
			v = v.with(it.Value)
		}
		return v
	}
	v, _ := l.at(Literal("0"))
	return v
}

// at is an element, and whether it is known which one that is.
func (l *List) at(key Value) (Value, bool) {
	for _, it := range l.Items {
		if it.Key.Key == key.Key {
			return it.Value, true
		}
	}
	known := key.Known && !l.Loose
	for _, it := range l.Items {
		known = known && it.Key.Known
	}
	return nothing, known
}

// optionLetters are the options that are set, as $- shows some of them.
func (s *State) optionLetters() string {
	letters := ""
	for _, o := range []struct {
		on     bool
		letter string
	}{{s.opts.errexit, "e"}, {s.opts.noglob, "f"}, {s.opts.nounset, "u"}, {s.opts.noclobber, "C"}} {
		if o.on {
			letters += o.letter
		}
	}
	return letters
}
