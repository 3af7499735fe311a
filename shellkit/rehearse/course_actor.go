package rehearse

import "slices"

// What a course has of one of its actors.

// workedSince tells whether an actor has done work since it last got a lock.
func (c *course) workedSince(actor int) bool {
	worked := false
	for i := range c.marks {
		switch m := &c.marks[i]; {
		case m.actor != actor:
		case m.deed == deedWork:
			worked = true
		case (m.deed == deedLock || m.deed == deedClaim || m.deed == deedMake) && m.ok:
			worked = false
		}
	}
	return worked
}

// letGo tells whether an actor has let go of a lock since it last got one.
func (c *course) letGo(actor int) bool {
	gone := false
	for i := range c.marks {
		switch m := &c.marks[i]; {
		case m.actor != actor:
		case m.deed == deedUnlock, m.deed == deedClose, m.deed == deedRemove:
			gone = true
		case (m.deed == deedLock || m.deed == deedClaim) && m.ok:
			gone = false
		}
	}
	return gone
}

// deedBefore tells whether an actor is yet to do something but work before the mark at.
func (c *course) deedBefore(actor, from, at int) bool {
	for i := from; i < at; i++ {
		if c.marks[i].actor == actor && c.marks[i].deed != deedWork {
			return true
		}
	}
	return false
}

// refused tells whether an actor has last asked in vain for a lock.
func (c *course) refused(actor int) bool {
	refused := false
	for i := range c.marks {
		if m := &c.marks[i]; m.actor == actor && (m.deed == deedLock || m.deed == deedClaim) {
			refused = !m.ok && !m.waits
		}
	}
	return refused
}

// runTexts are commands that are work where their text is, and are no programs: none is
// seen to begin or to end.
var runTexts = []string{"eval", ".", "source"}

// unfinished tells whether an actor has work ahead that stands before the mark at.
func (c *course) unfinished(actor, from, at int) bool {
	for i := from; i < at; i++ {
		if m := &c.marks[i]; m.actor == actor && m.deed == deedWork && !isTool(programBase(m.work)) && !slices.Contains(runTexts, m.work) {
			return true
		}
	}
	return false
}
