package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var mixedLockKinds = &Rule{
	Rule: diag.Rule{
		Code: "LK504", Slug: "mixed-lock-kinds", Level: diag.Error,
		Title: "two kinds of lock on one path do not see each other",
	},
	Across: findMixedLockKinds,
}

// lockKind is how a lock excludes.
type lockKind string

const (
	kindFlock lockKind = "flock(2)"
	kindFcntl lockKind = "fcntl"
	kindName  lockKind = "the existence of the file"
)

func findMixedLockKinds(scripts []*Script) []diag.Finding {
	type user struct {
		s    *Script
		id   protocol.ID
		path int
		kind lockKind
	}
	users := map[string][]user{}
	var keys []string
	for _, s := range scripts {
		for i := range s.Nodes {
			id := protocol.ID(i)
			for _, p := range s.locks(id) {
				key := s.lockKey(p)
				if users[key] == nil {
					keys = append(keys, key)
				}
				users[key] = append(users[key], user{s, id, p, s.kindOf(id)})
			}
		}
	}
	var out []diag.Finding
	for _, key := range keys {
		first := users[key][0]
		for _, u := range users[key][1:] {
			if u.kind == first.kind {
				continue
			}
			f := u.s.at(u.id, "two runs can work at once: %s is locked by %s here and by %s elsewhere, and neither sees the other", u.s.name(u.path), u.kind, first.kind)
			first.s.note(&f, first.id, "by %s here", first.kind)
			f.NoFix = "all users of the lock have to take it in one way"
			out = append(out, f)
			break
		}
	}
	return out
}

func (s *Script) kindOf(id protocol.ID) lockKind {
	switch n := &s.Nodes[id]; {
	case n.Op == protocol.Flock && n.Mode.Has(protocol.Fcntl):
		return kindFcntl
	case n.Op == protocol.Flock:
		return kindFlock
	}
	return kindName
}
