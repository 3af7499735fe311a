package extract

import (
	"maps"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// edge is a way out of a node that does not lead anywhere yet.
type edge struct {
	node      protocol.ID
	otherwise bool
}

// how says where a flow goes on.
type how uint8

const (
	onward    how = iota // with the next command
	returning            // after the function
	breaking             // after the loop
	continuing
	leaving // the (sub)shell exits
)

// flow is one walk: what it knows and the edges that it comes from.
type flow struct {
	st     *state
	from   []edge
	how    how
	levels int // of loops that break or continue still has to pass
}

func (f flow) with(st *state) flow { f.st = st; return f }

func (f flow) going(h how) flow {
	f.how = h
	if h == onward {
		f.levels = 0
	}
	return f
}

// add appends a node behind the flow and returns its id. The caller decides what
// goes on from it.
func (x *walker) add(f flow, n protocol.Node) protocol.ID {
	ends := x.facts.ErrexitFirst && f.st.opts.errexit && !x.ctx.checked && !n.Mode.Has(protocol.Quiet) &&
		(n.Op == protocol.Work || n.Op == protocol.Flock || n.Op == protocol.Sub)
	if ends && x.untrapsAt(f.st) {
		n.Handlers = x.untrapped(f.st)
	} else {
		n.Handlers = x.handlers(f.st) // which may add nodes of its own
		if ends {
			n.Mode |= protocol.Fatal
		}
	}
	id := protocol.ID(len(x.p.Nodes))
	if len(x.p.Nodes) == cap(x.p.Nodes) { // twice as many: a walk may make thousands
		x.p.Nodes = slices.Grow(x.p.Nodes, len(x.p.Nodes)+64)
	}
	x.p.Nodes = append(x.p.Nodes, n)
	x.connect(f, id)
	return id
}

func (x *walker) connect(f flow, id protocol.ID) {
	for _, e := range f.from {
		if e.otherwise {
			x.p.Nodes[e.node].Else = id
		} else {
			x.p.Nodes[e.node].Next = id
		}
	}
	if len(f.from) == 0 && x.start == protocol.None {
		x.start = id
	}
}

// then appends a node that has one way out.
func (x *walker) then(f flow, n protocol.Node) flow {
	id := x.add(f, n)
	f.from = []edge{{node: id}}
	return f
}

// fork appends a node that succeeds or fails.
func (x *walker) fork(f flow, n protocol.Node) (ok, fail flow) {
	x.questions++
	id := x.add(f, n)
	ok, fail = f, f
	ok.from, ok.st = []edge{{node: id}}, f.st.ok()
	fail.from, fail.st = []edge{{node: id, otherwise: true}}, f.st.fail()
	return ok, fail
}

// both appends a node whose outcome does not matter to what follows.
func (x *walker) both(f flow, n protocol.Node) flow {
	x.questions++
	id := x.add(f, n)
	f.from = []edge{{node: id}, {node: id, otherwise: true}}
	f.st = f.st.endedWith(&unknownStatus)
	return f
}

// merge joins flows that have equal futures. With status they must also have
// ended alike. Beyond the bound, what tells the flows apart is forgotten.
func (x *walker) merge(in []flow, status bool) []flow {
	for i := range in {
		in[i] = x.dead(in[i])
	}
	if len(in) < 2 {
		if len(in) == 1 && !status && in[0].how == onward {
			in[0].st = in[0].st.endedWith(&unknownStatus)
		}
		return in
	}
	type id struct {
		key    key
		status string
		how    how
		levels int
	}
	var at ranks[id]
	var out []flow
	for _, f := range in {
		if !status && f.how == onward {
			f.st = f.st.endedWith(&unknownStatus)
		}
		i, ok := at.of(id{x.mergeKey(f.st), f.st.status.key, f.how, f.levels})
		if !ok {
			out = append(out, f)
			continue
		}
		out[i].from = append(out[i].from[:len(out[i].from):len(out[i].from)], f.from...)
		out[i].st = x.widen(out[i].st, f.st)
	}
	if len(out) > x.effort.most() {
		return x.squeeze(out)
	}
	return out
}

// mergeKey names what must be equal for two flows to be joined: the flags of
// locks, traps, options; in a careful walk also what the armed traps will see.
// Other variables are widened instead.
func (x *walker) mergeKey(s *state) key {
	if x.effort == exact {
		return s.key()
	}
	if s.split == 0 {
		s.split = s.keyOf(x.split, true).and(x.seenByTraps(s))
	}
	return s.split
}

// seenByTraps is the part of a state that the armed traps will see, as far as the
// walk tells such states apart.
func (x *walker) seenByTraps(s *state) string {
	if x.effort > careful {
		return ""
	}
	return x.handlersKey(s)
}

// widen returns a state that is true for both.
func (x *walker) widen(a, b *state) *state {
	if a == b || a.same(b) {
		if a.status.key != b.status.key {
			return a.endedWith(&unknownStatus)
		}
		return a
	}
	out := a
	a.vars.unlike(b.vars, func(v, w *variable) {
		if out == a {
			out = a.clone()
		}
		name, either := x.either(v, w)
		out.vars = out.vars.with(name, either)
		out.forget(either.key)
	})
	if len(a.facts) > 0 || len(b.facts) > 0 {
		out = out.clone()
		out.facts = maps.Clone(out.facts)
		maps.DeleteFunc(out.facts, func(f string, truth bool) bool {
			other, ok := b.facts[f]
			return !ok || other != truth
		})
	}
	if open := a.fds & b.fds; open != out.fds {
		out = out.clone()
		out.fds = open
	}
	if !a.params.same(b.params) {
		out = x.unknownParams(out, b.params)
	}
	if a.printing() != b.printing() {
		out = out.clone()
		if out.told = nil; out.saying != nil {
			out.saying = &saying{}
		}
	}
	if a.status.key != b.status.key {
		out = out.endedWith(&unknownStatus)
	}
	return out
}

// either is what a variable is of which two states do not say the same; nil is not set.
func (x *walker) either(v, w *variable) (name string, both value) {
	if v == nil {
		return w.name, x.fresh(w.name)
	}
	both = x.fresh(v.name)
	if x.effort == exact && x.in.counts(v.name) {
		both = someNumber(v.name)
	}
	var a, b value = v.value, value{}
	if w != nil {
		b = w.value
	}
	both.private, both.fresh, both.inside = a.private && b.private, a.fresh && b.fresh, a.inside && b.inside
	both.mixed = a.mixed || b.mixed || a.private != b.private
	return v.name, both
}

// squeeze joins flows that differ only in variables, so that few are left: where that is
// enough, those alone that do not differ in the flags of locks.
func (x *walker) squeeze(in []flow) []flow {
	x.full = x.full || x.effort == thorough // a walk that is less thorough keeps what matters apart
	if out := x.joined(in, true); len(out) <= x.effort.most() {
		return out
	}
	return x.joined(in, false)
}

// joined joins flows that differ only in variables, and in what the shell was given; with
// flags, not in the flags of locks.
func (x *walker) joined(in []flow, flags bool) []flow {
	type id struct {
		flags  key
		traps  string
		funcs  string
		seen   string // by the traps
		opts   options
		status string
		how    how
		levels int
	}
	var at ranks[id]
	var out []flow
	for _, f := range in {
		k := id{traps: f.st.traps(), funcs: f.st.functions(), seen: x.seenByTraps(f.st), opts: f.st.opts, status: f.st.status.key, how: f.how, levels: f.levels}
		if flags {
			b := newKeyMaker()
			b.some(f.st.vars, x.split)
			b.end()
			k.flags = b.sum()
		}
		if i, ok := at.of(k); ok {
			out[i].from = append(out[i].from[:len(out[i].from):len(out[i].from)], f.from...)
			out[i].st = x.widen(out[i].st, f.st)
			continue
		}
		out = append(out, f)
	}
	return out
}

// ranks number what is asked for, in the order in which it is.
type ranks[K comparable] struct {
	few  [fewRanks]K
	n    int
	many map[K]int
}

// fewRanks are found faster one by one than by their hashes.
const fewRanks = 8

// of returns the number of k, and whether it has been asked for before.
func (r *ranks[K]) of(k K) (int, bool) {
	if r.many == nil {
		if i := slices.Index(r.few[:r.n], k); i >= 0 {
			return i, true
		}
		if r.n < fewRanks {
			r.few[r.n] = k
			r.n++
			return r.n - 1, false
		}
		r.many = make(map[K]int, 2*fewRanks)
		for i, k := range r.few {
			r.many[k] = i
		}
	}
	i, ok := r.many[k]
	if !ok {
		i = len(r.many)
		r.many[k] = i
	}
	return i, ok
}

// fresh is the value of a variable about which nothing is known from here on.
func (x *walker) fresh(name string) value {
	return symbol("$"+name, name+"@"+x.here.key())
}
