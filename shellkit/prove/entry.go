package prove

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A lock into which no schedule lets anybody excludes nobody from anything, and so it
// would keep every other promise.

// wanted returns the locks that some acquisition is about.
func (m *model) wanted() (all lockSet) {
	for i := range m.scripts {
		all |= m.wantedBy(uint8(i))
	}
	return all
}

// wantedBy returns those of one script.
func (m *model) wantedBy(script uint8) (all lockSet) {
	s := m.scripts[script]
	for i := range s.nodes {
		if l := m.acquires(&s.nodes[i]); l != none {
			all |= 1 << l
		}
	}
	return all
}

// acquires returns the lock that a process believes in when a node succeeds, or none.
func (m *model) acquires(n *node) int {
	switch {
	case n.Op == protocol.Flock && !n.Mode.Has(protocol.Unlock) && !n.forNothing:
		return n.believes
	case n.misses:
		return n.believes
	case n.Op == protocol.Claim, n.Op == protocol.Create && n.lock != none && m.locks[n.lock].kind == protocol.Exists:
		return n.lock
	}
	return none
}

// An entrance is what the explorations of one question have shown about getting in.
type entrance struct {
	last    *explorer // nil where there was none that came to its end
	entered lockSet
}

func (in *entrance) see(e *explorer) {
	in.entered |= e.entered
	if e.ended {
		in.last = e
	}
}

// short returns a lock that nobody has come to take because it is only asked for when
// others are taken, and there were too few runs to take those; or none. One of several
// slots is such a lock.
func (in *entrance) short() int {
	if in.last == nil || in.entered == 0 {
		return none
	}
	m := in.last.m
	for shut := in.last.wanted &^ in.entered; shut != 0; shut &= shut - 1 {
		if lock := bits.TrailingZeros32(uint32(shut)); !m.comesAlone(lock, in.entered) {
			return lock
		}
	}
	return none
}

// comesAlone tells whether a run comes to ask for a lock although it gets all those that
// it asks for before.
func (m *model) comesAlone(lock int, got lockSet) (comes bool) {
	for _, s := range m.scripts {
		s.wander(0, func(n *node) []protocol.ID {
			asks := m.acquires(n)
			switch {
			case asks == lock:
				comes = true
				return nil
			case asks != none && got.has(asks):
				return []protocol.ID{n.Next}
			case n.Op == protocol.Spawn:
				return []protocol.ID{n.Next, n.Body}
			}
			return []protocol.ID{n.Next, n.Else}
		})
	}
	return comes
}

// tooFew is the doubt that so many runs leave about a lock.
func (in *entrance) tooFew(lock, runs int) Doubt {
	m := in.last.m
	_, n := m.acquirer(lock)
	why := fmt.Sprintf("%s is only asked for when others are taken, and it takes more than %d runs to take those", m.locks[lock].text, runs)
	if runs < MaxProcesses {
		why += fmt.Sprintf(" (-n %d)", runs+1)
	}
	return Doubt{n.Span, why}
}

// judgeEntry adds what cannot be entered: where everything was understood and every
// schedule was looked at, it is a broken promise.
func (r *Result) judgeEntry(in *entrance, g group) {
	if in.last == nil || len(r.Doubts) > 0 {
		return
	}
	m := in.last.m
	shut := in.last.wanted &^ in.entered
	for i, s := range m.scripts {
		if s.NeverWorks() { // to get in is of no use there
			shut |= m.wantedBy(uint8(i))
		}
	}
	for ; shut != 0; shut &= shut - 1 {
		lock := bits.TrailingZeros32(uint32(shut))
		script, n := m.acquirer(lock)
		if !m.tried(script, n) && !m.cutOff(script, n) {
			r.Doubts = append(r.Doubts, Doubt{n.Span, fmt.Sprintf("no run comes to take %s", m.locks[lock].text)})
			continue
		}
		r.shut(m.outsider(lock, m.locks[lock].text, script), g)
	}
	if script, fd := m.shutDescriptor(); fd != none {
		r.shut(m.outsider(none, fmt.Sprintf("descriptor %d", fd), script), g)
	}
}

func (r *Result) shut(v Violation, g group) {
	v.renumber(g.scripts)
	r.Violations = append(r.Violations, v)
}

// shutDescriptor returns a descriptor that is locked, whose lock is not known because
// it is closed at every such place, and whose locking fails whenever a run comes to it;
// or none.
func (m *model) shutDescriptor() (script, fd int) {
	for i, s := range m.scripts {
		works := map[int]bool{}
		for j := range s.nodes {
			if n := &s.nodes[j]; n.Op == protocol.Flock && !n.Mode.Has(protocol.Unlock) && n.believes == none {
				works[n.FD] = works[n.FD] || !m.tried(i, n) && !m.cutOff(i, n) || m.won(i, n)
			}
		}
		for _, fd := range slices.Sorted(maps.Keys(works)) {
			if !works[fd] {
				return i, fd
			}
		}
	}
	return none, none
}

// cutOff tells whether no run comes to an acquisition because the redirect that it needs
// always fails: what it copies is closed, or its number is a word to the shell.
func (m *model) cutOff(script int, n *node) bool {
	s := m.scripts[script]
	for i := range s.nodes {
		d := &s.nodes[i]
		if (d.Op == protocol.Dup || d.isWord) && d.FD == n.FD && m.tried(script, d) && !m.won(script, d) && s.comes(d.Next, n, anyNode) {
			return true
		}
	}
	return false
}

// acquirer returns the first acquisition of a lock, rather one that a run comes to.
func (m *model) acquirer(lock int) (script int, found *node) {
	for i, s := range m.scripts {
		for j := range s.nodes {
			if n := &s.nodes[j]; m.acquires(n) == lock && (found == nil || m.tried(i, n) && !m.tried(script, found)) {
				script, found = i, n
			}
		}
	}
	return script, found
}

// outsider tells of one run that is alone with a free lock, called name, and does not
// get in.
func (m *model) outsider(lock int, name string, script int) Violation {
	t := &tracer{m: m, lock: lock}
	start := m.world()
	for i, sc := range m.crew {
		start.proc[i] = proc{life: before, script: uint8(sc), run: uint8(i)}
	}
	t.begin(start)
	t.newcomer(uint8(script))
	return m.told(t, Entry, name)
}

// tried tells whether some run has come to a node, or to one that is like it.
func (m *model) tried(script int, n *node) bool {
	return n.tried || slices.ContainsFunc(m.scripts[script].like(n), func(o *node) bool { return o.tried })
}

// won tells whether what it does has worked there.
func (m *model) won(script int, n *node) bool {
	return n.won || slices.ContainsFunc(m.scripts[script].like(n), func(o *node) bool { return o.won })
}
