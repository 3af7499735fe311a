package prove

import (
	"path"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A lock may be a folder in which another one stands: nothing can be made there while the
// folder is not, and the folder cannot be removed while that is there. A move takes it along.

// findFolders notes in which other lock each one stands.
func (m *model) findFolders() {
	for i := range m.locks {
		m.locks[i].folder = none
		for j := range m.locks {
			f := &m.locks[j]
			if f.kind == protocol.Exists && f.private == m.locks[i].private && m.below(i, j) {
				m.locks[i].folder = j
				m.locks[i].asked = true // whatever stands in it keeps the folder
			}
		}
	}
}

// below tells whether one lock stands in the folder at another one's path.
func (m *model) below(lock, folder int) bool {
	return lock != folder && m.locks[folder].text == path.Dir(m.locks[lock].text)
}

// homeless tells whether the folder that a lock stands in is not there.
func (m *model) homeless(s *State, lock int, run uint8) bool {
	f := m.locks[lock].folder
	return f != none && s.name[m.nameOf(f, int(run))] == 0
}

// filled tells whether something stands in the folder that a lock is.
func (m *model) filled(s *State, lock int, run uint8) bool {
	for i := range m.locks {
		if m.locks[i].folder == lock && s.name[m.nameOf(i, int(run))] != 0 {
			return true
		}
	}
	return false
}

// stays tells whether what a node would remove stays, for something stands in it.
func (m *model) stays(s *State, n *node, run uint8) bool {
	return n.lock != none && n.Text != "mv" && m.filled(s, n.lock, run)
}

// takeAlong moves what stands in a folder with that.
func (a *act) takeAlong(folder int) {
	for i := range a.m.locks {
		if a.m.locks[i].folder == folder {
			a.s.setName(a.m.nameOf(i, int(a.p.run)), 0)
			a.unname(i)
		}
	}
}
