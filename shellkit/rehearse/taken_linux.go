//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"os"
)

// taken is a lock on a descriptor of a shell.
type taken struct {
	shell *task
	fd    int
	lock  held
}

// take remembers on which descriptor of its shell a task has just locked a file.
func (s *scene) take(t *task, name string) {
	shell := t
	if !t.shell() {
		shell = t.parent
	}
	ino := s.inode(t, t.call.target)
	s.takers[ino] = t
	if shell == nil || shell.at == dead {
		return
	}
	if ino != 0 && ino == s.inode(shell, t.call.target) {
		s.takers[ino] = shell
		s.taken = append(s.taken, taken{shell, t.call.target, held{name: name, inode: ino}})
	}
}

// kept are the locks that tasks of a run have taken, and still have.
func (s *scene) kept(run int) (kept []held) {
	for ino, t := range s.takers {
		if t.run != run || t.at == dead {
			continue
		}
		for _, h := range s.heldBy(t) {
			if h.inode == ino {
				kept = append(kept, h)
				break
			}
		}
	}
	return kept
}

// left are those of some locks that outlive who has taken them: a job that has taken one
// for itself, and goes on, keeps what is its own.
func (s *scene) left(locks []held) (left []held) {
	for _, l := range locks {
		if taker := s.takers[l.inode]; taker == nil || taker.main() || taker.at == dead {
			left = append(left, l)
		}
	}
	return left
}

// reopened are the locks that shells of a run have had on descriptors which are open for
// something else by now. What was closed was given up.
func (s *scene) reopened(run int) []held {
	var lost []held
	keep := s.taken[:0]
	for _, k := range s.taken {
		switch ino := s.inode(k.shell, k.fd); {
		case k.shell.run != run, ino == k.lock.inode && k.shell.at != dead:
			keep = append(keep, k)
		case k.shell.at != dead && ino != 0 && s.onFile(k.shell, k.fd):
			lost = append(lost, k.lock)
		}
	}
	s.taken = keep
	return lost
}

// onFile tells whether a descriptor is open on something that has a name.
func (s *scene) onFile(t *task, fd int) bool {
	name, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd))
	return err == nil && len(name) > 0 && name[0] == '/'
}
