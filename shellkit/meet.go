package shellkit

import (
	"bytes"
	"path"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Meet tells scripts that run side by side of each other's locks: what one does to the
// file that carries a lock of another is in its protocol then, whether or not it takes a
// lock itself.
func Meet(scripts ...*Script) error {
	locks := make([][]protocol.Path, len(scripts))
	for i, s := range scripts {
		if s.Protocol.HasLocks() {
			locks[i] = s.Protocol.Locks()
		}
	}
	for i, s := range scripts {
		var others []protocol.Path
		for j := range scripts {
			for _, lock := range locks[j] {
				same := func(p protocol.Path) bool { return p.Text == lock.Text }
				if j != i && !slices.ContainsFunc(locks[i], same) && !slices.ContainsFunc(others, same) {
					others = append(others, lock)
				}
			}
		}
		runs := s.names(scripts)
		if len(others) == 0 && len(runs) == 0 {
			continue
		}
		opt := s.reading()
		opt.Others, opt.Beside = others, runs
		p, err := s.extracted(opt)
		if err != nil {
			return err
		}
		s.Protocol = p
	}
	return nil
}

// names lists those of some scripts whose names stand in the text of this one, which has
// locks: it may run them.
func (s *Script) names(scripts []*Script) (out []string) {
	for _, other := range scripts {
		name := path.Base(other.File.Name)
		if other != s && other.Text == nil && s.Protocol.HasLocks() && bytes.Contains(s.script().Data, []byte(name)) {
			out = append(out, name)
		}
	}
	return out
}
