package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// conflict tells whether somebody else's flock(2) lock on the inode stands
// against a lock of that mode for the open file description.
func (s *State) conflict(file int, mode uint8) bool {
	inode := s.file[file].inode
	for i := range s.file {
		other := &s.file[i]
		if i != file && other.inode == inode && other.mode != 0 && (mode == exclusive || other.mode == exclusive) {
			return true
		}
	}
	return false
}

// fcntlConflict is the same for fcntl locks, which belong to processes.
func (s *State) fcntlConflict(self int, inode, mode uint8) bool {
	for i := range s.proc {
		if i == self {
			continue
		}
		for _, e := range s.proc[i].fd {
			if e&entryLocks != 0 && s.file[e.file()].inode == inode && (mode == exclusive || e&entryExclusive != 0) {
				return true
			}
		}
	}
	return false
}

// lockable returns the descriptor that a flock node can lock, or 0 when the call
// fails whatever others hold: it is not open, or not for the program flock.
func (n *node) lockable(p *proc) entry {
	e := p.fd[n.fd]
	if e&entryCloexec != 0 && !slices.Contains(n.handed, n.fd) && !n.Mode.Has(protocol.Fcntl) {
		return 0
	}
	return e
}

// possibleFlock lists the outcomes of a flock node; none means that it waits.
func (m *model) possibleFlock(s *State, self int, n *node) outcomes {
	p := &s.proc[self]
	e := n.lockable(p)
	file := e.file()
	switch {
	case e == 0 && !n.opened && !m.scripts[p.script].closed:
		m.outside[place{int(p.script), protocol.ID(p.pc)}] = true
		return worked
	case e == 0:
		return failed
	case file == 0, n.Mode.Has(protocol.Unlock):
		return worked
	}
	extra := outcomes(0)
	if m.opt.Strict {
		extra = failed // there may be no flock, or no locks left
	}
	if n.Mode.Has(protocol.Fcntl) {
		if !s.fcntlConflict(self, s.file[file].inode, n.mode()) {
			return worked | extra
		}
		return extra | n.whenBusy()
	}
	if !s.conflict(file, n.mode()) {
		return worked | extra
	}
	if n.whenBusy() == 0 && s.file[file].mode != 0 {
		return asks | extra
	}
	return extra | n.whenBusy()
}

// whenBusy is what an acquisition can do while it cannot be had.
func (n *node) whenBusy() outcomes {
	if n.Mode&(protocol.Nonblock|protocol.Timed) != 0 {
		return failed
	}
	return 0
}

// flock does what a flock node does to the world, with the given outcome.
func (a *act) flock(how outcomes) {
	n, p, s := a.n, a.p, a.s
	file := n.lockable(p).file()
	if file == 0 {
		if how == failed && n.disregarded() && !n.Mode.Has(protocol.Unlock) && n.believes != none {
			a.begin(n.believes, n.mode(), 0)
		}
		return
	}
	f := &s.file[file]
	lock := int(f.lock) - 1
	switch {
	case n.Mode.Has(protocol.Unlock):
		a.noticed = f.mode != 0
		f.mode = 0
		if n.Mode.Has(protocol.Fcntl) {
			a.noticed = s.dropFcntl(p, f.inode, false) || a.noticed
		}
		if lock != none && !a.unseen() {
			a.noticed = p.end(lock) || a.noticed
		}
		return
	case how == asks:
		a.noticed = true
		f.mode = 0
		if lock != none && n.rereads {
			p.belief[lock].file = asking
		}
		a.stay = true
		return
	}
	a.noticed = true
	if how == worked {
		if n.Mode.Has(protocol.Fcntl) {
			p.fd[n.fd] = p.fd[n.fd]&^entryLocks | entryFcntl
			if n.mode() == exclusive {
				p.fd[n.fd] |= entryExclusive
			}
		} else {
			f.mode = n.mode()
		}
		if lock != none && !n.forNothing {
			a.begin(lock, n.mode(), uint8(file))
		}
		return
	}
	if !n.Mode.Has(protocol.Fcntl) {
		f.mode = 0 // a failed conversion has lost the old lock
	}
	switch {
	case lock == none:
	case n.disregarded():
		a.begin(lock, n.mode(), uint8(file))
	case p.belief[lock].file == asking:
		p.belief[lock].file = uint8(file)
		a.began = lock
	case n.tail && p.belief[lock].mode != 0: // it lets go of what it has lost
		p.belief[lock].over = true
	}
}
