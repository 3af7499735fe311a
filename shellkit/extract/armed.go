package extract

import (
	"strconv"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// armed is what the traps of a shell are. States share it, and it is never changed:
// most commands arm nothing, and a walk makes a state at every command.
type armed struct {
	exit trap
	sig  [protocol.NumSignals]trap
	err  errTrap

	name string // of all of it: equal names, equal traps
}

// trap is what is armed for one signal; the zero trap is the default.
type trap struct {
	text   string // the command; "" with armed set: ignored
	armed  bool
	node   protocol.ID
	place  string // where it was armed: what tells two traps with one text apart
	origin origin

	byFunction bool // of zsh: a function called TRAPTERM, or TRAPEXIT, which also runs where a substitution ends
}

// noTraps is what a shell begins with.
var noTraps = &armed{}

// arm has other traps in a state that was not handed on yet.
func (s *state) arm(change func(*armed)) {
	a := *s.armed
	change(&a)
	a.name = ""
	if a == (armed{}) {
		s.armed = noTraps
		return
	}
	b := []byte(a.err.within)
	for _, t := range a.all() {
		b = append(append(strconv.AppendBool(b, t.armed), t.text...), ':')
		b = append(append(b, t.place...), 1)
	}
	a.name = string(b)
	s.armed = &a
}

// all lists the traps for the signals, for EXIT and for ERR.
func (a *armed) all() [protocol.NumSignals + 2]trap {
	var all [protocol.NumSignals + 2]trap
	copy(all[:], a.sig[:])
	all[protocol.NumSignals], all[protocol.NumSignals+1] = a.exit, a.err.trap
	return all
}

// traps names what is armed.
func (s *state) traps() string {
	if !hasExit(s.frame) {
		return s.armed.name
	}
	b := []byte(s.armed.name)
	for f := s.frame; hasExit(f); f = f.parent {
		b = append(append(append(b, f.exit.text...), f.exit.place...), 2)
	}
	return string(b)
}

// withExit is the state in which the function at hand has an EXIT trap of its own.
func (s *state) withExit(t trap) *state {
	u := s.clone()
	f := *s.frame
	f.exit = t
	u.frame = &f
	return u
}
