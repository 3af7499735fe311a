package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// outcomes is a set of ways in which an operation can end.
type outcomes uint8

const (
	worked outcomes = 1 << iota // goes on at Next
	failed                      // goes on at Else
	asks                        // gives up the lock that it has and waits for another: stays
)

// act is one operation of one process, done to a state of its own.
type act struct {
	m    *model
	s    *State
	self int
	p    *proc
	n    *node

	noticed bool    // another process, or a property, can tell that it happened
	stay    bool    // the process is still at the node
	began   int     // the lock that the process began to believe in, or none
	child   int     // the process that was started, or none
	leaked  lockSet // the locks that ended processes have left to their children
}

// possible lists the outcomes that the next operation of a process can have. The
// empty set means that it waits.
func (m *model) possible(s *State, self int) outcomes {
	p := &s.proc[self]
	n := m.node(p.script, p.pc)
	name := func() uint8 { return s.name[m.nameOf(n.lock, int(p.run))] }
	choose := func(ok bool) outcomes {
		if ok {
			return worked
		}
		return failed
	}
	if n.endless {
		if n.execs && m.sheds(p, n) {
			return worked
		}
		return 0
	}
	if n.local || n.Op == protocol.Work || n.Op == protocol.Choose {
		if n.ignored() {
			return worked
		}
		if yes, decided := m.scripts[p.script].decided[n.id]; decided {
			return choose(yes)
		}
		return worked | failed
	}
	switch n.Op {
	case protocol.Flock:
		return m.possibleFlock(s, self, n)
	case protocol.Open:
		if n.isWord {
			return failed
		}
		if n.lock == none {
			return worked
		}
		extra := outcomes(0)
		if m.opt.Strict {
			extra = failed
		}
		there := name() != 0
		return extra | choose(!there && n.Mode.Has(protocol.Creat) && !m.homeless(s, n.lock, p.run) || there && !n.Mode.Has(protocol.Exclusive))
	case protocol.Dup:
		return choose(n.vague || p.fd[n.from] != 0)
	case protocol.SameInode:
		file := p.fd[n.fd].file()
		return choose(file != 0 && s.file[file].inode == name())
	case protocol.Test:
		if n.Text == "-s" && name() != 0 && s.text[name()] == empty {
			return failed
		}
		if n.Text == "-nt" || n.Text == "-ot" {
			return worked | failed
		}
		return choose(name() != 0 && !m.locks[n.lock].never(n.Text))
	case protocol.Create:
		if n.Else == none {
			return worked
		}
		taken := n.Mode.Has(protocol.Exclusive) && name() != 0
		return choose(!taken && !m.homeless(s, n.lock, p.run))
	case protocol.Claim:
		return m.possibleClaim(s, p, n)
	case protocol.Remove:
		if n.Else == none {
			return worked
		}
		return choose(name() != 0 && !m.stays(s, n, p.run))
	case protocol.Rename:
		if n.lock == none || n.Else == none {
			return worked
		}
		return choose(name() != 0)
	case protocol.Own:
		return choose(name() != 0 && s.text[name()] == p.run+1)
	case protocol.Alive:
		if n.Body != none {
			return choose(s.hasChild(self, n))
		}
		if n.Mode.Has(protocol.Expires) && name() != 0 && !m.opt.kindly {
			return worked | failed // time goes by, whoever lives
		}
		if n.Mode.Has(protocol.Unnamed) && (name() == 0 || s.text[name()] == empty) {
			return worked
		}
		return choose(name() != 0 && m.living(s, s.text[name()]))
	case protocol.Wait:
		if n.Joins() && s.hasChild(self, n) {
			return 0
		}
		return worked
	}
	return worked
}

func (m *model) possibleClaim(s *State, p *proc, n *node) outcomes {
	inode := s.name[m.nameOf(n.lock, int(p.run))]
	switch {
	case m.homeless(s, n.lock, p.run):
		return failed
	case inode == 0:
		return worked
	case n.Mode.Has(protocol.Pid) && !m.living(s, s.text[inode]):
		return worked
	case m.opt.kindly && n.Mode.Has(protocol.Waits):
		return 0
	case m.opt.kindly:
		return failed
	case n.Mode.Has(protocol.Expires | protocol.Waits):
		return worked
	case n.Mode.Has(protocol.Expires):
		return worked | failed
	case n.Mode.Has(protocol.Waits):
		return 0
	}
	return failed
}

// living tells whether the content of a file is the number of a living process.
func (m *model) living(s *State, content uint8) bool {
	return content == text || content != empty && content != deadPid && s.proc[content-1].life == alive
}

// hasChild tells whether a child that a Wait waits for is still there.
func (s *State) hasChild(self int, n *node) bool {
	for i := range s.proc {
		c := &s.proc[i]
		if i != self && c.life == alive && c.born != 0 && c.run == s.proc[self].run && n.waitsFor(c) {
			return true
		}
	}
	return false
}

// waitsFor tells whether a Wait waits for a child.
func (n *node) waitsFor(c *proc) bool {
	spawn := protocol.ID(c.born) - 1
	if n.Body != none {
		return spawn == n.Body
	}
	return n.everyone || slices.Contains(n.own, spawn)
}

// do runs the operation with one of its possible outcomes and returns the node
// at which the process goes on.
func (a *act) do(how outcomes) protocol.ID {
	n := a.n
	switch {
	case n.local:
		if g := n.lacks; g.lock != none && a.p.belief[g.lock].mode == 0 {
			a.begin(g.lock, g.mode, 0)
		}
	case n.Op == protocol.End && a.p.due != 0:
		a.noticed = true
		return a.lose(protocol.ID(a.p.resume&^resumeAt-1), func(protocol.ID, bool) {})
	case n.Op == protocol.End:
		a.finish()
		return none
	case n.Op == protocol.EndSub && a.p.due != 0:
		a.leave(n.Body)
		if a.m.scripts[a.p.script].handler(n.Body, protocol.Signal(a.p.due-1)).Do == protocol.Run {
			return a.catch(n.Body, uint16(n.Next)+1|resumeAt)
		}
	default:
		a.effect(how)
		if g := n.lacks; g.lock != none && a.p.belief[g.lock].mode == 0 {
			a.begin(g.lock, g.mode, 0)
		}
	}
	if how == failed && n.Else != none {
		return n.Else
	}
	return n.Next
}

func (a *act) effect(how outcomes) {
	n := a.n
	switch n.Op {
	case protocol.Work:
		a.work()
	case protocol.Misuse:
		a.noticed = true
		if n.anyway {
			a.begin(n.believes, n.mode(), 0)
		}
	case protocol.Open:
		if n.handsOver {
			a.closeSlot(n.fd)
		}
		a.open(how)
	case protocol.Dup:
		if how == worked {
			a.dup()
		}
	case protocol.Close:
		a.save()
		if n.unseen {
			a.drop(n.fd)
		} else {
			a.closeSlot(n.fd)
		}
		a.noticed = a.p.isPast(n.past) || a.noticed
	case protocol.Restore:
		a.restore(n.Body)
	case protocol.Leave:
		a.unwind()
	case protocol.Flock:
		a.flock(how)
	case protocol.SameInode:
		a.noticed = !a.m.locks[n.lock].stable
		a.verify(how)
	case protocol.Test, protocol.Alive:
		a.noticed = true
	case protocol.Own:
		a.noticed = true
		a.verify(how)
	case protocol.Create, protocol.Store:
		if how == worked {
			a.create()
			a.closesWithin()
		}
	case protocol.Load:
		a.closesWithin()
	case protocol.Claim:
		a.claim(how)
	case protocol.Remove:
		if n.to != none && n.to != n.lock { // with what stands in a folder its removal begins
			a.unname(n.to)
		}
		a.remove(n.lock)
	case protocol.Rename:
		a.rename(how)
	case protocol.Sub:
		a.enter()
	case protocol.EndSub:
		a.leave(n.Body)
	case protocol.Spawn:
		a.spawn()
	case protocol.Wait:
		if n.Mode.Has(protocol.Ends) {
			a.endChildren()
		}
	}
}

// closesWithin ends the fcntl locks of the process on a file that it has opened for a
// command and closes again.
func (a *act) closesWithin() {
	if n := a.n; n.Mode.Has(protocol.Within) && n.lock != none {
		a.noticed = a.s.dropFcntl(a.p, a.s.name[a.name()], false) || a.noticed
	}
}

func (a *act) begin(lock int, mode, file uint8) {
	a.p.begin(lock, mode, file)
	a.noticed = true
	if a.n.verified {
		a.p.belief[lock].open = true
	} else {
		a.began = lock
	}
}

// verify makes a belief sure after the check that it waited for.
func (a *act) verify(how outcomes) {
	l := a.n.lock
	if l == none || how != worked || !a.p.belief[l].open {
		return
	}
	a.p.belief[l].open = false
	a.began = l
	a.noticed = true
}

// name is where the node's path leads.
func (a *act) name() int { return a.m.nameOf(a.n.lock, int(a.p.run)) }

// make gives the node's path a new, empty inode.
func (a *act) make() uint8 {
	inode := a.s.newInode()
	a.s.setName(a.name(), inode)
	a.noticed = true
	return inode
}

func (a *act) create() {
	inode := a.s.name[a.name()]
	found := inode != 0
	if !found {
		if a.m.homeless(a.s, a.n.lock, a.p.run) {
			return
		}
		inode = a.make()
	} else if a.m.locks[a.n.lock].stable && !a.m.pids {
		return
	}
	a.noticed = true
	switch {
	case a.n.Mode.Has(protocol.Pid):
		a.s.text[inode] = a.p.run + 1
	case a.n.Op == protocol.Store:
		a.s.text[inode] = text
	case a.n.Mode.Has(protocol.Truncate):
		a.s.text[inode] = empty
	}
	if a.n.Op == protocol.Create && a.m.locks[a.n.lock].kind == protocol.Exists && !(found && a.keepsFresh()) {
		a.begin(a.n.lock, exclusive, 0)
	}
}

// keepsFresh tells of a child that touches the lock of its run: it has none of its own.
func (a *act) keepsFresh() bool {
	lock := a.n.lock
	return a.p.belief[lock].mode == 0 && slices.ContainsFunc(a.s.proc[:], func(p proc) bool {
		return p.run == a.p.run && p.life != gone && p.belief[lock].mode != 0
	})
}

func (a *act) claim(how outcomes) {
	a.noticed = true
	if how == worked {
		inode := a.make()
		if a.n.Mode&(protocol.Pid|protocol.Write) != 0 {
			a.s.text[inode] = a.p.run + 1
		}
	}
	if how == worked || a.n.disregarded() {
		a.begin(a.n.lock, exclusive, 0)
	}
}

// remove deletes the name of a lock. It is the release where the name is the
// lock; where the process holds the inode, it may be its last act.
func (a *act) remove(lock int) {
	if lock == none {
		return
	}
	a.noticed = true
	if !a.m.stays(a.s, a.n, a.p.run) {
		a.s.setName(a.m.nameOf(lock, int(a.p.run)), 0)
		a.takeAlong(lock)
	}
	a.unname(lock)
}

// unseen tells whether the process goes on as if it had the lock that its node ends.
func (a *act) unseen() bool { return a.m.scripts[a.p.script].unseenBy(a.n, a.p.resume) }

func (a *act) unname(lock int) {
	b := &a.p.belief[lock]
	if b.file == 0 || b.forRun() {
		if !a.unseen() {
			*b = belief{}
		}
	} else if a.n.tail {
		b.over = true
	}
}

func (a *act) rename(how outcomes) {
	n, s := a.n, a.s
	a.noticed = true
	if how == failed {
		return
	}
	inode := uint8(0)
	if n.lock != none && n.lock != n.to {
		from := a.name()
		inode = s.name[from]
		if inode == 0 {
			return
		}
		if n.to == none {
			a.remove(n.lock)
			return
		}
		s.name[from] = 0
		a.unname(n.lock)
	}
	if inode == 0 {
		inode = s.newInode()
		s.text[inode] = text
	}
	s.setName(a.m.nameOf(n.to, int(a.p.run)), inode)
	a.unname(n.to)
}
