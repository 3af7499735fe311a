package rules

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var mixedLockKinds = &Rule{
	Rule: diag.Rule{
		Code: "LK504", Slug: "mixed-lock-kinds", Level: diag.Error,
		Title: "two kinds of lock on one path do not see each other",
	},
	Breaks: []Property{Exclusion},
	Across: findMixedLockKinds,
}

// lockKind is how a lock excludes.
type lockKind string

const (
	kindFlock lockKind = "flock(2)"
	kindFcntl lockKind = "fcntl"
	kindName  lockKind = "the existence of the file"
)

func findMixedLockKinds(scripts []*Account) []diag.Finding {
	users := map[string][]use{}
	var keys []string
	for _, s := range scripts {
		for _, u := range s.uses {
			if users[u.key] == nil {
				keys = append(keys, u.key)
			}
			users[u.key] = append(users[u.key], u)
		}
	}
	var out []diag.Finding
	for _, key := range keys {
		for i, u := range users[key] {
			// Where a tool is missing, it is so for all runs.
			k := slices.IndexFunc(users[key][:i], func(v use) bool { return v.kind != u.kind && v.needs.Agree(u.needs) })
			if k < 0 {
				continue
			}
			first := users[key][k]
			f := finding(u.at, "two runs can work at once: %s is locked by %s here and by %s elsewhere, and neither sees the other", u.name, u.kind, first.kind)
			note(&f, first.at, "by %s here", first.kind)
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
