package protocol

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// Worker is a Spawn whose child works on without a lock for which it was started.
type Worker struct {
	Spawn ID
	Path  int // of the lock
	// Waited says that the script waits for the child before the lock ends: on the ways
	// on which no signal comes.
	Waited bool
}

// Workers lists the Spawns whose children work on without a lock under which they were
// started: they neither keep it by a descriptor of it nor have or give up a lock
// themselves. Those that the script waits for are workers, and so are those that are
// started in a loop. A single child may be a daemon that is meant to stay, and so is one
// that a substitution hands out the number of; but where the lock is a name that is given
// up, and nothing else is done while it is there, the child is what the lock was for, and
// one beside which the script goes on with its work is part of that. Nobody means a part of
// a pipeline to stay.
func Workers(p *Protocol, f *Facts) []Worker {
	e := early{p, f}
	var out []Worker
	for i := range p.Nodes {
		id, n := ID(i), &p.Nodes[i]
		if n.Op != Spawn || f.At(id) == nil || e.handedOut(id) && !n.Mode.Has(Piped) {
			continue
		}
		for _, h := range f.At(id).Holds {
			if h.Path == None || p.Paths[h.Path].Private {
				continue
			}
			waited, later, ended := e.waitsFor(id, h)
			again := e.startedAgain(id, h)
			several := again || n.Mode.Has(Piped) || e.severalUnder(id, h)
			switch {
			case waited, n.Mode.Has(Piped):
			case ended: // the child is a helper, and is killed when the work is done
				continue
			case later && !e.severalUnder(id, h): // the lock was for how it is started
				continue
			case !again && !e.alike(id) && !e.onlyFor(id, h) && !e.beside(id, h):
				continue
			}
			if e.worksWithout(n.Body, h, (several || waited) && e.unlocks(id, h)) {
				out = append(out, Worker{id, h.Path, waited})
				break
			}
		}
	}
	return out
}

// handedOut tells whether a node is in a substitution.
func (e early) handedOut(id ID) bool {
	for in := e.facts.around[id]; in != None; in = e.facts.around[in] {
		if e.Nodes[in].Text == "$( )" {
			return true
		}
	}
	return false
}

// onlyFor tells whether a child is all that a lock which is a name is taken for.
func (e early) onlyFor(spawn ID, h Hold) bool {
	if h.Open != None || e.Paths[h.Path].Kind != Exists {
		return false
	}
	only := true
	e.walk(e.Nodes[h.By].Next, func(at ID) bool {
		n := &e.Nodes[at]
		switch {
		case !e.holds(e.facts.At(at), h.By):
			return false
		case n.works() && n.Text != "sleep", n.Op == Spawn && n.Span != e.Nodes[spawn].Span:
			only = false
		case n.Op == Choose, n.Op == Alive, n.Op == Load, n.Op == Opaque, n.Op == Test && n.Path != h.Path:
			only = false // the lock is for what is asked as well
		case n.notes(h):
			only = false
		}
		return only
	})
	return only && !detaches().MatchString(e.Nodes[spawn].Text)
}

// detaches is how a child is started that is meant to stay.
var detaches = regex.Of(`^\(?\s*(exec\s+)?(nohup|setsid|daemonize|start-stop-daemon)\b`)

// startedAgain tells whether a process that has passed a node comes to the same command
// once more before it takes the lock again: a turn that takes it for itself has one job.
func (e early) startedAgain(id ID, h Hold) (again bool) {
	e.walk(e.Nodes[id].Next, func(at ID) bool {
		if e.Acquires(at) && e.Nodes[at].Span == e.Nodes[h.By].Span {
			return false
		}
		again = again || at == id || e.Nodes[at].Op == Spawn && e.Nodes[at].Span == e.Nodes[id].Span
		return !again && e.Nodes[at].Op != Leave
	})
	return again
}

// severalUnder tells whether the same command is started several times under one hold of a
// lock: its jobs are workers, also for who lets the lock go before it waits for them.
func (e early) severalUnder(id ID, h Hold) (several bool) {
	e.walk(e.Nodes[id].Next, func(at ID) bool {
		if !e.holds(e.facts.At(at), h.By) {
			return false
		}
		several = several || at == id || e.Nodes[at].Op == Spawn && (e.Nodes[at].Span == e.Nodes[id].Span || e.program(at) != "" && e.program(at) == e.program(id))
		return !several
	})
	return several
}

// program is what a child runs that runs one program and begins with that, or "".
func (e early) program(spawn ID) string {
	if n := &e.Nodes[e.Nodes[spawn].Body]; n.Op == Work && n.Mode.Has(Program) {
		return n.Text
	}
	return ""
}

// waitsFor tells whether the process that starts a child can come to wait for it while it
// holds a lock, whether it can come to do so later, and whether it ends it.
func (e early) waitsFor(spawn ID, h Hold) (held, later, ended bool) {
	e.beyond(spawn, func(at ID) bool {
		n := &e.Nodes[at]
		if n.Op != Wait || n.Mode.Has(Any) || n.Body != None && n.Body != spawn {
			return !held
		}
		switch {
		case n.Mode.Has(Ends):
			ended = true
		case e.holds(e.facts.At(at), h.By):
			held = true
		default:
			later = true
		}
		return !held && !n.Mode.Has(Ends)
	})
	return held, later, ended
}

// beyond visits what the process that a Spawn stands in comes to behind it: a shell has
// no children but those that it has started itself, and not in a subshell.
func (e early) beyond(spawn ID, visit func(ID) bool) {
	frame := e.facts.around[spawn]
	shell := func(at ID) bool { return e.facts.around[at] == frame || e.Shell.Has(OneProcess) }
	e.walk(e.Nodes[spawn].Next, func(at ID) bool {
		if e.Nodes[at].Op == EndSub && e.Nodes[at].Body == frame && !e.Shell.Has(OneProcess) {
			return false
		}
		return !shell(at) || visit(at)
	})
}

// alike tells whether the same program is started by another job as well: what is written
// out is no less a loop.
func (e early) alike(spawn ID) bool {
	what := e.program(spawn)
	for i := range e.Nodes {
		if n := &e.Nodes[i]; what != "" && n.Op == Spawn && n.Span != e.Nodes[spawn].Span && e.program(ID(i)) == what {
			return true
		}
	}
	return false
}

// beside tells whether a process that has a lock which is a name goes on with work beside
// a child, and keeps no number of it.
func (e early) beside(spawn ID, h Hold) bool {
	if h.Open != None || e.Paths[h.Path].Kind != Exists || detaches().MatchString(e.Nodes[spawn].Text) {
		return false
	}
	works, noted := false, false
	e.beyond(spawn, func(at ID) bool {
		n := &e.Nodes[at]
		if !e.holds(e.facts.At(at), h.By) {
			return false
		}
		works = works || n.Op == Spawn && !detaches().MatchString(n.Text) || n.works() && n.Text != "sleep"
		noted = noted || n.notes(h)
		return !noted
	})
	return works && !noted
}

// notes tells of what the shell writes into a file other than the lock, which may be the
// number of a child.
func (n *Node) notes(h Hold) bool {
	return (n.Op == Create || n.Op == Store) && n.Path != h.Path || n.Op == Work && n.Mode.Has(Minor) && n.Text == ">"
}

// unlocks tells whether the process that has started a child frees a lock of which the
// child has a descriptor.
func (e early) unlocks(spawn ID, h Hold) (frees bool) {
	e.beyond(spawn, func(at ID) bool {
		n := &e.Nodes[at]
		frees = frees || n.Op == Flock && n.Mode.Has(Unlock) && e.holds(e.facts.At(at), h.By)
		return !frees
	})
	return frees
}

// worksWithout tells whether a child works and has nothing to do with any lock, that of
// its parent included; where that frees it, a descriptor of it is worth nothing.
func (e early) worksWithout(body ID, h Hold, freed bool) bool {
	works, cares := false, false
	e.walk(body, func(at ID) bool {
		n, in := &e.Nodes[at], e.facts.At(at)
		if in == nil {
			return false
		}
		cares = cares || e.Acquires(at) || n.Op == Remove && n.Path == h.Path || n.Op == Opaque
		if n.works() && n.Mode&(Program|Runs) != 0 && n.Text != "sleep" {
			works = true
			cares = cares || !freed && e.inherits(at, h)
		}
		return !cares
	})
	return works && !cares
}

// inherits tells whether the program that a node runs gets a descriptor of a hold: none
// that closes by itself when a program begins.
func (e early) inherits(at ID, h Hold) bool {
	if h.Open == None || e.Nodes[h.Open].Mode.Has(Cloexec) {
		return false
	}
	n := &e.Nodes[at]
	for fd, opens := range e.facts.At(at).FDs {
		if slices.Contains(opens, h.Open) && !(n.Mode.Has(Exclude) && n.FD == fd) {
			return true
		}
	}
	return false
}
