//go:build linux && (amd64 || arm64)

package rehearse

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// A fit says what a call before which a task stands is to a mark.
type fit uint8

const (
	passes fit = iota // it is nothing to it
	meets             // it is what the mark is about
	stops             // it is what another mark is about, or none
)

// judge holds the call before which a task stands against a mark.
func (f *follower) judge(a *actor, t *task, m *mark) fit {
	f.s.names(t)
	c := &t.call
	switch c.op {
	case opFlock, opRange:
		return f.judgeLock(a, t, m)
	case opLook:
		return f.judgeLook(a, t, m)
	case opWrite:
		if m.deed == deedWrite && f.is(c.name, m.name) {
			return meets
		}
		return passes
	case opKill:
		if m.alive && f.asksForOther(t) {
			return meets
		}
		return passes
	case opOpen:
		switch {
		case c.bits&unix.O_PATH != 0:
			return passes // a tool looks whether it is a folder that it was given
		case c.bits&creates == 0 && !(t.shell() || programOf(t.command) == "flock"):
			return f.judgeLook(a, t, m)
		}
	case opUnlink, opRmdir, opRename, opMkdir, opMknod, opLink, opSymlink:
	default:
		return passes
	}
	if f.asExpected(t, m) {
		return meets
	}
	switch {
	case !f.known(c.name) && !f.known(c.made()):
		return passes
	case c.op == opOpen && c.bits&creates == 0 && m.deed != deedClose:
		return passes // it only reads
	case c.op == opOpen && c.bits&(unix.O_CREAT|unix.O_TRUNC) == 0 && !t.shell():
		return passes // it writes over what is there
	case (c.op == opUnlink || c.op == opRmdir) && !f.s.there(c.name):
		return passes // there is nothing to remove
	case c.op == opRmdir && f.s.filled(c.name):
		return passes // it fails
	case m.deed == deedRename && c.op == opLink && f.is(c.made(), m.to) && f.s.there(c.made()):
		return passes // ln -f tries to make it before it puts another one in its place
	case !m.soft() && c.onlyAnew() && a.failed.op != "" && a.failed.made() == c.made() && f.s.there(c.made()):
		return passes // it tries once more than the trace has what cannot be had, whoever does it for its shell
	case a.failed.task == t.id && a.failed.made() == c.made() && f.s.there(c.made()) && a.failed.run == t.run && a.failed.op != "":
		return passes // it tries again what has failed, and fails again
	}
	return stops
}

// asksForOther tells whether a signal is for somebody else than who sends it has started:
// shells ask so whether children of their own are still there.
func (f *follower) asksForOther(t *task) bool {
	pid := int(int32(t.call.args[0]))
	return pid > 0 && !slices.ContainsFunc(f.s.tasks, func(o *task) bool { return o.inner == pid && o.run == t.run })
}

// asExpected tells whether a call on a name is what a mark is about.
func (f *follower) asExpected(t *task, m *mark) bool {
	c := &t.call
	switch m.deed {
	case deedOpen:
		if c.bits&unix.O_EXCL != 0 && !m.excl {
			return false // a file of the shell's own
		}
		return c.op == opOpen && f.is(c.name, m.name) && (t.shell() || programOf(t.command) == "flock" || programOf(t.command) == "lockkit")
	case deedMake:
		return (c.makes() || c.op == opOpen && c.bits&creates != 0) && f.is(c.made(), m.name)
	case deedClaim:
		return c.makes() && f.is(c.made(), m.name)
	case deedRemove:
		return (c.op == opUnlink || c.op == opRmdir || c.op == opRename) && f.is(c.name, m.name) ||
			c.op == opRename && m.there && strings.HasPrefix(f.bound[m.name], c.name+"/") // it goes with its folder
	case deedRename:
		if c.op == opUnlink && m.to != 0 && f.is(c.name, m.to) {
			return true // it makes the name anew, as a rename would
		}
		return c.op == opRename && (m.name != 0 && f.is(c.name, m.name) || m.to != 0 && f.is(c.name2, m.to))
	}
	return false
}

// judgeLook judges a question about a name, which changes nothing.
func (f *follower) judgeLook(a *actor, t *task, m *mark) fit {
	name := t.call.name
	switch {
	case m.deed == deedLook && f.is(name, m.name):
		return meets
	case m.deed == deedClaim && m.mute && !m.ok && t.shell() && f.is(name, m.name) && f.s.there(name):
		return meets // it does not even try to make what it finds
	case m.deed == deedClose && f.known(name) && f.doesNext(a) == deedLook:
		return stops
	}
	return passes
}

func (f *follower) judgeLock(a *actor, t *task, m *mark) fit {
	c := &t.call
	unlocks := c.op == opFlock && c.bits&unix.LOCK_UN != 0
	name := f.formerly(strings.TrimSuffix(c.name, " (deleted)"))
	switch {
	case m.deed == deedUnlock && unlocks, m.deed == deedLock && !unlocks:
		if m.name == 0 || name == "" || f.is(name, m.name) {
			return meets // without a name it is not open
		}
	case unlocks && !f.unlocksLater(a):
		return passes
	}
	if f.known(name) || name == "" && f.doesNext(a) == deedLock {
		return stops
	}
	return passes
}

// doesNext is what an actor does next in the trace, beside work and what it writes.
func (f *follower) doesNext(a *actor) deed {
	for i := f.at + 1; i < len(f.c.marks); i++ {
		if m := &f.c.marks[i]; m.actor == a.number && m.deed != deedWork && m.deed != deedWrite && m.deed != deedClose {
			return m.deed
		}
	}
	return deedNone
}

// unlocksLater tells whether an actor is going to unlock in the trace.
func (f *follower) unlocksLater(a *actor) bool {
	for i := f.at; i < len(f.c.marks); i++ {
		if m := &f.c.marks[i]; m.actor == a.number && m.deed == deedUnlock {
			return true
		}
	}
	return false
}
