package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// save keeps a descriptor that a scoped redirect is about to change.
func (a *act) save() {
	n := a.n
	if n.save == none {
		return
	}
	a.drop(n.save)
	e := a.p.fd[n.fd] &^ entryLocks
	if e == 0 {
		e = entryNothing
	}
	a.noticed = a.s.set(a.p, n.save, e) || a.noticed
}

// drop closes a descriptor that no belief hangs on any more.
func (a *act) drop(slot int) {
	file := a.p.fd[slot].file()
	a.noticed = a.s.drop(a.p, slot) || a.noticed
	a.p.lost(file)
}

// closeSlot closes a descriptor on purpose: beliefs end.
func (a *act) closeSlot(slot int) {
	file := a.p.fd[slot].file()
	a.noticed = a.s.drop(a.p, slot) || a.noticed
	a.noticed = a.p.letGo(file) || a.noticed
}

func (a *act) open(how outcomes) {
	n := a.n
	if n.lock == none {
		a.save()
		if n.fd != none {
			a.drop(n.fd)
			a.p.fd[n.fd] = entryElsewhere
			if n.Mode.Has(protocol.Cloexec) {
				a.p.fd[n.fd] |= entryCloexec
			}
		}
		return
	}
	l := &a.m.locks[n.lock]
	a.noticed = !l.stable
	if how == failed {
		return
	}
	inode := a.s.name[a.name()]
	if inode == 0 {
		inode = a.make()
	}
	if n.Mode.Has(protocol.Truncate) && a.m.pids {
		a.s.text[inode] = empty
		a.noticed = true
	}
	if n.fd == none {
		return
	}
	file := a.s.newFile(inode, n.lock)
	e := entry(file)
	if n.Mode.Has(protocol.Cloexec) {
		e |= entryCloexec
	}
	a.save()
	old := a.p.fd[n.fd].file()
	a.noticed = a.s.set(a.p, n.fd, e) || a.noticed
	if n.kept != none {
		a.s.set(a.p, n.kept, e)
	}
	if n.reacquires && old != 0 && int(a.s.file[file].lock) == a.p.beliefOn(old) {
		a.noticed = a.p.letGo(old) || a.noticed
	}
	a.p.lost(old)
}

// beliefOn returns the lock, plus 1, that the process believes to have on an
// open file description; 0 for none.
func (p *proc) beliefOn(file int) int {
	for l := range p.belief {
		if b := &p.belief[l]; b.mode != 0 && int(b.file) == file {
			return l + 1
		}
	}
	return 0
}

func (a *act) dup() {
	n := a.n
	a.save()
	from := entryElsewhere
	if n.from != none {
		from = a.p.fd[n.from] &^ entryLocks
		if n.from != n.fd || n.handsOn {
			from &^= entryCloexec
		}
		if n.Mode.Has(protocol.Cloexec) && from != 0 {
			from |= entryCloexec
		}
	}
	old := a.p.fd[n.fd].file()
	a.noticed = a.s.set(a.p, n.fd, from) || a.noticed
	a.p.lost(old)
}

// restore ends a scoped redirect: what it opened closes, what it hid comes back.
func (a *act) restore(redirect protocol.ID) {
	n := a.m.node(a.p.script, uint16(redirect))
	if n.save == none {
		return
	}
	e := a.p.fd[n.save]
	if e == entryNothing || a.forgetful() {
		e &^= entryCloexec
	}
	old := a.p.fd[n.fd].file()
	a.noticed = a.s.set(a.p, n.fd, e) || a.noticed
	a.drop(n.save)
	a.noticed = a.p.letGo(old) || a.noticed
}

// unwind ends every scoped redirect that the process is inside of.
func (a *act) unwind() {
	sc := a.m.scripts[a.p.script]
	for i := len(sc.savers) - 1; i >= 0; i-- { // the inner ones first
		if a.p.fd[sc.tables+i] != 0 {
			a.restore(sc.savers[i])
		}
	}
}

// forgetful tells whether the shell brings a descriptor back from behind a redirect
// without the close-on-exec flag that it had.
func (a *act) forgetful() bool { return a.m.scripts[a.p.script].Shell.Has(protocol.ForgetsCloexec) }

// enter begins a frame: the table as it is now stays with the parent.
func (a *act) enter() {
	sc := a.m.scripts[a.p.script]
	if a.n.execs {
		a.become()
	}
	base := sc.tables + sc.saves + int(a.p.depth)*sc.tables
	if base+sc.tables > sc.slots {
		a.s.full = true
		return
	}
	a.p.depth++
	for i := range sc.tables {
		a.s.set(a.p, base+i, a.p.fd[i]&^entryLocks)
	}
	for _, fd := range a.n.handed {
		a.p.fd[fd] &^= entryCloexec
	}
}

// leave ends a frame: what the child opened closes.
func (a *act) leave(sub protocol.ID) {
	sc := a.m.scripts[a.p.script]
	if _, copied := sc.frames[sub]; !copied || a.p.depth == 0 {
		return
	}
	a.p.depth--
	base := sc.tables + sc.saves + int(a.p.depth)*sc.tables
	for _, slot := range sc.frames[sub] {
		a.closeSlot(slot)
	}
	for i := range sc.tables {
		file := a.p.fd[i].file()
		back := a.p.fd[base+i]
		if back.file() == file {
			back |= a.p.fd[i] & entryLocks
		}
		if a.forgetful() && slices.Contains(sc.redirected[sub], i) {
			back &^= entryCloexec
		}
		a.noticed = a.s.set(a.p, i, back) || a.noticed
		a.drop(base + i)
		a.noticed = a.p.letGo(file) || a.noticed
	}
}

// fork makes a process that shares the descriptors of the one that acts, and
// returns its index, or none when there is no room.
func (a *act) fork(born protocol.ID) int {
	for i := range a.s.proc {
		c := &a.s.proc[i]
		if c.life == daemon && c.run == a.p.run && int(c.born) == int(born)+1 {
			a.m.release(a.s, c) // once more the same: the old one adds nothing
			*c = proc{}
		}
	}
	i := a.s.freeProc(len(a.m.crew))
	if i == none {
		return none
	}
	sc := a.m.scripts[a.p.script]
	c := &a.s.proc[i]
	*c = proc{life: alive, script: a.p.script, run: a.p.run, born: uint16(born + 1)}
	inherited := sc.tables
	if sc.handsDown() {
		inherited += sc.saves
	}
	for j := range inherited {
		a.s.set(c, j, a.p.fd[j]&^entryLocks)
	}
	return i
}

func (a *act) spawn() {
	a.noticed = true
	if a.child = a.fork(a.id()); a.child != none {
		c := &a.s.proc[a.child]
		c.pc = uint16(a.n.Body)
		if !a.n.awaited {
			c.born = anywhere
		}
		switch {
		case a.n.worksFor == none:
		case a.n.helps:
			c.helps(a.n.worksFor, a.p.modeFor(a.n.worksFor))
		default:
			c.worksFor(a.n.worksFor, a.p.modeFor(a.n.worksFor))
		}
		a.hand(c)
	}
}

func (a *act) id() protocol.ID { return protocol.ID(a.p.pc) }

// work runs a program that leaves a process behind, or that replaces the shell.
func (a *act) work() {
	sc := a.m.scripts[a.p.script]
	if a.n.Mode.Has(protocol.Stays) {
		i := a.fork(a.id())
		if i == none {
			return
		}
		c := &a.s.proc[i]
		c.life, c.pc = daemon, atWork
		a.s.closeOnExec(sc, c)
		if a.n.Mode.Has(protocol.Exclude) && a.n.fd != none {
			a.s.drop(c, a.n.fd)
		}
		if !slices.ContainsFunc(c.fd[:], func(e entry) bool { return e.file() != 0 }) {
			*c = proc{}
		}
	}
	if a.n.execs {
		a.become()
		if !a.n.works() { // nobody works any more
			a.p.isPast(^lockSet(0))
		}
	}
	a.stay = a.n.endless
}

// become ends what the shell alone has, when a program takes its place: the descriptor
// that is kept from the program, those that are close-on-exec, and what redirects hide.
// With exec what is kept from it is the script's own doing; elsewhere, and of what the shell
// has made close-on-exec, it does not notice.
func (a *act) become() {
	end := a.drop
	if a.n.Mode.Has(protocol.Exec) {
		end = a.closeSlot
	}
	for i := range a.p.fd {
		switch {
		case !a.m.shellsAlone(a.p, a.n, i):
		case a.p.fd[i]&entryCloexec != 0: // nobody has said so
			a.drop(i)
		default:
			end(i)
		}
	}
}

// shellsAlone tells whether a process has a slot open that ends when a program takes its
// place at a node.
func (m *model) shellsAlone(p *proc, n *node, slot int) bool {
	sc := m.scripts[p.script]
	frame := sc.around[n.id]
	hidden := slot >= sc.tables && slot < sc.tables+sc.saves && (frame == none || slices.Contains(sc.frames[frame], slot))
	return p.fd[slot] != 0 && (hidden || slot < sc.tables+sc.saves && p.fd[slot]&entryCloexec != 0 && !slices.Contains(n.handed, slot) || n.Mode.Has(protocol.Exclude) && slot == n.fd)
}

// sheds tells whether a process has something open that ends when a program takes its place.
func (m *model) sheds(p *proc, n *node) bool {
	for i := range p.fd {
		if m.shellsAlone(p, n, i) {
			return true
		}
	}
	return false
}

func (s *State) closeOnExec(sc *script, p *proc) {
	for i := range sc.slots {
		if p.fd[i]&entryCloexec != 0 || i >= sc.tables {
			s.drop(p, i)
		}
	}
}

// finish ends the process on its own path.
func (a *act) finish() {
	a.noticed = a.p.believesAny() || a.m.pids && a.m.named(a.s, a.p)
	a.noticed = a.m.release(a.s, a.p) || a.noticed
	run, born := a.p.run, a.p.born
	*a.p = proc{run: run}
	if a.m.hasFamily(a.s, a.self, run) {
		a.noticed = true
	}
	if born == 0 {
		a.leaked = a.m.leak(a.s, run, a.n.Mode.Has(protocol.Fatal) && !a.m.opt.Strict)
	}
}

// named tells whether a file has the number of the process in it.
func (m *model) named(s *State, p *proc) bool {
	if p.born != 0 {
		return false
	}
	for i := range s.text {
		if s.text[i] == p.run+1 {
			return true
		}
	}
	return false
}

func (m *model) hasFamily(s *State, self int, run uint8) bool {
	for i := range s.proc {
		if i != self && s.proc[i].lives() && s.proc[i].run == run {
			return true
		}
	}
	return false
}

// release closes everything that a process has open.
func (m *model) release(s *State, p *proc) (noticed bool) {
	for i := range p.fd {
		if p.fd[i] != 0 {
			noticed = s.drop(p, i) || noticed
		}
	}
	return noticed
}

// endChildren sends the children that a node names a signal: those that have no trap for
// it are gone. One that is about to end keeps nothing for ever.
func (a *act) endChildren() {
	for i := range a.s.proc {
		c := &a.s.proc[i]
		if i == a.self || !c.lives() || c.born == 0 || c.run != a.p.run || !a.n.ends(c) {
			continue
		}
		if sc := a.m.scripts[c.script]; c.pc < atWork && sc.handler(protocol.ID(c.pc), protocol.TERM).Do != protocol.Die {
			continue
		}
		a.noticed = true
		left := a.orphan(c)
		a.m.release(a.s, c)
		*c = left
	}
}

// ends tells whether a signal reaches a child: one that is waited for, or the program
// that such a child has left behind in its place.
func (n *node) ends(c *proc) bool {
	if c.life == alive {
		return n.waitsFor(c)
	}
	return slices.Contains(n.left, protocol.ID(c.born)-1)
}
