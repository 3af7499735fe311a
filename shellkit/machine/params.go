package machine

import (
	"github.com/lockkit/lockkit/shellkit/program"
)

// An expansion is worked out where its parameter is known. What is open is a symbol made of
// what it hangs on; where the choice itself does something, runs a command or makes several
// words, it becomes a question of the protocol, and the step is made again with the answer.

// param is what an expansion of a parameter comes to.
func (x *expander) param(p *program.Part) piece {
	if v, ok := x.s.regs.remembered(p.ID); ok {
		return piece{value: v, quoted: p.Quoted, splits: true}
	}
	if x.s.regs != nil {
		if list, ok := x.s.regs.lists[p.ID]; ok {
			return piece{list: list, isList: true, quoted: true}
		}
	}
	out := x.expansion(p)
	if !x.stopped() && (assignsWithin(x.s.ins()) || p.Param.Name == "?") { // a substitution behind it has a status of its own
		x.keep(p, out)
	}
	return out
}

// keep notes what a part has come to, for something in the same words assigns, and a step
// may be made again behind that.
func (x *expander) keep(p *program.Part, out piece) {
	switch {
	case !out.isList && out.quoted == p.Quoted:
		x.remember(p.ID, out.value)
		return
	case !out.isList:
		out = piece{list: []field{{Value: out.value}}, isList: true, quoted: true}
	case !out.quoted:
		b := x.splitter(nil)
		b.add(out)
		b.end()
		out.list = b.out
	}
	x.s = x.s.clone()
	x.s.register(func(r *registers) { r.lists = with(r.lists, p.ID, out.list) })
}

func (x *expander) splitter(w *program.Word) *splitter {
	return &splitter{x: x, word: w, splits: x.m.facts(x.s).SplitsWords, now: empty}
}

// expansion is param for what was not expanded yet.
func (x *expander) expansion(p *program.Part) piece {
	q := p.Param
	switch {
	case !hasExpansion(x.m.facts(x.s), q.Op):
		return x.strange(p)
	case q.Op == program.Names, q.Op == program.Other:
		return x.names(p)
	case q.Op == program.Indirect:
		return x.indirect(p)
	case q.All != 0:
		return x.many(p)
	}
	if list, ok := x.wholeArray(p); ok {
		return x.operatedAll(p, list)
	}
	v := x.scalar(q)
	if x.stopped() {
		return piece{}
	}
	if !v.Known && x.s.facts[notEmpty+v.Key] {
		v.Filled = true
	}
	switch q.Op {
	case program.Default, program.AssignUnset, program.Fail, program.Alternative:
		return x.chosen(p, v)
	case program.IsSet:
		return piece{value: x.answered(p, x.isSet(q, v, false), v), quoted: p.Quoted, splits: true}
	}
	if x.s.opts.nounset && !x.required(p, v) {
		return piece{}
	}
	return piece{value: x.operated(p, v), quoted: p.Quoted, splits: true}
}

// scalar is the value of the parameter itself; it is Unset where nothing is there.
func (x *expander) scalar(q *program.Param) Value {
	if q.Index == nil {
		return x.variable(q.Name)
	}
	index := x.indexOf(q.Name, q.Index)
	if x.stopped() {
		return Value{}
	}
	return x.element(q.Name, index)
}

// element is an element of an array, or what a plain variable is as one.
func (x *expander) element(name string, index Value) Value {
	facts := x.m.facts(x.s)
	v, ok := x.s.lookup(name)
	open := func(of ...Value) Value {
		return derived("${"+name+"["+index.Text+"]}", "element", append(of, index)...)
	}
	switch {
	case !ok || v.List == nil:
		v := x.variable(name)
		if v.Unset || !facts.ArraysFromOne && index.Known && index.Text == "0" {
			return v
		}
		if facts.ArraysFromOne || !index.Known || !v.Known {
			return open(v)
		}
		return nothing
	case v.List.Loose:
		return open(v.List.values()...)
	}
	if n, isNumber := integer(index.Text); isNumber && index.Known && n < 0 && !v.List.Keyed {
		if !countsBack(facts) {
			return open(v.List.values()...)
		}
		index = Literal(itoa(v.List.next(0) + int(n)))
	}
	got, known := v.List.at(index)
	if !known && got.Unset || !v.List.placed(index) {
		return open(v.List.values()...)
	}
	return got
}

// values are the elements of an array.
func (l *List) values() (out []Value) {
	for _, it := range l.Items {
		out = append(out, it.Key, it.Value)
	}
	return out
}
