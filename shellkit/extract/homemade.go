package extract

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A lock whose existence is the lock has no mark that would tell it from other files.
// It is known by the protocol that runs keep: who finds it there stays away or waits,
// who does not find it makes it and works, and gives it up. What is kept in a file or
// a folder for others to use speaks against it; that its owner's number is written
// there, or that somebody asks whether the owner lives, speaks for it.

// about is what a walk knows of a path beside what the protocol says.
type about struct {
	key     string // equal keys are equal paths
	written string // how the script names it from its working directory, where it goes to others
	named   bool   // its name says that it is a lock
	mixed   bool   // no other run may mean the same
	own     bool   // all that is assigned to a variable in its name is one run's alone
	data    bool   // something is kept there that is used

	follows   source.Span // a link is made there to what may be a folder
	mentioned bool        // its name is told to somebody who may use it
	young     bool        // something touches it again and again
}

// homemade decides which names are locks.
type homemade struct {
	*graph
	about   []about
	removed []bool // by path: somebody removes it
	emptied []bool // … with rmdir: nothing was in it
	owned   []bool // its owner is written down there, or asked for
}

// locks decides which paths carry locks, and turns what is done to the others into
// what it is.
func locks(p *protocol.Protocol, about []about) {
	h := &homemade{graph: newGraph(p), about: about, removed: make([]bool, len(p.Paths)), emptied: make([]bool, len(p.Paths)), owned: make([]bool, len(p.Paths))}
	asWritten := h.meantAsWritten()
	h.collect()
	for i := range p.Nodes {
		id, n := protocol.ID(i), &p.Nodes[i]
		switch n.Op {
		case protocol.Claim:
			if h.claims(id) {
				p.Paths[n.Path].Kind = protocol.Exists
				h.mayFollow(n.Path)
			}
		case protocol.Create, protocol.Rename, protocol.Store:
			if path := makes(n); path != protocol.None && p.Paths[path].Kind == protocol.Data && h.creates(id, path) {
				p.Paths[path].Kind = protocol.Exists
			}
		}
	}
	h.misuses()
	for id, path := range asWritten {
		if n := &p.Nodes[id]; p.Paths[n.Path].Kind == protocol.Exists {
			n.Op, n.Text, n.Mode = protocol.Misuse, protocol.MisuseElsewhere, 0
		} else {
			n.Path = path
		}
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		switch {
		case n.Op == protocol.Rename && makes(n) != protocol.None && p.Paths[n.To].Kind == protocol.Exists && p.Paths[n.Path].Kind == protocol.Data:
			// What is moved there is of no interest: a name is made.
			n.Op, n.Path, n.To, n.Mode = protocol.Create, n.To, protocol.None, n.Mode|protocol.Truncate // with the number that stood in it
		case n.Op == protocol.Store && makes(n) != protocol.None && p.Paths[n.Path].Kind == protocol.Exists:
			n.Op = protocol.Create
		case n.Op != protocol.Claim || p.Paths[n.Path].Kind != protocol.Data:
		case makesFile(n): // a file is wanted, and perhaps it is locked
			n.Op, n.Mode = protocol.Create, n.Mode|protocol.Exclusive
		default:
			n.Op, n.Mode = protocol.Work, protocol.Program
		}
	}
	protocol.Classify(p)
	replaces(p)
	foreign(p, h.graph, about)
}

// meantAsWritten has the removal of a relative name that nobody makes in that folder be one
// of the name that is made in another folder: what it is for is said by what is written. It
// returns the paths that these nodes have.
func (h *homemade) meantAsWritten() map[protocol.ID]int {
	made := map[string]int{}
	at := map[int]bool{}
	for i := range h.p.Nodes {
		n := &h.p.Nodes[i]
		path := makes(n)
		if n.Op == protocol.Claim || n.Op == protocol.Open {
			path = n.Path
		}
		if path != protocol.None {
			at[path] = true
			made[h.about[path].written] = path
		}
	}
	out := map[protocol.ID]int{}
	for i := range h.p.Nodes {
		n := &h.p.Nodes[i]
		if n.Op != protocol.Remove || n.Path == protocol.None || at[n.Path] || h.about[n.Path].written == "" {
			continue
		}
		if path, ok := made[h.about[n.Path].written]; ok {
			out[protocol.ID(i)], n.Path = n.Path, path
		}
	}
	return out
}

// makes returns the path that a node makes whether it is there or not, or None.
func makes(n *protocol.Node) int {
	switch n.Op {
	case protocol.Create:
		return n.Path
	case protocol.Rename:
		if n.To != n.Path {
			return n.To
		}
	case protocol.Store:
		if n.Text == "cp" || n.Text == removesFirst || n.Text == "install" || n.Text == "ln -s -f" {
			return n.Path
		}
	}
	return protocol.None
}

// collect notes what all nodes say about the paths.
func (h *homemade) collect() {
	for i := range h.p.Nodes {
		n := &h.p.Nodes[i]
		switch n.Op {
		case protocol.Remove, protocol.Rename:
			h.removed[n.Path] = true
			h.emptied[n.Path] = h.emptied[n.Path] || n.Text == "rmdir"
		case protocol.Alive:
			if !n.Mode.Has(protocol.Expires) || !h.about[n.Path].data { // how old what is kept there is says nothing of an owner
				h.own(n.Path)
			}
		case protocol.Own:
			h.own(n.Path)
		case protocol.Create, protocol.Store:
			if n.Mode.Has(protocol.Pid) {
				h.own(n.Path)
			}
		case protocol.Claim:
			if n.Mode&(protocol.Pid|protocol.Write) != 0 {
				h.own(n.Path)
			}
		}
	}
}

// own notes that an owner is written down at a path, or asked for: then he owns the
// folder too.
func (h *homemade) own(path int) {
	if path == protocol.None {
		return
	}
	h.owned[path] = true
	for i := range h.about {
		if h.p.Paths[i].Dir && strings.HasPrefix(h.about[path].key, h.about[i].key+"/") {
			h.owned[i] = true
		}
	}
}

// creates tells whether a path is a lock that a node makes without asking whether it
// is there: a run that has asked before stays away.
func (h *homemade) creates(id protocol.ID, path int) bool {
	at := &h.p.Paths[path]
	called := h.about[path].named || h.owned[path] || runDirectory(at.Text) && !h.about[path].data
	text := h.p.Nodes[id].Text
	if at.Private || text == "<>" || !called && !h.removed[path] {
		return false
	}
	if !h.removed[path] && !h.owned[path] && !h.worksBehind(id) {
		return false // a lock is made before the work that it is for, a mark that it was done behind it
	}
	if text == "mkdir -p" && (h.about[path].data || !h.about[path].named && !h.emptied[path] && !h.owned[path]) {
		return false // a folder to keep things in
	}
	if !h.about[path].data && h.disowns(id, path) {
		return true
	}
	asked, leaves, waits := h.guarded(id, path)
	if !asked && h.owned[path] && h.givenUp(id, path) && h.turnsSomeAway(id, path) {
		return true
	}
	return asked && called || (leaves || waits && !h.about[path].data) && h.givenUp(id, path)
}

// worksBehind tells whether any work follows a node, in its process or in that which has
// started it.
func (h *homemade) worksBehind(id protocol.ID) (works bool) {
	for _, next := range append(h.starters(id), h.p.Nodes[id].Next) {
		h.comes(next, protocol.None, func(id protocol.ID) bool {
			n := &h.p.Nodes[id]
			works = works || n.Op == protocol.Work && n.Mode&(protocol.Quiet|protocol.Minor) == 0 || n.Op == protocol.Spawn || n.Op == protocol.Opaque
			return works
		})
	}
	return works
}

// claims tells whether a name that a node makes, and finds there otherwise, is a lock.
// The tools for locks make nothing else.
func (h *homemade) claims(id protocol.ID) bool {
	n := &h.p.Nodes[id]
	about, removed, heeded := h.about[n.Path], h.removed[n.Path], n.Else != protocol.None
	switch n.Text {
	case "mkdir", "mkfifo", "ln", "ln -s", "link", "noclobber", byDD, "mv -n", "cp -n", moveExactly:
	default:
		return true
	}
	if (h.p.Paths[n.Path].Private || about.mixed) && !about.named {
		return false // a file of its own, made so that nobody else's is taken for it
	}
	if !about.data && h.disowns(id, n.Path) {
		return true
	}
	switch cleared := h.clearedFirst(id); {
	case !cleared && h.nothingElse(id):
		return true
	case cleared:
		// Who removes it first does not ask whether somebody has it. He wanted a lock all
		// the same where there is nothing else to want, and he heeds that it is there again.
		return heeded && !about.data && h.stays(n.Else, id, n.Path) && (makesFile(n) && n.Mode.Has(protocol.Checked) || n.Mode.Has(protocol.Write) || n.Text == "mkdir" && (about.named || h.owned[n.Path] || h.emptied[n.Path] || !about.mentioned && h.givenUp(id, n.Path)))
	case makesFile(n):
		if h.opens(n.Next, n.Path, id) && h.opens(n.Else, n.Path, id) {
			return false // it is there in either case, for a descriptor
		}
		if h.looks(id) {
			return false
		}
		// Who neither gives the name up nor stays away when it is there only wanted the file.
		if !removed && (!heeded || !h.waits(id) && !h.leaves(n.Else)) {
			return false
		}
		if !about.named {
			return heeded && (h.waits(id) || h.leaves(n.Else) || !h.meet(id, n.Path, n.Else, func(to protocol.ID) bool { return to == id }))
		}
		return heeded || !h.follows(id, protocol.Remove, n.Path)
	case n.Text == "mkfifo" && about.data: // a pipe that is used
		return false
	case heeded && h.waits(id):
		return true
	case h.p.Paths[n.Path].Inside: // a folder in one of its own
		return false
	case removed && h.madeIfMissing(id) && !h.givenUp(id, n.Path):
		return false // what stood in its way is removed first; it is there for good, and whoever finds it uses it
	case about.named, !removed && amongLocks(h.p.Paths[n.Path].Text) && !about.data && !h.opensBelow(n.Path):
		// Who neither gives the name up nor stays away when it is there only wanted it made.
		return removed || heeded && h.leaves(n.Else) && !h.madeIfMissing(id)
	case !heeded && removed && !about.data && h.keptAway(id, n.Path):
		return true
	case !removed || !heeded || h.meet(id, n.Path, n.Else, func(to protocol.ID) bool { return to == id }):
		return false // who finds it there must do something else than who made it
	case runDirectory(h.p.Paths[n.Path].Text):
		return true
	}
	alone := h.owned[n.Path] || h.emptied[n.Path] || n.Text == "ln" || n.Text == "link" || !about.mentioned // there is nothing else to want
	return alone && !about.data && h.stays(n.Else, id, n.Path) && h.givenUp(id, n.Path)
}

// keptAway tells whether a run that finds a name there before it would make it stays away,
// and who makes it gives it up: then it is a lock, though nobody heeds how making it ends.
func (h *homemade) keptAway(id protocol.ID, path int) bool {
	_, leaves, waits := h.guarded(id, path)
	return (leaves || waits) && h.givenUp(id, path)
}

// nothingElse tells whether nothing but a lock can be wanted of a name that is made and
// given up, so that it is one also where those go on who find it there: its owner is
// written down and it is heeded that it is there, or it lies among locks and is no link that
// shows something; and nothing is kept there.
func (h *homemade) nothingElse(id protocol.ID) bool {
	n := &h.p.Nodes[id]
	about := h.about[n.Path]
	if !h.removed[n.Path] || about.data || n.Text == "mkdir" && about.mentioned && !h.emptied[n.Path] || h.p.Paths[n.Path].Inside || h.opensBelow(n.Path) || !h.givenUp(id, n.Path) {
		return false
	}
	if makesFile(n) && (h.looks(id) || h.opens(n.Next, n.Path, id)) {
		return false
	}
	return n.Mode.Has(protocol.Write) || n.Text != "ln -s" && amongLocks(h.p.Paths[n.Path].Text) || n.Else != protocol.None && h.owned[n.Path] || h.standsEmpty(id)
}

// standsEmpty tells whether a name of which nobody is told is there while some work is done,
// and nothing else can be wanted of it: a folder that is removed with rmdir, so that nothing has
// come into it, or a file that dd makes of nothing, and only where it is not there. Who asks
// behind that whether it is there only wants that it is.
func (h *homemade) standsEmpty(id protocol.ID) bool {
	n := &h.p.Nodes[id]
	empty := n.Text == "mkdir" && h.emptied[n.Path] || n.Text == byDD
	asked := func(q protocol.ID) bool { return h.p.Nodes[q].Op == protocol.Test && h.reaches(n.Next, q, id) }
	return empty && !h.about[n.Path].mentioned && h.worksBehind(id) && !slices.ContainsFunc(h.questions(n.Path), asked)
}

// opensBelow tells whether a descriptor is opened on what lies in a folder.
func (h *homemade) opensBelow(folder int) bool {
	return slices.ContainsFunc(h.p.Nodes, func(n protocol.Node) bool {
		return n.Op == protocol.Open && strings.HasPrefix(h.about[n.Path].key, h.about[folder].key+"/")
	})
}

// amongLocks tells whether a path lies where nothing but locks is kept.
func amongLocks(text string) bool {
	return slices.ContainsFunc([]string{"/var/lock/", "/run/lock/", "/var/run/lock/"}, func(dir string) bool { return strings.HasPrefix(text, dir) })
}

// disowns tells whether who makes a name asks next whose number stands there, and does
// something else where it is not his own.
func (h *homemade) disowns(by protocol.ID, path int) bool {
	return slices.ContainsFunc(h.questions(path), func(id protocol.ID) bool {
		n := &h.p.Nodes[id]
		return n.Op == protocol.Own && h.reaches(h.p.Nodes[by].Next, id, by) && !h.meet(by, path, n.Else, func(to protocol.ID) bool { return to == id })
	})
}

// mayFollow notes that a second link may be made inside the folder to which the first one
// leads: then nobody is turned away.
func (h *homemade) mayFollow(path int) {
	if at := h.about[path].follows; at.Start.Known() {
		u := protocol.Unknown{Span: at, Why: "whether the link leads to a folder: then the next ln -s makes one inside it, and succeeds (ln -sn does not)"}
		if !slices.Contains(h.p.Unknowns, u) {
			h.p.Unknowns = append(h.p.Unknowns, u)
		}
	}
}

// keptForWork tells whether a name is made before some work, given up behind it, and nothing
// else is done with it.
func (h *homemade) keptForWork(id protocol.ID) bool {
	path := h.p.Nodes[id].Path
	if !h.removed[path] || h.about[path].data || h.p.Paths[path].Private || !h.givenUp(id, path) || !h.worksBehind(id) {
		return false
	}
	return !slices.ContainsFunc(h.p.Nodes, func(n protocol.Node) bool {
		return n.Path == path && (n.Op == protocol.Open || n.Op == protocol.Load)
	})
}

// wantsLock tells whether who asks how a command has ended that succeeds also when the
// name is there wants a lock of it: he stays away where it fails, works where it does not,
// gives the name up, and nothing else is done with it.
func (h *homemade) wantsLock(id protocol.ID) bool {
	path := h.p.Nodes[id].Path
	if !h.keptForWork(id) {
		return false
	}
	for range 6 {
		n := &h.p.Nodes[id]
		if n.Else != protocol.None && n.Else != n.Next {
			return h.stays(n.Else, id, path)
		}
		if id = n.Next; id == protocol.None {
			break
		}
	}
	return false
}

// misuses decides about what looks like an acquisition and is none.
func (h *homemade) misuses() {
	for i := range h.p.Nodes {
		n := &h.p.Nodes[i]
		switch {
		case n.Op != protocol.Misuse:
		case n.Text == protocol.MisuseLateClob:
			// noclobber is set for nothing else than a lock, where the name says so.
			if h.about[n.Path].named || h.removed[n.Path] || runDirectory(h.p.Paths[n.Path].Text) {
				h.p.Paths[n.Path].Kind = protocol.Exists
			}
		case n.SucceedsAnyway() != "":
			wanted := h.wantsLock(protocol.ID(i))
			about, called := h.about[n.Path], h.about[n.Path].named || wanted && (h.owned[n.Path] || amongLocks(h.p.Paths[n.Path].Text))
			switch n.Text {
			case protocol.MisuseMove, protocol.MisuseCopy, protocol.MisuseTouch: // what is done to any file
				called = called && wanted
			case protocol.MisuseAppend: // what is done where it fails is not drawn, for it does not
				called = called || h.owned[n.Path] && h.keptForWork(protocol.ID(i))
			}
			// mkdir -p asked like a claim is a lock in intent where the name is also given up.
			if h.removed[n.Path] && (called || h.emptied[n.Path] && !about.data && n.Text == protocol.MisuseMkdirP) {
				h.p.Paths[n.Path].Kind = protocol.Exists
			} else {
				*n = idle(n)
			}
		}
	}
}

// runDirectory tells whether a path lies where locks and process numbers are kept.
func runDirectory(text string) bool {
	for _, dir := range []string{"/var/lock/", "/run/lock/", "/var/run/", "/run/"} {
		if strings.HasPrefix(text, dir) {
			return true
		}
	}
	return false
}
