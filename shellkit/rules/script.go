package rules

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Script is a protocol with the look-ups that rules share. Only one goroutine at a
// time may ask it.
type Script struct {
	*protocol.Protocol
	Facts *protocol.Facts

	files map[string]*source.File
	home  []home
	takes [][]int            // by node: the paths whose lock it acquires
	apart []bool             // by path: [Script.lone]
	needs []protocol.Answers // by node: what the machine has to say

	// What several rules ask for is worked out once.
	creates map[protocol.ID]protocol.ID // by test: [Script.createsAfter]
	second  map[[5]any]bool             // places: [Script.afterTest]
	bared   map[int][]bare              // by path: [Script.bare]
	earlies []protocol.Early            // [Script.early]
	back    map[string][][]protocol.ID  // by walk: [Script.backwards]
	leads   map[leadsBy][]bool          // [Script.guarded]
	trails  []*trail                    // that no walk uses: [Script.trail]
}

// home says whose a node is: the first node of the process (0, the body of a
// Spawn, a handler's entry) and the Sub of the innermost frame around it.
type home struct{ process, frame protocol.ID }

// NewScript prepares p. The files are the texts that its places point into.
func NewScript(p *protocol.Protocol, files ...*source.File) *Script {
	s := &Script{Protocol: p, Facts: protocol.Flow(p), files: map[string]*source.File{}, creates: map[protocol.ID]protocol.ID{}, bared: map[int][]bare{}, back: map[string][][]protocol.ID{}, leads: map[leadsBy][]bool{}}
	for _, f := range files {
		s.files[f.Name] = f
	}
	s.settle()
	s.needs = p.Needs()
	s.takes = make([][]int, len(p.Nodes))
	for i := range p.Nodes {
		s.takes[i] = s.lockedBy(protocol.ID(i))
	}
	s.apart = make([]bool, len(p.Paths))
	for i := range p.Paths {
		s.apart[i] = p.Paths[i].Private && !s.sharedWithChildren(i)
	}
	return s
}

// settle gives every node its home.
func (s *Script) settle() {
	s.home = make([]home, len(s.Nodes))
	for i := range s.home {
		s.home[i] = home{protocol.None, protocol.None}
	}
	if len(s.Nodes) == 0 {
		return
	}
	type step struct {
		id protocol.ID
		in home
	}
	todo := []step{{0, home{0, protocol.None}}}
	push := func(id protocol.ID, in home) {
		if id != protocol.None && s.home[id].process == protocol.None {
			todo = append(todo, step{id, in})
		}
	}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if s.home[at.id].process != protocol.None {
			continue
		}
		s.home[at.id] = at.in
		n, next := &s.Nodes[at.id], at.in
		switch n.Op {
		case protocol.Sub:
			next.frame = at.id
		case protocol.EndSub:
			next.frame = s.home[n.Body].frame
		}
		s.Succs(at.id, func(id protocol.ID) { push(id, next) })
		if n.Op == protocol.Spawn {
			push(n.Body, home{n.Body, protocol.None})
		}
		for _, h := range s.Handlers[n.Handlers].Signal {
			push(h.Entry, home{h.Entry, protocol.None})
		}
	}
}

// lone tells whether the lock at path is one that no other process can meet.
// What is wrong with it harms nobody; that it is private is a finding of its own.
func (s *Script) lone(path int) bool { return path != protocol.None && s.apart[path] }

// isLock tells whether the path carries a lock.
func (s *Script) isLock(path int) bool { return s.Paths[path].Kind != protocol.Data }

// locks returns the paths whose lock success of the node acquires.
func (s *Script) locks(id protocol.ID) []int { return s.takes[id] }

func (s *Script) lockedBy(id protocol.ID) []int {
	n := &s.Nodes[id]
	switch n.Op {
	case protocol.Flock:
		if n.Mode.Has(protocol.Unlock) {
			return nil
		}
		return s.behind(id, n.FD)
	case protocol.Claim, protocol.Create:
		if s.Acquires(id) {
			return []int{n.Path}
		}
	}
	return nil
}

// behind returns the paths that a descriptor may lead to at a node.
func (s *Script) behind(id protocol.ID, fd int) []int {
	in := s.Facts.At(id)
	if in == nil {
		return nil
	}
	var out []int
	for _, o := range in.Opens(fd) {
		if o >= 0 {
			out = append(out, s.Nodes[o].Path)
		}
	}
	return out
}

// acquires tells whether success of the node acquires the lock at path.
func (s *Script) acquires(id protocol.ID, path int) bool {
	for _, p := range s.locks(id) {
		if p == path {
			return true
		}
	}
	return false
}

// acquirers returns every node that acquires the lock at path.
func (s *Script) acquirers(path int) []protocol.ID {
	var out []protocol.ID
	for i := range s.Nodes {
		if s.acquires(protocol.ID(i), path) {
			out = append(out, protocol.ID(i))
		}
	}
	return out
}

// removes tells whether the node takes the name path away from its inode:
// deletes it, moves it away, or puts another file in its place.
func (s *Script) removes(id protocol.ID, path int) bool {
	n := &s.Nodes[id]
	return n.Op == protocol.Remove && n.Path == path ||
		n.Op == protocol.Rename && (n.Path == path || n.To == path)
}

// removals returns every node that takes the name path away.
func (s *Script) removals(path int) []protocol.ID {
	var out []protocol.ID
	for i := range s.Nodes {
		if s.removes(protocol.ID(i), path) {
			out = append(out, protocol.ID(i))
		}
	}
	return out
}

// held returns the locks of path that are held before the node, on some way.
func (s *Script) held(id protocol.ID, path int) []protocol.Hold { return s.Facts.At(id).Held(path) }

// heldInode is held, for locks on a descriptor.
func (s *Script) heldInode(id protocol.ID, path int) []protocol.Hold {
	var out []protocol.Hold
	for _, h := range s.held(id, path) {
		if h.Open != protocol.None {
			out = append(out, h)
		}
	}
	return out
}

// under tells whether another lock than that of path is surely held at the node.
func (s *Script) under(id protocol.ID, path int) bool {
	if in := s.Facts.At(id); in != nil {
		for _, h := range in.Holds {
			if h.Sure && !h.Failed && h.Path != path {
				return true
			}
		}
	}
	return false
}

// ownsFolder tells whether the node runs under a lock that is a folder, and the
// path lies in it: what is in there follows from who made the folder, at the first try
// or at another one.
func (s *Script) ownsFolder(id protocol.ID, path int) bool {
	tries := map[int]int{}
	if in := s.Facts.At(id); in != nil {
		for _, h := range in.Holds {
			if h.Open == protocol.None && !h.Failed && s.inFolder(path, h.Path) {
				if tries[h.Path]++; h.Sure || tries[h.Path] > 1 {
					return true
				}
			}
		}
	}
	return false
}

// inFolder tells whether a path lies in a folder.
func (s *Script) inFolder(path, folder int) bool {
	return folder != protocol.None && strings.HasPrefix(s.Paths[path].Text, s.Paths[folder].Text+"/")
}

// works tells whether the node does something that a lock may guard. What only
// prints is not.
func (s *Script) works(id protocol.ID) bool {
	switch n := &s.Nodes[id]; n.Op {
	case protocol.Work:
		return !n.Mode.Has(protocol.Quiet)
	case protocol.Spawn, protocol.Rename, protocol.Store, protocol.Load:
		return true
	case protocol.Remove, protocol.Create:
		return !s.isLock(n.Path)
	}
	return false
}

// waits tells whether the shell stands still at the node while another process
// runs, so that a signal to the group finds it there.
func (s *Script) waits(id protocol.ID) bool {
	switch n := &s.Nodes[id]; n.Op {
	case protocol.Work:
		return !n.Mode.Has(protocol.Quiet)
	case protocol.Flock, protocol.Wait, protocol.Sub:
		return true
	case protocol.Claim:
		return n.Text != "noclobber"
	}
	return false
}
