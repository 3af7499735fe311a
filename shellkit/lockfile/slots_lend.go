package lockfile

import "syscall"

// A slot can be held by a process that runs no code of ours: through a descriptor that it has
// opened and lends. It cannot know beforehand which slot will be free. So it lends the gate
// first, and Acquire says which slot is its; the place at the gate is kept through its
// descriptor until it has opened that slot and lends it too. One who does not wait has no
// place to keep.

// lent are descriptors that another process has opened.
type lent struct{ atGate, inSlot *Held }

// Through has a lock taken through descriptors that another process lends: the gate, and, where
// it is not nil, a slot. What Acquire and Try then return is not Lent where another slot was
// found free: that one is to be opened and lent next.
func (s Slots) Through(gate, slot *Held) Slots {
	s.lent = lent{gate, slot}
	return s
}

// gate is where who waits stands.
func (s Slots) gate(r Request) (*Held, error) {
	if s.atGate == nil {
		return Acquire(s.Lock.Path, r)
	}
	if err := s.atGate.Take(r); err != nil {
		return nil, err
	}
	if s.inSlot != nil && !s.atGate.leads(s.Lock.Path) {
		s.atGate.free()
		return nil, &Error{OpLock, s.Lock.Path, syscall.ESTALE}
	}
	return s.atGate, nil
}

// leave gives up the gate, unless who lends it is still to come in.
func (s Slots) leave(gate, found *Held) {
	if s.atGate == nil || found == nil || found.lent {
		gate.free()
	}
}

// slot takes one, through the descriptor that was lent where that leads to it.
func (s Slots) slot(number int, r Request) (*Held, error) {
	if s.inSlot != nil && s.inSlot.leads(s.Path(number)) {
		if err := s.inSlot.Take(r); err != nil {
			return nil, err
		}
		return s.inSlot, nil
	}
	return Acquire(s.Path(number), r)
}
