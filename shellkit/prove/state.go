package prove

import "slices"

// Room in a state. What does not fit makes the answer unknown.
const (
	maxLocks  = 10
	maxNames  = 20
	maxInodes = 24 // numbered from 1; 0 is none
	maxFiles  = 24 // open file descriptions, numbered from 1
	maxProcs  = 14 // runs first, then their children
	maxSlots  = 24
)

// Where a process can stand beside the nodes of its script.
const (
	atDeath   uint16 = 0xffff - iota // a signal has hit it and it is about to die
	atLoss                           // the same for the frames that it is in: a shell around them catches the signal
	atUnknown                        // in a construct that was not understood: it may stay there
	atWork                           // it works and never comes back to its locks
)

// anywhere stands for the Spawn of a child that nobody waits for alone: where it was
// started makes no difference.
const anywhere uint16 = 0xffff

// life tells what a process is.
type life uint8

const (
	gone   life = iota // ended, or a place for a child
	before             // a run that has not begun
	alive
	daemon // left behind by a program that is known to stay
)

// What can stand in a lock file, beside the number of a run (from 1).
const (
	empty   = 0
	deadPid = 254 // the number of a process that is no more
	text    = 255
)

// file is an open file description.
type file struct {
	inode, lock uint8 // lock: index of the lock that it was opened as, plus 1
	mode        uint8 // 0, shared or exclusive: its flock(2) lock
	refs        uint8
}

const (
	shared    = 1
	exclusive = 2
)

// entry is one entry of a descriptor table: an open file description and flags.
type entry uint8

const (
	entryFile            = 0x1f
	entryCloexec         = 0x20
	entryFcntl           = 0x40 // the process has an fcntl lock through it
	entryExclusive       = 0x80 // and that is exclusive
	entryLocks     entry = entryFcntl | entryExclusive
)

// entryElsewhere is a descriptor that is open on something that is no lock.
const entryElsewhere entry = entryFile

// entryNothing is the copy of a descriptor that was closed when a redirect came.
const entryNothing entry = entryCloexec

// file is the open file description behind an entry, 0 where it is closed or leads elsewhere.
func (e entry) file() int {
	if f := int(e & entryFile); f <= maxFiles {
		return f
	}
	return 0
}

// belief is what a process thinks of one lock.
type belief struct {
	mode uint8 // 0, shared or exclusive
	over bool  // it is past it: see doc.go
	// open says that the script has yet to find out whether the lock is worth anything.
	open bool
	file uint8 // the open file description that the lock is on, or 0
}

type proc struct {
	life        life
	script, run uint8
	depth       uint8  // frames that are open
	pc          uint16 // the node that it is about to run
	resume      uint16 // in a handler: where to go on
	due         uint8  // the signal, plus 1, for which a shell around has a trap to run when the frame has ended
	born        uint16 // of a child: its Spawn node
	fd          [maxSlots]entry
	belief      [maxLocks]belief
}

// State is the world at one moment. The zero State is empty.
type State struct {
	name   [maxNames]uint8 // by name: its inode, 0 when there is none
	text   [maxInodes + 1]uint8
	used   [maxInodes + 1]bool // a name or an open file description leads to it
	file   [maxFiles + 1]file
	proc   [maxProcs]proc
	killed bool // kill -9 has happened
	left   bool // a lock that is a name was left behind at the start
	passed bool // some process has run a node that is looked for
	full   bool // something did not fit: what follows is not to be trusted
	// fresh makes every new number one that was never used: for people who read traces.
	fresh               bool
	lastInode, lastFile uint8
}

func (s *State) newInode() uint8 {
	for i := s.lastInode + 1; int(i) <= maxInodes; i++ {
		if !s.used[i] {
			s.used[i], s.text[i] = true, empty
			if s.fresh {
				s.lastInode = i
			}
			return i
		}
	}
	s.full = true
	return 0
}

func (s *State) newFile(inode uint8, lock int) uint8 {
	for i := s.lastFile + 1; int(i) <= maxFiles; i++ {
		if s.file[i].inode == 0 {
			s.file[i] = file{inode: inode, lock: uint8(lock + 1)}
			if s.fresh {
				s.lastFile = i
			}
			return i
		}
	}
	s.full = true
	return 0
}

// sweep forgets an inode that nothing leads to any more.
func (s *State) sweep(inode uint8) {
	if inode == 0 || slices.Contains(s.name[:], inode) {
		return
	}
	for i := range s.file {
		if s.file[i].inode == inode {
			return
		}
	}
	s.used[inode], s.text[inode] = false, empty
}

// setName makes a name lead to an inode, or to nothing.
func (s *State) setName(name int, inode uint8) {
	old := s.name[name]
	s.name[name] = inode
	s.sweep(old)
}

// drop closes one descriptor. It tells whether anybody else can notice: a lock
// has gone.
func (s *State) drop(p *proc, slot int) (noticed bool) {
	e := p.fd[slot]
	p.fd[slot] = 0
	if e.file() == 0 {
		return false
	}
	f := &s.file[e.file()]
	if s.dropFcntl(p, f.inode, e&entryLocks != 0) {
		noticed = true
	}
	f.refs--
	if f.refs > 0 {
		return noticed
	}
	noticed = noticed || f.mode != 0
	inode := f.inode
	*f = file{}
	s.sweep(inode)
	return noticed
}

// dropFcntl ends the process's fcntl locks on an inode: closing any descriptor of
// the file does that.
func (s *State) dropFcntl(p *proc, inode uint8, had bool) bool {
	for i := range p.fd {
		if e := p.fd[i]; e&entryLocks != 0 && s.file[e.file()].inode == inode {
			p.fd[i] &^= entryLocks
			had = true
		}
	}
	return had
}

// set makes a descriptor lead to an open file description.
func (s *State) set(p *proc, slot int, e entry) (noticed bool) {
	if e.file() != 0 {
		s.file[e.file()].refs++
	}
	noticed = s.drop(p, slot)
	p.fd[slot] = e
	return noticed
}

// holds tells whether the process has a descriptor of the open file description.
func (p *proc) holds(file uint8) bool {
	for _, e := range p.fd {
		if e != 0 && e.file() == int(file) {
			return true
		}
	}
	return false
}

func (p *proc) lives() bool { return p.life == alive || p.life == daemon }

// quiet tells whether no process lives.
func (s *State) quiet() bool {
	for i := range s.proc {
		if s.proc[i].lives() {
			return false
		}
	}
	return true
}

func (s *State) freeProc(runs int) int {
	for i := runs; i < maxProcs; i++ {
		if s.proc[i].life == gone {
			return i
		}
	}
	s.full = true
	return none
}
