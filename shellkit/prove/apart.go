package prove

import (
	"github.com/lockkit/lockkit/shellkit/protocol"
)

// remain leaves the program behind that a shell was waiting for when a signal to the group
// has found it, where the program is in another group, as under timeout: it works on. A
// shell that has a trap for the signal waits for the program first; one that has a trap for
// EXIT alone may run that at once, and give up a lock that is a name.
func (v *mover) remain(t *State, i int, at protocol.ID, sig protocol.Signal) {
	p := &t.proc[i]
	sc := v.m.scripts[p.script]
	n := &sc.nodes[at]
	if !n.Mode.Has(protocol.Apart) || sig == protocol.INT || p.born != 0 || !sc.Shell.Has(protocol.ExitTrapAtOnce) || !sc.setsOffExit(at, sig) {
		return // on INT the shell waits whether the program dies of it
	}
	left := proc{life: alive, script: p.script, run: p.run, born: uint16(at) + 1, pc: atWork}
	for l := range v.m.locks {
		if b := p.belief[l]; b.mode != 0 && b.file == 0 && v.m.locks[l].kind == protocol.Exists {
			left.worksFor(l, exclusive)
		}
	}
	if !left.believesAny() {
		return
	}
	if c := t.freeProc(len(v.m.crew)); c != none {
		t.proc[c] = left
	}
}
