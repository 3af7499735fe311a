package prove

import (
	"fmt"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Letter names a process as people do in such tables: A, B, C.
func Letter(process int) string { return string(rune('A' + process - 1)) }

// op says what a node does, in words of the shell.
func (t *tracer) op(n *node) string {
	path := func(l int) string {
		if l == none {
			return n.Text
		}
		return t.m.locks[l].text
	}
	switch n.Op {
	case protocol.Open:
		return fmt.Sprintf("open %d %s", n.FD, path(n.lock))
	case protocol.Dup:
		return fmt.Sprintf("dup %d from %d", n.FD, n.From)
	case protocol.Close:
		return fmt.Sprintf("close %d", n.FD)
	case protocol.Flock:
		return "flock " + flockOptions(n) + fmt.Sprint(n.FD)
	case protocol.SameInode:
		return fmt.Sprintf("is %d still %s", n.FD, path(n.lock))
	case protocol.Test:
		return "test " + n.Text + " " + path(n.lock)
	case protocol.Create:
		return "create " + path(n.lock)
	case protocol.Claim:
		return n.Text + " " + path(n.lock)
	case protocol.Remove:
		return n.Text + " " + path(n.lock)
	case protocol.Rename:
		return "rename to " + path(n.to)
	case protocol.Store:
		return "write " + path(n.lock)
	case protocol.Own:
		return "is it mine: " + path(n.lock)
	case protocol.Alive:
		if n.Body != none {
			return "does the job live"
		}
		if n.Mode.Has(protocol.Expires) {
			return "is it still young: " + path(n.lock)
		}
		return "does its owner live: " + path(n.lock)
	case protocol.Spawn:
		return "start " + n.Text
	case protocol.Work:
		return n.Text
	case protocol.Sub:
		if n.Text == protocol.Itself {
			return "run this script"
		}
	case protocol.Misuse:
		if !n.misses {
			return n.Text
		}
		if n.Text == protocol.MisuseFDAsFile {
			return fmt.Sprintf("flock %s%d COMMAND", flockOptions(n), n.FD)
		}
		if n.Text == protocol.MisuseBraceFD {
			return n.Text
		}
		return "flock " + flockOptions(n) + t.m.locks[n.believes].text
	case protocol.End:
		return "end"
	case protocol.Wait:
		if n.Mode.Has(protocol.Ends) {
			return "kill"
		}
	}
	return n.Op.String()
}

func flockOptions(n *node) string {
	var b strings.Builder
	for _, o := range []struct {
		mode protocol.Mode
		text string
	}{{protocol.Fcntl, "--fcntl "}, {protocol.Shared, "-s "}, {protocol.Unlock, "-u "}, {protocol.Nonblock, "-n "}, {protocol.Timed, "-w "}} {
		if n.Mode.Has(o.mode) {
			b.WriteString(o.text)
		}
	}
	return b.String()
}

// describe says what a row does and what the kernel makes of it.
func (t *tracer) describe(before *State, r row) (op, effect string) {
	p := &before.proc[r.proc]
	switch {
	case r.kind == Kill:
		return "kill -9", t.closing(before, r)
	case r.kind == Signal:
		name := protocol.Signal(r.signal - 1).String()
		sc, sig := t.m.scripts[p.script], protocol.Signal(r.signal-1)
		switch {
		case sc.handler(r.node, sig).Do == protocol.Run && sc.tooLate(r.node, sig) && !r.alone:
			return name, "set -e ends it before its trap"
		case sc.handler(r.node, sig).Do == protocol.Run:
			return name, "its trap runs"
		case sc.catcher(r.node, sig) != none:
			return name, "ends its subshell, then its trap runs"
		}
		return name, "nothing catches it"
	case r.node == none:
		return "dies", t.closing(before, r)
	}
	n := &t.m.scripts[p.script].nodes[r.node]
	if g := n.lacks; g.lock != none && p.belief[g.lock].mode == 0 {
		return t.op(n), "without the lock"
	}
	return t.op(n), t.effect(before, r, n)
}

func (t *tracer) effect(before *State, r row, n *node) string {
	m, after := t.m, r.after
	p := &after.proc[r.proc]
	run := int(before.proc[r.proc].run)
	name := func(s *State) uint8 {
		if n.lock == none {
			return 0
		}
		return s.name[m.nameOf(n.lock, run)]
	}
	ok := r.how == worked
	switch n.Op {
	case protocol.Open:
		switch {
		case n.isWord:
			return "a word to this shell: the script ends"
		case n.lock == none:
			return "a file that is no lock"
		case !ok && name(before) != 0 && n.Mode.Has(protocol.Exclusive):
			return "fails: it is there"
		case !ok:
			return "fails"
		case name(before) == 0:
			return fmt.Sprintf("creates inode %d", name(after))
		}
		return fmt.Sprintf("inode %d", name(after))
	case protocol.Flock:
		return t.flockEffect(before, r, n)
	case protocol.Misuse:
		if n.Text == protocol.MisuseFDAsFile {
			return fmt.Sprintf("locks a file called %d, not the descriptor", n.FD)
		}
		if n.Text == protocol.MisuseBraceFD {
			return "runs a program of that name, which is not there: the shell ends"
		}
		return "a usage error: locks nothing"
	case protocol.SameInode:
		if ok {
			return "yes"
		}
		return fmt.Sprintf("no: %d is inode %d, the name is %s", n.FD, after.file[p.fd[n.fd].file()].inode, inodeName(name(after)))
	case protocol.Test, protocol.Own, protocol.Alive:
		if ok {
			return "yes"
		}
		return "no"
	case protocol.Create, protocol.Store, protocol.Claim:
		switch {
		case n.Op == protocol.Claim && ok && name(before) != 0 && n.Mode.Has(protocol.Expires):
			return fmt.Sprintf("takes it over, for it is old: inode %d", name(after))
		case name(after) == 0 && m.homeless(before, n.lock, uint8(run)):
			return "fails: its folder is not there"
		case name(before) == 0 || name(before) != name(after):
			return fmt.Sprintf("creates inode %d", name(after))
		case n.Op == protocol.Claim:
			return fmt.Sprintf("fails: it is there (inode %d)", name(after))
		}
		return fmt.Sprintf("it is there: inode %d", name(after))
	case protocol.Remove, protocol.Rename:
		return t.removal(before, r, n, run)
	case protocol.Close, protocol.Restore, protocol.EndSub, protocol.End, protocol.Dup, protocol.Leave:
		return t.closing(before, r)
	}
	return ""
}

func inodeName(i uint8) string {
	if i == 0 {
		return "gone"
	}
	return fmt.Sprintf("inode %d", i)
}

func (t *tracer) flockEffect(before *State, r row, n *node) string {
	p := &before.proc[r.proc]
	e := n.lockable(p)
	file := e.file()
	inode := before.file[file].inode
	switch {
	case e == 0 && !n.opened && !t.m.scripts[p.script].closed:
		return "a descriptor from outside"
	case e == 0:
		return "fails: the descriptor is not open"
	case file == 0:
		return "a file that is no lock"
	case n.Mode.Has(protocol.Unlock):
		return fmt.Sprintf("releases inode %d", inode)
	case r.how == asks:
		return fmt.Sprintf("gives up its lock on inode %d and waits%s", inode, t.holders(before, int(r.proc), file))
	case r.how == worked && n.Mode.Has(protocol.Shared):
		return fmt.Sprintf("shares inode %d%s", inode, deleted(r.after, inode))
	case r.how == worked:
		return fmt.Sprintf("locks inode %d%s", inode, deleted(r.after, inode))
	}
	if n.whenBusy() == 0 {
		return "fails by itself"
	}
	return "busy" + t.holders(before, int(r.proc), file)
}

// holders says who keeps a lock on the inode of an open file description.
func (t *tracer) holders(s *State, self, file int) string {
	inode := s.file[file].inode
	var who []string
	for i := range s.proc {
		p := &s.proc[i]
		for _, e := range p.fd {
			f := s.file[e.file()]
			if e != 0 && f.inode == inode && (f.mode != 0 && e.file() != file || e&entryLocks != 0 && i != self) {
				name := "somebody"
				if t.shown[i] != 0 {
					name = Letter(t.shown[i])
				}
				if i == self {
					name += " itself"
				}
				who = append(who, name)
				break
			}
		}
	}
	if who == nil {
		return ""
	}
	return fmt.Sprintf(": %s has inode %d", strings.Join(who, ", "), inode)
}

func deleted(s *State, inode uint8) string {
	for _, n := range s.name {
		if n == inode {
			return ""
		}
	}
	return " (deleted)"
}

func (t *tracer) removal(before *State, r row, n *node, run int) string {
	m := t.m
	lock := n.lock
	if n.Op == protocol.Rename && n.to != none {
		lock = n.to
	}
	if lock == none {
		return ""
	}
	at := m.nameOf(lock, run)
	old, now := before.name[at], r.after.name[at]
	switch {
	case old != 0 && now == old && m.stays(before, n, uint8(run)):
		return "fails: something stands in it"
	case old == 0 && now == 0:
		return "it is not there"
	case old == 0:
		return fmt.Sprintf("the name is now inode %d", now)
	case now != 0 && now != old:
		return fmt.Sprintf("the name is now inode %d%s", now, t.lives(r.after, old))
	}
	return "removes the name" + t.lives(r.after, old)
}

// lives says who still has an inode that has lost its name.
func (t *tracer) lives(s *State, inode uint8) string {
	if !s.used[inode] {
		return fmt.Sprintf("; inode %d is gone", inode)
	}
	return fmt.Sprintf("; inode %d (deleted) lives on", inode)
}

// closing says what goes when descriptors close or a process ends.
func (t *tracer) closing(before *State, r row) string {
	var parts []string
	for f := 1; f <= maxFiles; f++ {
		was, is := before.file[f], r.after.file[f]
		if was.mode == 0 || !before.proc[r.proc].holds(uint8(f)) {
			continue
		}
		if is.mode == 0 {
			parts = append(parts, fmt.Sprintf("releases inode %d", was.inode))
		} else if who := t.keepers(r.after, f); r.after.proc[r.proc].life == gone && who != "" {
			parts = append(parts, fmt.Sprintf("%s keeps inode %d locked", who, was.inode))
		}
	}
	if r.after.proc[r.proc].life == gone {
		p := &before.proc[r.proc]
		for l := range t.m.locks {
			if at := t.m.nameOf(l, int(p.run)); p.belief[l].mode != 0 && p.belief[l].file == 0 && r.after.name[at] != 0 {
				parts = append(parts, fmt.Sprintf("%s stays behind", t.m.locks[l].text))
			}
		}
	}
	return strings.Join(parts, ", ")
}

func (t *tracer) keepers(s *State, file int) string {
	var who []string
	for i := range s.proc {
		if s.proc[i].life != gone && s.proc[i].holds(uint8(file)) && t.shown[i] != 0 {
			who = append(who, Letter(t.shown[i]))
		}
	}
	return strings.Join(who, ", ")
}

// waitsFor says why a process does not go on.
func (t *tracer) waitsFor(s *State, i int) string {
	p := &s.proc[i]
	n := t.m.node(p.script, p.pc)
	switch n.Op {
	case protocol.Flock:
		return "waits for ever" + t.holders(s, i, p.fd[n.fd].file())
	case protocol.Wait:
		return "waits for its child for ever"
	}
	return "waits for ever: it is there"
}
