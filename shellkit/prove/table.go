package prove

// Table is what the kernel has at one moment.
type Table struct {
	Names  []NameRow
	Inodes []InodeRow
	Files  []FileRow
	FDs    []FDRow
}

// NameRow is a lock's name; Inode is 0 when nothing has that name. Process is
// whose name it is where every run has its own. Name tells names apart, from 1.
type NameRow struct {
	Name    int
	Path    string
	Inode   int
	Process int
}

// InodeRow is a file, whether or not it still has a name.
type InodeRow struct {
	Inode   int
	Deleted bool
	Lock    string // "", "shared" or "exclusive": the strongest flock(2) or fcntl lock on it
}

// FileRow is an open file description. Lock is its flock(2) lock.
type FileRow struct {
	File, Inode int
	Lock        string
}

// FDRow is an entry of a process's descriptor table.
type FDRow struct {
	Process, FD, File int
	Fcntl             string // the process's fcntl lock through it
}

var modeWords = [...]string{"", "shared", "exclusive"}

// table draws the state; processes that have not appeared yet are left out.
func (m *model) table(s *State, t *tracer) Table {
	var out Table
	locks := [maxInodes + 1]uint8{}
	for f := 1; f <= maxFiles; f++ {
		if g := s.file[f]; g.inode != 0 {
			out.Files = append(out.Files, FileRow{f, int(g.inode), modeWords[g.mode]})
			locks[g.inode] = max(locks[g.inode], g.mode)
		}
	}
	for i := range s.proc {
		p := &s.proc[i]
		if !p.lives() || t.shown[i] == 0 {
			continue
		}
		sc := m.scripts[p.script]
		fds := followed(sc.Protocol)
		for slot, e := range p.fd[:sc.tables] {
			if e.file() == 0 {
				continue
			}
			row := FDRow{Process: t.shown[i], FD: fds[slot], File: e.file()}
			if mode := e.fcntl(); mode != 0 {
				row.Fcntl = modeWords[mode]
				inode := s.file[e.file()].inode
				locks[inode] = max(locks[inode], mode)
			}
			out.FDs = append(out.FDs, row)
		}
	}
	for i := range m.locks {
		l := &m.locks[i]
		if !l.private {
			out.Names = append(out.Names, NameRow{Name: m.nameID(i, 0), Path: l.text, Inode: int(s.name[l.name])})
			continue
		}
		for run := range m.crew {
			if inode := s.name[m.nameOf(i, run)]; inode != 0 {
				out.Names = append(out.Names, NameRow{m.nameID(i, run), l.text, int(inode), t.shown[run]})
			}
		}
	}
	for i := 1; i <= maxInodes; i++ {
		if s.used[i] {
			out.Inodes = append(out.Inodes, InodeRow{i, deleted(s, uint8(i)) != "", modeWords[locks[i]]})
		}
	}
	return out
}

// fcntl is the mode of the fcntl lock that the process has through a descriptor.
func (e entry) fcntl() uint8 {
	switch {
	case e&entryExclusive != 0:
		return exclusive
	case e&entryFcntl != 0:
		return shared
	}
	return 0
}

// nameID is the number by which events and tables call a run's name of a lock.
func (m *model) nameID(lock, run int) int {
	if lock == none {
		return 0
	}
	return m.nameOf(lock, run) + 1
}
