package prove

import (
	"cmp"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// order maps processes of one numbering to another.
type order [maxProcs]uint8

// canonical returns the state in which runs, children, inodes and open file
// descriptions are numbered by what they are and not by how they came about. The
// order tells where each process went.
func (m *model) canonical(s *State) (State, order) {
	m.forget(s)
	type ranked struct {
		old  int
		sign uint64
	}
	var ranks [maxProcs]ranked
	runs := len(m.crew)
	for i := range s.proc {
		ranks[i] = ranked{i, m.sign(s, i)}
	}
	compare := func(a, b ranked) int { return cmp.Or(cmp.Compare(a.sign, b.sign), a.old-b.old) }
	if !m.opt.Unreduced {
		slices.SortFunc(ranks[:runs], compare)
	}
	var to order
	for i, r := range ranks[:runs] {
		to[r.old] = uint8(i)
	}
	for i := runs; i < maxProcs; i++ {
		r := &ranks[i]
		if p := &s.proc[r.old]; p.life == gone {
			r.sign = ^uint64(0)
		} else {
			r.sign = uint64(to[p.run])<<60 | r.sign>>4
		}
	}
	slices.SortFunc(ranks[runs:], compare)
	out := State{killed: s.killed, passed: s.passed, full: s.full, left: s.left}
	for i, r := range ranks {
		to[r.old] = uint8(i)
		out.proc[i] = s.proc[r.old]
		out.proc[i].run = to[s.proc[r.old].run]
	}
	m.renumber(s, &out, &to)
	return out, to
}

// renumbered returns the state with inodes and open file descriptions numbered by
// what leads to them.
func (m *model) renumbered(s *State) State {
	out := State{proc: s.proc, killed: s.killed, passed: s.passed, full: s.full, left: s.left}
	var same order
	for i := range same {
		same[i] = uint8(i)
	}
	m.renumber(s, &out, &same)
	return out
}

// forget drops what can make no difference any more.
func (m *model) forget(s *State) {
	for i := range m.crew {
		p := &s.proc[i]
		if p.life == gone {
			p.script = 0
		}
		p.run = uint8(i)
	}
	for i := range m.locks {
		if !m.locks[i].private {
			continue
		}
		for run := range m.crew {
			if s.proc[run].life == gone && !m.hasFamily(s, run, uint8(run)) {
				s.setName(m.nameOf(i, run), 0)
			}
		}
	}
	for i := range s.text {
		if t := s.text[i]; t != empty && t < deadPid && s.proc[t-1].life != alive {
			s.text[i] = deadPid
		}
	}
	for i := range m.locks {
		if m.forgets(s, i) {
			s.setName(m.locks[i].name, 0)
		}
	}
}

// forgets tells whether a lock that is a name is as good as not there: its owner is dead,
// and all who want it ask for that.
func (m *model) forgets(s *State, lock int) bool {
	l := &m.locks[lock]
	if m.opt.Unreduced || l.asked || l.private || l.kind != protocol.Exists {
		return false
	}
	inode := s.name[l.name]
	return inode != 0 && (s.text[inode] == empty || s.text[inode] == deadPid)
}

// sign sums up a process without the numbers of inodes, open file descriptions
// and other processes.
func (m *model) sign(s *State, i int) uint64 {
	p := &s.proc[i]
	h := hash(fnvStart).add(uint64(p.life)).add(uint64(p.script))
	if p.life == gone || p.life == before {
		return uint64(h)
	}
	at := m.stand(p)
	h = h.add(uint64(at.pc)).add(uint64(at.resume)).add(uint64(p.born)).add(uint64(p.depth))
	if p.due != 0 {
		h = h.add(uint64(p.due) + 80)
	}
	for j, e := range p.fd[:m.scripts[p.script].slots] {
		if e != 0 {
			f := &s.file[e.file()]
			h = h.add(uint64(j)).add(uint64(e &^ entryFile)).add(uint64(f.mode)).add(uint64(f.lock)).add(m.signInode(s, f.inode, p.run))
		}
	}
	for l := range m.locks {
		b := &p.belief[l]
		h = h.add(uint64(b.mode))
		if b.over {
			h = h.add(77)
		}
		if b.open {
			h = h.add(78)
		}
		if m.locks[l].private {
			h = h.add(m.signInode(s, s.name[m.nameOf(l, int(p.run))], p.run))
		}
	}
	if p.born == 0 {
		for n := range m.names {
			if inode := s.name[n]; inode != 0 && s.text[inode] == p.run+1 {
				h = h.add(uint64(n) + 1000)
			}
		}
	}
	return uint64(h)
}

func (m *model) signInode(s *State, inode, run uint8) uint64 {
	if inode == 0 {
		return 3
	}
	h := hash(fnvStart)
	for l := range m.locks {
		if s.name[m.nameOf(l, int(run))] == inode {
			h = h.add(uint64(l) + 1)
		}
	}
	if s.text[inode] == run+1 {
		return uint64(h.add(5))
	}
	return uint64(h)
}

// renumber gives inodes and open file descriptions numbers in the order in which
// names and descriptor tables lead to them.
func (m *model) renumber(s, out *State, to *order) {
	var inodes [maxInodes + 1]uint8
	var files [maxFiles + 1]uint8
	lastInode, lastFile := uint8(0), uint8(0)
	inode := func(old uint8) uint8 {
		if old != 0 && inodes[old] == 0 {
			lastInode++
			inodes[old] = lastInode
			out.used[lastInode] = true
			t := s.text[old]
			if t != empty && t < deadPid {
				t = to[t-1] + 1
			}
			out.text[lastInode] = t
		}
		return inodes[old]
	}
	for l := range m.locks {
		at := m.locks[l].name
		if !m.locks[l].private {
			out.name[at] = inode(s.name[at])
			continue
		}
		for i := range m.crew {
			for old := range m.crew {
				if int(to[old]) == i {
					out.name[at+i] = inode(s.name[at+old])
				}
			}
		}
	}
	for i := range out.proc {
		p := &out.proc[i]
		if p.life == gone || p.life == before {
			continue
		}
		for j, e := range p.fd {
			old := e.file()
			if old == 0 {
				continue
			}
			if files[old] == 0 {
				lastFile++
				files[old] = lastFile
				out.file[lastFile] = s.file[old]
				out.file[lastFile].inode = inode(s.file[old].inode)
			}
			p.fd[j] = e&^entryFile | entry(files[old])
		}
		for l := range p.belief {
			if b := &p.belief[l]; b.file != 0 && b.file != asking && !b.forRun() {
				b.file = files[b.file]
			}
		}
	}
}

// hash is FNV-1a over words.
type hash uint64

const fnvStart = 14695981039346656037

func (h hash) add(x uint64) hash {
	h ^= hash(x)
	h *= 1099511628211
	return h ^ h>>29
}
