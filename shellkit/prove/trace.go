package prove

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Event is one row of a schedule: one operation of one process, a signal, or a
// kill, with everything that a replay or a drawing of it needs.
type Event struct {
	Process int // from 1, in the order in which they appear
	Parent  int // of a background child: the process that started it; else 0
	Script  int // index of the protocol that it runs
	Kind    Kind
	Node    protocol.ID // none for a kill and for a death by a signal
	OK      bool        // the operation took the edge Next
	Waits   bool        // it does not come back: it waits for what never comes, or for a conversion
	Signal  string      // "TERM" where a signal arrives
	Hidden  bool        // nothing of it is in the world: not a row for a reader
	Forks   bool        // there are two ways on from it, and OK says which one it took
	Name    int         // NameRow.Name of the node's path; 0 where that is no lock's
	To      int         // the same for where a Rename leads
	Child   int         // the process that it starts, or 0
	Alone   bool        // a signal that reaches the shell and nobody else
	Along   bool        // a signal that is the one which has hit the group in an event before
	Stands  bool        // a frame has died of a signal, and its redirects are there until the trap around it has run
	Span    source.Span
	Op      string // what the process does: "flock -n 9"
	Effect  string // what the kernel makes of it: "busy: A has inode 1"
	Inside  []int  // the processes that are now within their belief span of the lock
	Table   Table  // what the kernel has now
}

// tracer tells the story of a schedule in a numbering that people can follow.
type tracer struct {
	m      *model
	lock   int // whose insiders are told, or none
	start  State
	raw    State
	shown  [maxProcs]int // by process: its number in the trace, 0 before it appears
	parent [maxProcs]int
	count  int
	script []int // by number in the trace, from 0
	events []Event
	keep   func(row) // takes the rows instead, where nobody is going to read them
}

func (e *explorer) violation(h hit) Violation {
	m := e.m
	t := &tracer{m: m, lock: h.lock}
	e.retell(t, h, e.path(h))
	return m.told(t, h.property, m.locks[h.lock].text)
}

// told makes a violation of a schedule that a tracer has followed.
func (m *model) told(t *tracer, property Property, lock string) Violation {
	out := Violation{Property: property, Lock: lock, Events: t.events, Scripts: t.script}
	out.Start = m.table(&t.start, t)
	out.Trace = &diag.Trace{Property: string(property), Lock: out.Lock, Processes: t.count}
	for _, ev := range t.events {
		if !ev.Hidden {
			out.Trace.Steps = append(out.Trace.Steps, diag.Step{Process: ev.Process, Script: m.scripts[ev.Script].File, Span: ev.Span, Op: ev.Op, Effect: ev.Effect, Inside: ev.Inside})
		}
	}
	return out
}

// retell lets a tracer run a path from the start that it begins in.
func (e *explorer) retell(t *tracer, h hit, path []step) {
	for _, s := range e.m.starts() {
		c, to := e.m.canonical(&s)
		if e.seen.find(e.m.encode(&c, nil)) == int(path[0].state) {
			t.follow(e, h, s, to, path)
			return
		}
	}
}

// follow runs the path from a start that is numbered as people would, beside the
// canonical one that the path is written in.
func (t *tracer) follow(e *explorer, h hit, start State, to order, path []step) {
	t.begin(start)
	var at order // canonical process → raw process
	for raw, canon := range to {
		at[canon] = uint8(raw)
	}
	for i, st := range path {
		c := t.m.decode(e.seen.get(int(st.state)))
		after, _ := t.m.step(&c, st.choice, false)
		raw := st.choice
		raw.Proc = at[raw.Proc]
		before := t.raw
		next, rows := t.m.step(&t.raw, raw, true)
		if i == len(path)-1 {
			rows = t.cutAfter(h.property, rows)
		}
		t.tell(before, rows)
		t.raw = next
		at = t.m.renamed(&c, &after, &before, &next, at)
	}
	switch {
	case t.keep != nil:
	case h.property == Stale:
		t.newcomer(h.script)
	case h.property == Deadlock:
		for i := range t.raw.proc {
			if t.m.standsWaiting(&t.raw, i) {
				t.waits(i)
			}
		}
	}
}

// begin takes a start; from there every new thing gets a new number.
func (t *tracer) begin(start State) {
	start.fresh = true
	for i, used := range start.used {
		if used {
			start.lastInode = uint8(i)
		}
	}
	t.start, t.raw = start, start
}

// step makes one choice and, when asked to, tells what happened row by row. It
// changes neither state.
func (m *model) step(s *State, want Choice, record bool) (out State, rows []row) {
	return m.chosen(&mover{m: m, record: record, again: true}, s, want)
}

// chosen makes one of the choices that a mover enumerates.
func (m *model) chosen(v *mover, s *State, want Choice) (out State, rows []row) {
	v.yield = func(ch Choice, n *State, _ effects, r []row) {
		if ch == want {
			out = *n
			rows = append(rows, r...)
		}
	}
	v.one(s, want.Kind, int(want.Proc))
	return out, rows
}

// renamed works out which raw process is which canonical one after a step.
func (m *model) renamed(c, after, before, next *State, at order) order {
	born := []uint8{}
	for i := range next.proc {
		if next.proc[i].life != gone && before.proc[i].life == gone {
			born = append(born, uint8(i))
		}
	}
	for i := range after.proc {
		if after.proc[i].life != gone && c.proc[i].life == gone && len(born) > 0 {
			at[i], born = born[0], born[1:]
		}
	}
	for i := range after.proc { // of twins one was taken out here and the other one there
		if after.proc[i].life == gone || next.proc[at[i]].life != gone {
			continue
		}
		for j := range after.proc {
			if after.proc[j].life == gone && next.proc[at[j]].life != gone {
				at[i], at[j] = at[j], at[i]
				break
			}
		}
	}
	_, to := m.canonical(after)
	var out order
	for i := range to {
		out[to[i]] = at[i]
	}
	return out
}

// cutAfter drops what the last process did after the promise was broken.
func (t *tracer) cutAfter(broken Property, rows []row) []row {
	for i := range rows {
		s := rows[i].after
		switch broken {
		case Exclusion:
			if _, _, clash := t.m.clash(s, t.lock); clash {
				return rows[:i+1]
			}
		case Leak:
			if s.proc[rows[i].proc].life == gone {
				return rows[:i+1]
			}
		}
	}
	return rows
}

// number returns the number under which a process appears in the trace.
func (t *tracer) number(proc uint8, script uint8) int {
	if t.shown[proc] == 0 {
		t.count++
		t.shown[proc] = t.count
		t.script = append(t.script, int(script))
	}
	return t.shown[proc]
}

// tell appends the rows of one step.
func (t *tracer) tell(before State, rows []row) {
	m := t.m
	for _, r := range rows {
		if t.keep != nil {
			t.keep(r)
			continue
		}
		p := &before.proc[r.proc]
		ev := Event{
			Process: t.number(r.proc, p.script), Parent: t.parent[r.proc], Script: int(p.script),
			Kind: r.kind, Node: r.node, OK: r.how == worked, Waits: r.how == asks,
		}
		if r.signal != 0 {
			ev.Signal = protocol.Signal(r.signal - 1).String()
		}
		if r.node != none {
			n := &m.scripts[p.script].nodes[r.node]
			ev.Span = n.Span
			g := n.lacks
			presumes := g.lock != none && before.proc[r.proc].belief[g.lock].mode == 0
			ev.Hidden = r.kind == Run && hidden(n) && !presumes
			ev.Forks = r.kind == Run && n.Else != none && n.Else != n.Next
			ev.Name, ev.To = m.nameID(n.lock, int(p.run)), m.nameID(n.to, int(p.run))
		}
		if r.kind != Run || r.node != none && m.scripts[p.script].nodes[r.node].Op == protocol.End {
			// One end stands for every way to it.
			ev.Span = source.Span{}
		}
		ev.Child, ev.Alone, ev.Along, ev.Stands = t.births(&before, r), r.alone, r.along, r.stands
		ev.Op, ev.Effect = t.describe(&before, r)
		ev.Inside = t.insiders(r.after)
		ev.Table = m.table(r.after, t)
		ev.Hidden = ev.Hidden || ev.Kind == Run && ev.Op == "end" && ev.Effect == ""
		t.events = append(t.events, ev)
		before = *r.after
	}
}

// births gives a number to the child that a row has started and returns it, or 0.
func (t *tracer) births(before *State, r row) (child int) {
	for i := range r.after.proc {
		if r.after.proc[i].life != gone && before.proc[i].life == gone {
			t.shown[i] = 0
			child = t.number(uint8(i), r.after.proc[i].script)
			t.parent[i] = t.shown[r.proc]
		}
	}
	return child
}

// hidden tells whether a reader does not miss the node.
func hidden(n *node) bool {
	switch n.Op {
	case protocol.Sub:
		return n.Text != protocol.Itself
	case protocol.EndSub, protocol.Restore, protocol.Trap, protocol.Choose:
		return true
	case protocol.Misuse:
		return !n.misses
	case protocol.Leave:
		return !n.unwinds
	case protocol.Spawn, protocol.Wait, protocol.End:
		return false
	case protocol.Work:
		return !n.Mode.Has(protocol.Stays)
	case protocol.Dup, protocol.Close:
		return n.fd == none
	}
	return n.local
}

func (t *tracer) insiders(s *State) []int {
	out := []int{}
	for i := range s.proc {
		if t.shown[i] != 0 && t.lock != none && t.m.inside(&s.proc[i], t.lock) {
			out = append(out, t.shown[i])
		}
	}
	return out
}

// waits adds the row of a process that waits.
func (t *tracer) waits(i int) {
	p := &t.raw.proc[i]
	n := t.m.node(p.script, p.pc)
	t.events = append(t.events, Event{
		Process: t.number(uint8(i), p.script), Parent: t.parent[i], Script: int(p.script),
		Node: protocol.ID(p.pc), Waits: true, Name: t.m.nameID(n.lock, int(p.run)), Span: n.Span, Op: t.op(n), Effect: t.waitsFor(&t.raw, i),
		Inside: t.insiders(&t.raw), Table: t.m.table(&t.raw, t),
	})
}
