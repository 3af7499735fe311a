package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// assigns works out what an assignment gives, and carries it out, or keeps it for the
// command before which it stands.
func (m *machine) assigns(s *State, in *program.Ins) outcome {
	x := &expander{m: m, s: s}
	a := assigned{to: in.Assign}
	switch to := in.Assign; {
	case to.Words != nil: // an operand that is no assignment
		a.value = x.joined(to.Words)
	case to.IsList:
		a.list = x.listOf(to)
	default:
		a.value = x.joined(to.Value)
		if a.value.Unset {
			a.value = empty
		}
	}
	if in.Assign.Index != nil && !x.stopped() {
		a.index = x.indexOf(in.Assign.Name, in.Assign.Index)
	}
	if o, goesOn := x.goesOn(); !goesOn {
		return o
	}
	t := x.s.next()
	t.register(func(r *registers) { r.forget() })
	if in.Before {
		t.register(func(r *registers) { r.before = appended(r.before, a) })
		return goes(t)
	}
	if v, _ := t.vars.get(a.to.Name); v.Constant {
		return m.refusesConstant(t, in, a.to.Name)
	}
	return goes(m.assigned(t, a))
}

// refusesConstant is an assignment to what is readonly: it fails, or the script ends.
func (m *machine) refusesConstant(s *State, in *program.Ins, name string) outcome {
	t := s.ended(status(1))
	if m.facts(s).ConstantsEnd {
		return goes(t.exits())
	}
	m.unknown(in.Span, "what becomes of a command that assigns to the constant %s", name)
	return goes(t)
}

// indexOf is an index: a number, or the text of a key.
func (x *expander) indexOf(name string, w *program.Word) Value {
	v, _ := x.s.lookup(name)
	if v.List != nil && v.List.Keyed {
		return x.joined(w)
	}
	return x.number(w)
}

// number is a word as arithmetic reads it.
func (x *expander) number(w *program.Word) Value {
	if text, ok := w.Literal(); ok && isName(text) {
		return x.arithmetic(&program.Arith{Word: w, Raw: w.Raw})
	}
	v := x.joined(w)
	if v.Known && isName(v.Text) {
		return x.orZero(x.variable(v.Text))
	}
	if n, ok := shell.Number(strings.TrimSpace(v.Text)); ok && v.Known {
		return Literal(itoa(n))
	}
	if !v.Known || isNumber(v) {
		return v
	}
	return derived(w.Raw, "index", v)
}

// orZero is what arithmetic makes of nothing.
func (x *expander) orZero(v Value) Value {
	if v.blank() {
		return Literal("0")
	}
	return v
}

// listOf is the elements that are assigned to an array.
func (x *expander) listOf(to *program.Assignment) *List {
	old, _ := x.s.lookup(to.Name)
	l := &List{}
	if old.List != nil {
		l.Keyed = old.List.Keyed
	}
	next := 0
	if x.m.facts(x.s).ArraysFromOne {
		next = 1
	}
	if to.Append && old.List != nil {
		l.Items, l.Loose = appended(old.List.Items), old.List.Loose
		next = old.List.next(next)
	} else if to.Append && !old.Value.Unset && old.Value.Key != "" {
		l.Items = []Item{{Literal(itoa(next)), old.Value}}
		next++
	}
	for _, e := range to.List {
		if e.Index != nil {
			key := x.indexOf(to.Name, e.Index)
			v := x.joined(e.Value)
			if x.stopped() {
				return nil
			}
			l = l.with(key, v)
			if n, ok := shell.Number(key.Text); ok && key.Known {
				next = n + 1
			}
			continue
		}
		for _, f := range x.split(e.Value) {
			l.Items = appended(l.Items, Item{Literal(itoa(next)), f.Value})
			l.Loose = l.Loose || f.loose
			next++
		}
		if x.stopped() {
			return nil
		}
	}
	return l
}

// next is the index behind the last element.
func (l *List) next(first int) int {
	for _, it := range l.Items {
		if n, ok := shell.Number(it.Key.Text); ok && it.Key.Known {
			first = max(first, n+1)
		}
	}
	return first
}

// with is the list in which an element is so. Where it is not known which one that is, it
// may be any.
func (l *List) with(key, v Value) *List {
	n := &List{Keyed: l.Keyed, Loose: l.Loose || !key.Known}
	done := false
	for _, it := range l.Items {
		switch {
		case it.Key.Key == key.Key:
			n.Items, done = append(n.Items, Item{key, v}), true
		case !key.Known:
			n.Items = append(n.Items, Item{it.Key, derived("${…}", "perhaps "+key.Key, it.Value, v)})
		default:
			n.Items = append(n.Items, it)
		}
	}
	if done {
		return n
	}
	if k, ok := shell.Number(key.Text); ok && key.Known && !l.Keyed {
		for i, it := range n.Items {
			if at, ok := shell.Number(it.Key.Text); ok && at > k {
				n.Items = append(n.Items[:i:i], append([]Item{{key, v}}, n.Items[i:]...)...)
				return n
			}
		}
	}
	n.Items = append(n.Items, Item{key, v})
	return n
}

// assigned is the state in which an assignment has been carried out.
func (m *machine) assigned(s *State, a assigned) *State {
	switch {
	case a.to.Words != nil || a.to.Name == "":
		return s
	case a.list != nil:
		return s.setVariable(a.to.Name, func(v Variable) Variable {
			v.List, v.Value = a.list, empty
			return v
		})
	case a.index.Key != "":
		v := a.value
		if a.to.Append {
			old, _ := s.lookup(a.to.Name)
			if old.List != nil {
				was, _ := old.List.at(a.index)
				v = m.sum(old, was, v)
			}
		}
		return m.assignElement(s, a.to.Name, a.index, v)
	case a.to.Append:
		old, _ := s.lookup(a.to.Name)
		if old.List != nil {
			first := Literal("0")
			if m.facts(s).ArraysFromOne {
				return s.setVariable(a.to.Name, func(v Variable) Variable {
					v.List = old.List.with(Literal(itoa(old.List.next(1))), a.value)
					return v
				})
			}
			was, _ := old.List.at(first)
			return m.assignElement(s, a.to.Name, first, m.sum(old, was, a.value))
		}
		return m.assign(s, a.to.Name, m.sum(old, old.Value, a.value))
	}
	return m.assign(s, a.to.Name, a.value)
}

// sum is what += makes: a text that is longer, or a number of an integer.
func (m *machine) sum(of Variable, was, more Value) Value {
	if !of.Integer {
		return was.orEmpty().with(more)
	}
	a, okA := shell.Number(was.Text)
	b, okB := shell.Number(more.Text)
	if okA && okB && was.Known && more.Known {
		return Literal(itoa(a + b))
	}
	v := derived("$n", "+", was, more)
	v.Number = true
	return v
}

func (v Value) orEmpty() Value {
	if v.Unset || v.Key == "" {
		return empty
	}
	return v
}

// assign is the state in which a variable has a value. An answer that was about the value
// that it had is about that still.
func (m *machine) assign(s *State, name string, v Value) *State {
	if v.Unset {
		v = empty
	}
	return s.setVariable(name, func(old Variable) Variable {
		if old.Integer && !isNumber(v) {
			v = derived("$"+name, "integer", v)
			v.Number = true
		}
		if old.List != nil {
			old.List = old.List.with(Literal("0"), v)
			return old
		}
		old.Value = v
		return old
	})
}

// assignElement is the state in which an element of an array has a value.
func (m *machine) assignElement(s *State, name string, key, v Value) *State {
	return s.setVariable(name, func(old Variable) Variable {
		if old.List == nil {
			old.List = &List{}
			if !old.Value.Unset && old.Value.Key != "" {
				old.List.Items = []Item{{Literal("0"), old.Value}}
			}
		}
		old.List = old.List.with(key, v)
		return old
	})
}

// setVariable changes what a name stands for; a reference is followed.
func (s *State) setVariable(name string, change func(Variable) Variable) *State {
	for range 8 {
		v, ok := s.vars.get(name)
		if !ok || v.Refers == "" {
			break
		}
		name = v.Refers
	}
	v, ok := s.vars.get(name)
	if !ok {
		v.Value = nothing
	}
	t := s.clone()
	t.vars = t.vars.with(name, change(v))
	if s.opts.allexport {
		v, _ := t.vars.get(name)
		v.Exported = true
		t.vars = t.vars.with(name, v)
	}
	return t
}

// local is the state in which a name is that of a variable of the function at hand.
func (s *State) local(name string) *State {
	var depth int
	for f := s.stack; f != nil && f.kind != inChild; f = f.up {
		if f.kind == inCall {
			return s.localAt(name, depth)
		}
		depth++
	}
	return s
}

// localAt is local for the function whose frame is so deep.
func (s *State) localAt(name string, depth int) *State {
	was, had := s.vars.get(name)
	if !had {
		was = Variable{Value: unset}
	}
	var put func(f *frame, depth int) *frame
	put = func(f *frame, depth int) *frame {
		g := *f
		g.hash = 0
		if depth > 0 {
			g.up = put(f.up, depth-1)
		} else if _, already := f.locals.get(name); !already {
			g.locals = f.locals.with(name, was)
		}
		return &g
	}
	t := s.clone()
	t.stack = put(s.stack, depth)
	return t
}

// isLocal tells whether a name is that of a variable of the function at hand, and how many
// frames further out the function is whose variable it is, or -1.
func (s *State) declaredAt(name string) (depth int, calls int) {
	for f := s.stack; f != nil; f = f.up {
		if f.kind == inCall {
			if _, ok := f.locals.get(name); ok {
				return depth, calls
			}
			calls++
		}
		if f.kind == inChild {
			break
		}
		depth++
	}
	return -1, calls
}
