package rules

import (
	"path"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Account is what a script says about its locks where several scripts are looked at
// side by side. It is small, so that those of a whole tree can be kept.
type Account struct {
	file   string
	nested []nested
	uses   []use
	runs   []run
	waits  map[string]source.Span // by lock: where every run of the script waits for it
}

// nested is one acquisition that may have to wait while another lock is held.
type nested struct {
	file        string
	node        protocol.ID
	outer, lock held
	under       map[string]bool // locks that were held before both
	exchanged   bool            // another run of the script may be given the two the other way round
}

// held is a lock, by a name that scripts share and as a message says it, and where
// it is taken.
type held struct {
	key, name string
	at        source.Span
}

// use is one acquisition, and how it excludes.
type use struct {
	held
	kind  lockKind
	needs protocol.Answers
}

// run is a program that is run under a lock.
type run struct {
	program string
	at      source.Span
	under   []held
}

// Account works out what s says to others.
func (s *Script) Account() *Account {
	a := &Account{file: s.File, nested: s.nested(), waits: map[string]source.Span{}}
	seen := map[string]bool{}
	for i := range s.Nodes {
		id := protocol.ID(i)
		for _, p := range s.locks(id) {
			a.uses = append(a.uses, use{s.taken(id, p), s.kindOf(id), s.needs[id]})
			if key := s.lockKey(p); !seen[key] && s.mayWait(id) {
				seen[key] = true
				if by, waits := s.alwaysWaitsFor(key); waits {
					a.waits[key] = s.Nodes[by].Span
				}
			}
		}
		if r, ok := s.runUnder(id); ok {
			a.runs = append(a.runs, r)
		}
	}
	return a
}

// taken is the lock at path as the node takes it.
func (s *Script) taken(id protocol.ID, path int) held {
	return held{s.lockKey(path), s.name(path), s.Nodes[id].Span}
}

// runUnder tells which program the node runs under which locks.
func (s *Script) runUnder(id protocol.ID) (r run, ok bool) {
	n, in := &s.Nodes[id], s.Facts.At(id)
	if n.Op != protocol.Work || !n.Mode.Has(protocol.Program) || in == nil {
		return r, false
	}
	r = run{program: n.Text, at: n.Span}
	for _, h := range in.Holds {
		if h.Path != protocol.None && h.Sure {
			r.under = append(r.under, s.taken(h.By, h.Path))
		}
	}
	return r, len(r.under) > 0
}

// starts tells whether the program is that script.
func (r *run) starts(from, script *Account) bool {
	if from == script {
		return r.program == "$0"
	}
	return r.program == path.Base(script.file)
}
