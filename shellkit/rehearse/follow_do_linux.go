//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// perform lets a task do what a mark is about, and compares what comes of it.
func (f *follower) perform(a *actor, t *task, m *mark) (done bool, err error) {
	f.bind(t, m)
	if name := f.bound[m.name]; f.known(name) && m.deed != deedLock && m.deed != deedUnlock && m.deed != deedLook {
		if there := f.s.there(name); there != m.there {
			found := map[bool]string{true: "there", false: "missing"}
			return true, f.departs(m, "finds %s %s, and did %s", name, found[there], pendingText(&t.call))
		}
	}
	if m.made {
		return true, f.refuse(t, m)
	}
	from, id, looks := len(f.s.log), t.id, t.call.op == opLook
	anew := ""
	if m.deed == deedRename && t.call.op == opUnlink {
		anew = t.call.name
	}
	if err := f.move(t); err != nil {
		return true, err
	}
	if m.content {
		if err := f.read(t, f.bound[m.name]); err != nil {
			return true, err
		}
	}
	if anew != "" {
		if err := f.makeAnew(t, anew); err != nil {
			return true, err
		}
	}
	e := f.did(a, id, from)
	switch {
	case e.op == "waits" && (m.waits || m.byJob && !m.ok):
		return true, nil // whoever does not get it at once has not got it by now
	case e.op == "waits" && m.retry && !m.ok:
		return false, nil
	case e.op == "waits":
		return true, f.departs(m, "waits for %s", e.name)
	case e.op == "", looks && m.deed == deedClaim:
		return true, nil
	case m.retry && m.ok && e.result < 0:
		return false, nil
	}
	if e.result < 0 {
		a.failed = e
	}
	return true, f.compare(m, &e)
}

// did is the first thing that a task of an actor has done since the log had so many entries,
// but to start somebody, to write or to read.
func (f *follower) did(a *actor, task, from int) event {
	for _, seen := range f.s.log[from:] {
		if seen.run == a.run && seen.task == task && seen.op != "fork" && seen.op != "write" && seen.op != "read" {
			return seen
		}
	}
	return event{}
}

// read lets a task that has opened a file read what stands in it: others may change that
// before the task does anything else.
func (f *follower) read(t *task, name string) error {
	for t.at == pending && t.call.op == opRead && t.call.name == name {
		if err := f.move(t); err != nil {
			return err
		}
	}
	return nil
}

// makeAnew lets a task that has removed a name go on until it has made it again.
func (f *follower) makeAnew(t *task, name string) error {
	for (t.at == pending || t.at == returned) && !f.s.there(name) {
		if err := f.move(t); err != nil {
			return err
		}
	}
	return nil
}

// compare holds what came of a deed against the trace.
func (f *follower) compare(m *mark, e *event) error {
	if m.asked && m.ok != (e.result >= 0) {
		_, effect := describe(e)
		return f.departs(m, "got %q from %s %s", effect, e.op, e.made())
	}
	return nil
}

// seekers are tools that say by their status whether they have found something.
var seekers = strings.Fields("grep egrep fgrep cmp diff pgrep pidof fuser which find id tty")

// answers tells whether a tool is one whose status the trace decides: one that looks for
// something, or one that does nothing to the names of the trace and is to fail.
func (f *follower) answers(t *task, words []string) bool {
	a := f.owner(t)
	if a == nil || len(words) == 0 {
		return false
	}
	at := f.c.ahead(a.number, a.worked, commandText(words))
	if at < 0 || !f.c.marks[at].asks {
		return false
	}
	if !slices.Contains(seekers, path.Base(words[0])) && (f.c.marks[at].ok || f.c.deedBefore(a.number, f.at, at)) {
		return false // it does what it does
	}
	said := fmt.Sprintf("%s is made to end with %d", path.Base(words[0]), f.c.marks[at].status())
	if !slices.Contains(f.said, said) {
		f.said = append(f.said, said)
	}
	return true
}

// lacks tells whether a program is not there for a run, and keeps in mind that it was
// asked for.
func (f *follower) lacks(run int, program string) bool {
	for n, a := range f.actors {
		if n == 0 || a.run != run || f.c.actors[n].parent != 0 || !slices.Contains(f.c.actors[n].lacks, program) {
			continue
		}
		said := fmt.Sprintf("%s is not there for %s", program, letter(run))
		if !slices.Contains(f.said, said) {
			f.said = append(f.said, said)
		}
		return true
	}
	return false
}

// status is that of the stand-in which does the work of a mark.
func (m *mark) status() int {
	if m.ok {
		return 0
	}
	return 1
}

// arranged says what did not come by itself.
func (f *follower) arranged() string {
	text := ""
	for _, s := range f.said {
		text += "; " + s
	}
	if f.c.apart {
		text += "; each run is in a folder of its own"
	}
	return text
}

// refuse answers a call with a failure that nobody has caused.
func (f *follower) refuse(t *task, m *mark) error {
	e := event{op: "open", name: t.call.name, result: -int64(unix.EACCES), flag: t.call.bits}
	if m.deed == deedLock {
		e.op, e.result = "lock", -int64(unix.ENOLCK)
	}
	if err := t.regs.skip(t.pid, e.result); err != nil {
		return err
	}
	t.call = call{target: -1}
	f.s.note(t, e)
	f.said = append(f.said, fmt.Sprintf("step %d is made to fail", m.row))
	if err := f.s.run(t, order{}); err != nil {
		return err
	}
	return f.s.settle(t)
}

// timed is whose time runs out first of an actor's processes that wait with one: before any
// other, such as timeout(1), that which waits for a lock.
func (f *follower) timed(a *actor) (first *task) {
	for _, t := range f.s.tasks {
		if t.at != asleep || t.deadline == 0 || f.owner(t) != a {
			continue
		}
		if first == nil || t.waitsForLock() && !first.waitsForLock() || t.waitsForLock() == first.waitsForLock() && t.deadline < first.deadline {
			first = t
		}
	}
	return first
}

// waitsForLock tells whether the call in which a task sleeps asks for a lock.
func (t *task) waitsForLock() bool { return t.call.op == opFlock || t.call.op == opRange }

// fire lets the time of a wait for a lock run out.
func (f *follower) fire(t *task, m *mark) error {
	from := len(f.s.log)
	if err := f.s.do(choice{task: t, timer: true}); err != nil {
		return err
	}
	for _, e := range f.s.log[from:] {
		if e.op == "lock" && e.run == t.run && e.task == t.id {
			return f.compare(m, &e)
		}
	}
	return f.departs(m, "waits on when its time is over")
}
