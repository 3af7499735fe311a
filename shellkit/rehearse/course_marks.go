package rehearse

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// A courseTracer makes marks of events.
type courseTracer struct {
	*course
	scripts []*protocol.Protocol
	before  *prove.Table
	opened  map[[2]int]int // process and descriptor → name
	row     int
}

func (t *courseTracer) event(ev *prove.Event) {
	if !ev.Hidden {
		t.row++
	}
	m := mark{row: max(t.row, 1), actor: ev.Process, name: ev.Name, to: ev.To, ok: ev.OK, waits: ev.Waits, op: ev.Op, asked: true}
	switch {
	case ev.Kind == prove.Kill:
		m.deed = deedKill
	case ev.Kind == prove.Signal:
		if ev.Along {
			return // it is the signal that has hit the group before
		}
		m.deed, m.signal, m.alone = deedSignal, ev.Signal, ev.Alone
		if n := t.node(ev); n != nil && n.Op == protocol.Work && n.Mode.Has(protocol.Program) {
			m.work = n.Text
		}
	case ev.Node == protocol.None:
		m.deed = deedEnd
	default:
		t.operation(ev, &m)
	}
	if lets(t.before, &ev.Table) && (m.deed == deedNone || m.deed == deedWork) {
		t.add(mark{row: m.row, actor: m.actor, deed: deedClose, op: m.op})
	}
	if n := t.node(ev); n != nil && n.Op == protocol.Close && !n.Mode.Has(protocol.Save) && ev.Parent != 0 && hasLock(t.before, ev.Process) && !hasLock(&ev.Table, ev.Process) {
		t.add(mark{row: m.row, actor: m.actor, deed: deedClose, op: m.op}) // a job that was given the lock keeps it until then
	}
	if m.deed != deedNone {
		t.there(&m)
		t.add(m)
	}
	t.before = &ev.Table
}

func (t *courseTracer) add(m mark) {
	t.marks = append(t.marks, m)
	for _, n := range []int{m.name, m.to} {
		if n != 0 {
			t.names[n].relates = true
		}
	}
}

// lets tells whether a lock that the kernel has before an event is gone after it.
func lets(before, after *prove.Table) bool {
	for _, old := range before.Files {
		kept := slices.ContainsFunc(after.Files, func(row prove.FileRow) bool { return row.File == old.File && row.Lock != "" })
		if old.Lock != "" && !kept {
			return true
		}
	}
	for _, old := range before.FDs {
		kept := slices.ContainsFunc(after.FDs, func(row prove.FDRow) bool {
			return row.Process == old.Process && row.FD == old.FD && row.Fcntl != ""
		})
		if old.Fcntl != "" && !kept {
			return true
		}
	}
	return false
}

// hasLock tells whether a process has a descriptor that carries a lock.
func hasLock(table *prove.Table, process int) bool {
	return slices.ContainsFunc(table.FDs, func(fd prove.FDRow) bool {
		return fd.Process == process && slices.ContainsFunc(table.Files, func(f prove.FileRow) bool { return f.File == fd.File && f.Lock != "" })
	})
}

func (t *courseTracer) node(ev *prove.Event) *protocol.Node {
	if ev.Node == protocol.None {
		return nil
	}
	return &t.scripts[ev.Script].Nodes[ev.Node]
}

// operation says what is to be seen of an operation.
func (t *courseTracer) operation(ev *prove.Event, m *mark) {
	n := t.node(ev)
	slot := [2]int{ev.Process, n.FD}
	switch n.Op {
	case protocol.Work:
		if n.Mode.Has(protocol.Program) {
			m.deed, m.work, m.asks = deedWork, n.Text, n.Else != protocol.None
			m.stays = n.Mode.Has(protocol.Stays)
		}
	case protocol.Spawn:
		m.deed, m.child = deedStart, ev.Child
		for at, name := range t.opened {
			if at[0] == ev.Process && ev.Child != 0 {
				t.opened[[2]int{ev.Child, at[1]}] = name
			}
		}
	case protocol.End:
		m.deed = deedEnd
	case protocol.Open:
		if ev.OK {
			t.opened[slot] = ev.Name
		}
		m.deed, m.made = deedOpen, !ev.OK && !n.Mode.Has(protocol.Exclusive)
		m.excl, m.reads = n.Mode.Has(protocol.Exclusive), !n.Mode.Has(protocol.Creat)
		if !ev.OK && t.scripts[ev.Script].DigitsAreWord(n) {
			t.digits(n, m)
		}
	case protocol.Dup:
		t.opened[slot] = t.opened[[2]int{ev.Process, n.From}]
	case protocol.Flock:
		m.deed, m.name, m.byJob = deedLock, t.opened[slot], n.Mode.Has(protocol.ByJob)
		m.retry = n.Mode.Has(protocol.Timed)
		m.made = ev.Effect == "fails by itself"
		if n.Mode.Has(protocol.Unlock) {
			m.deed, m.asked = deedUnlock, false
		}
	case protocol.Misuse:
		t.apart = t.apart || n.Text == protocol.MisuseFDAsFile
	case protocol.SameInode, protocol.Own, protocol.Alive, protocol.Load:
		m.deed, m.asked = deedLook, false
		m.alive, m.content = n.Op == protocol.Alive, n.Op == protocol.Own || n.Op == protocol.Load
		m.aged = m.alive && !ev.OK
	case protocol.Test:
		m.deed, m.asked = deedLook, n.Text == "-e" || n.Text == "-f" || n.Text == "-d" || n.Text == "-L" || n.Text == "-h"
	case protocol.Create, protocol.Store:
		if n.Op == protocol.Store && !slices.Contains(copiers, programOf(n.Text)) {
			m.deed, m.asked = deedWrite, false
			break
		}
		m.deed, m.asked = deedMake, false
	case protocol.Claim:
		m.deed = deedClaim
		m.mute = n.Text == "noclobber"
		m.retry = n.Mode.Has(protocol.Timed) || n.Mode.Has(protocol.Waits)
	case protocol.Remove:
		m.deed, m.asked = deedRemove, false
	case protocol.Rename:
		m.deed, m.asked = deedRename, false
	}
	if ev.Hidden && m.deed != deedWork && m.deed != deedEnd && m.deed != deedStart {
		m.deed = deedNone // it is nothing to anybody else
	}
	if m.name == 0 && m.to == 0 && m.deed != deedLock && m.deed != deedUnlock {
		switch m.deed {
		case deedOpen, deedMake, deedClaim, deedWrite, deedRemove, deedRename, deedLook:
			m.deed = deedNone // no lock is meant
		}
	}
}

// digits says what is to be seen where the digits of a descriptor are a word to the shell:
// exec opens the file for the program that it is to become, and there is none of that name.
// Behind a group they are a syntax error, and nothing is opened.
func (t *courseTracer) digits(n *protocol.Node, m *mark) {
	if !n.Mode.Has(protocol.Scoped) {
		opens := *m
		opens.ok, opens.made = true, false
		t.there(&opens)
		t.add(opens)
	}
	m.deed = deedEnd
}

// copiers are tools that open a file by its name to write into it.
var copiers = strings.Fields("cp install mv ln")

// there says whether the name of a mark is there before it.
func (t *courseTracer) there(m *mark) {
	for _, row := range t.before.Names {
		if row.Name == m.name {
			m.there = row.Inode != 0
		}
	}
}
