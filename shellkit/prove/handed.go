package prove

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A lock whose existence is the lock, and that a function of a library takes for its caller,
// stays until the caller gives it up. Whether he does, and which signals he clears it away
// on, is his: that it stays behind is no fault of the library, and nobody vouches for it.

// handOut notes which locks are handed to a caller.
func (m *model) handOut(protocols []*protocol.Protocol) {
	for _, p := range protocols {
		for path := range protocol.LeftToCallers(p) {
			for i := range m.locks {
				if l := &m.locks[i]; l.kind == protocol.Exists && l.text == p.Paths[path].Text {
					l.handed = true
				}
			}
		}
	}
}

// withoutHanded takes such locks out of those that nobody gets any more.
func (e *explorer) withoutHanded(locks lockSet) lockSet {
	for i := range e.m.locks {
		if e.m.locks[i].handed && locks.has(i) {
			e.handed |= 1 << i
			locks &^= 1 << i
		}
	}
	return locks
}

// handedDoubts are what is left open of them.
func (e *explorer) handedDoubts() (out []Doubt) {
	for i := range e.m.locks {
		if e.handed.has(i) {
			out = append(out, Doubt{Why: fmt.Sprintf("whether who calls the library gives %s up, and on which signals", e.m.locks[i].text)})
		}
	}
	return out
}
