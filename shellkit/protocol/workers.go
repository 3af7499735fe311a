package protocol

import (
	"regexp"
	"slices"
)

// Worker is a Spawn whose child works on without a lock for which it was started.
type Worker struct {
	Spawn ID
	Path  int // of the lock
}

// Workers lists the Spawns whose children work on without a lock under which they were
// started: nobody waits for them, and they neither keep a descriptor of it nor have or
// give up a lock themselves. Those that are started in a loop are workers. A single child
// may be a daemon that is meant to stay, and so is one that a substitution hands out the
// number of; but where the lock is a name that is given up, and nothing else is done while
// it is there, the child is what the lock was for.
func Workers(p *Protocol, f *Facts) []Worker {
	e := early{p, f}
	var out []Worker
	for i := range p.Nodes {
		id, n := ID(i), &p.Nodes[i]
		if n.Op != Spawn || f.At(id) == nil || e.handedOut(id) || e.waitsFrom(n.Next) {
			continue
		}
		again := e.startedAgain(id)
		for _, h := range f.At(id).Holds {
			if h.Path == None || p.Paths[h.Path].Private || !again && !e.onlyFor(id, h) || !e.worksWithout(n.Body, h) {
				continue
			}
			out = append(out, Worker{id, h.Path})
			break
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
		case n.Op == Work && !n.Mode.Has(Quiet) && n.Text != "sleep", n.Op == Spawn && n.Span != e.Nodes[spawn].Span:
			only = false
		case n.Op == Choose, n.Op == Alive, n.Op == Load, n.Op == Opaque, n.Op == Test && n.Path != h.Path:
			only = false // the lock is for what is asked as well
		case (n.Op == Create || n.Op == Store) && n.Path != h.Path:
			only = false // which may be the child's number
		}
		return only
	})
	return only && !detaches.MatchString(e.Nodes[spawn].Text)
}

// detaches is how a child is started that is meant to stay.
var detaches = regexp.MustCompile(`^\(?\s*(exec\s+)?(nohup|setsid|daemonize|start-stop-daemon)\b`)

// startedAgain tells whether a process that has passed a node comes to the same command
// once more.
func (e early) startedAgain(id ID) (again bool) {
	e.walk(e.Nodes[id].Next, func(at ID) bool {
		again = again || at == id || e.Nodes[at].Op == Spawn && e.Nodes[at].Span == e.Nodes[id].Span
		return !again && e.Nodes[at].Op != Leave
	})
	return again
}

// waitsFrom tells whether a process can come to wait for its children from a node.
func (e early) waitsFrom(from ID) (waits bool) {
	e.walk(from, func(at ID) bool {
		waits = waits || e.Nodes[at].Op == Wait
		return !waits
	})
	return waits
}

// worksWithout tells whether a child works and has nothing to do with any lock, that of
// its parent included.
func (e early) worksWithout(body ID, h Hold) bool {
	works, cares := false, false
	e.walk(body, func(at ID) bool {
		n, in := &e.Nodes[at], e.facts.At(at)
		if in == nil {
			return false
		}
		cares = cares || e.Acquires(at) || n.Op == Remove && n.Path == h.Path || n.Op == Opaque
		if n.works() && n.Mode&(Program|Runs) != 0 && n.Text != "sleep" {
			works = true
			cares = cares || e.inherits(at, h)
		}
		return !cares
	})
	return works && !cares
}

// inherits tells whether the program that a node runs gets a descriptor of a hold.
func (e early) inherits(at ID, h Hold) bool {
	n := &e.Nodes[at]
	for fd, opens := range e.facts.At(at).FDs {
		if h.Open != None && slices.Contains(opens, h.Open) && !(n.Mode.Has(Exclude) && n.FD == fd) {
			return true
		}
	}
	return false
}
