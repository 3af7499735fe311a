package extract

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Bounds of the turns of an exact walk.
const (
	maxExact = 200     // turns in which nothing was asked
	maxAsked = 8       // turns in which something was; then what a turn changes is forgotten
	maxGrown = 1 << 14 // bytes of what the turns have made of the words that the script was given
)

// exactTurns walks a loop with all that is known in every turn. A loop in which the
// world is asked may take any number of turns: after some, what a turn has changed
// is not known in the next one.
func (x *walker) exactTurns(at syntax.Node, f flow, head func(flow) (body, done []flow), do []*syntax.Stmt) []flow {
	type round struct {
		flow
		before *state // at the beginning of the turn before; nil in the first
		turns  int
		asked  int // of them
	}
	heads := map[key]protocol.ID{}
	place := x.here
	var out []flow
	for todo := []round{{flow: f}}; len(todo) > 0; {
		r := todo[0]
		todo = todo[1:]
		if r.asked > 0 {
			x.here = place
			r.st = x.forgets(r.st, r.before, r.asked)
		}
		if r.st.traps() == "" {
			r.flow = x.without(r.flow, x.live.around[len(x.live.around)-1].head)
		}
		if id, ok := heads[r.st.key()]; ok {
			x.connect(r.flow, id)
			continue
		}
		n := x.node(protocol.Work, at)
		if r.turns >= maxExact || len(r.st.params.key()) > maxGrown {
			n.Op, n.Text = protocol.Opaque, "a loop that changes with every turn"
			x.dunno(at, "%s", n.Text)
			out = append(out, x.then(r.flow, n))
			continue
		}
		n.Text, n.Mode = "turn", protocol.Quiet
		g := x.then(r.flow, n)
		heads[g.st.key()] = g.from[0].node
		questions := x.questions
		again, gone := x.turn(at, g, head, do, x.asksBefore(at))
		out = append(out, gone...)
		next := round{before: g.st, turns: r.turns + 1, asked: r.asked}
		if x.questions > questions {
			next.asked++
		}
		for _, h := range x.merge(again, false) {
			next.flow = h
			todo = append(todo, next)
		}
	}
	return out
}

// forgets returns the state at the beginning of a turn without what the turn before
// has changed and what every turn may change again: a counter, and after some turns
// all but a list that is worked off, which ends by itself.
func (x *walker) forgets(now, before *state, asked int) *state {
	other := now
	for name, v := range now.vars.all() {
		old, had := before.vars.get(name)
		switch {
		case had && old == v:
		case v.known && old.known && len(v.text) < len(old.text):
		case x.in.counts(name):
			other = other.set(name, old)
		case asked >= maxAsked && had:
			other = other.set(name, old)
		case asked >= maxAsked:
			other = other.without(name)
		}
	}
	return x.widen(now, other)
}
