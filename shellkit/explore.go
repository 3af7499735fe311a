package shellkit

import (
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// Explore explores scripts, each alone and then all together, and returns those that the
// answer is about, in its order: the others are texts of a host that have nothing to do with
// locks.
func Explore(opt prove.Options, scripts ...*Script) (about []*Script, result prove.Result, err error) {
	if err := Meet(scripts...); err != nil {
		return nil, result, err
	}
	var protocols []*protocol.Protocol
	for _, s := range scripts {
		if p := s.Protocol; s.Text == nil || p.HasLocks() || p.Disturbs() || len(p.Unknowns) > 0 {
			about = append(about, s)
			protocols = append(protocols, p)
		}
	}
	return about, prove.Explore(protocols, opt), nil
}
