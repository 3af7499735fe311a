package rehearse

import (
	"path"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// A course is a schedule of prove's, made ready to be forced on scripts: what its
// processes do, one mark after the other.
type course struct {
	property prove.Property
	marks    []mark
	actors   []actorPlan // by number in the trace, from 1; the first is nobody
	names    []namePlan  // by number in the trace, from 1; the first is none
	inside   []int       // who is inside of the lock at the end
	apart    bool        // a run takes a number for a file of the folder that it runs in
	lock     string      // its name as the script writes it
	args     map[int][]string
}

// An actorPlan is a process of the trace: a run, or a job that another one has started.
type actorPlan struct {
	parent int // 0: it is a run
	script int
	lacks  []string // programs that are not there for it
}

// A namePlan is a name of the trace.
type namePlan struct {
	text    string
	likely  string // what it is with the arguments that its runs are given; "" where that is not known
	relates bool   // some mark is about it
	folder  bool
	link    bool // it is made as a symbolic link
	private bool // each run has its own
	there   bool // before the first mark
	number  bool // a process number stands in it
	older   bool // the script opens it and does not make it
}

// A deed is what a mark expects to be seen.
type deed uint8

const (
	deedNone   deed = iota
	deedWork        // a stand-in has done its work
	deedOpen        // a descriptor is opened
	deedMake        // a name is made, or found there
	deedClaim       // a name is made that must not be there
	deedWrite       // something is written where a descriptor is open already
	deedRemove      //
	deedRename      //
	deedLock        //
	deedUnlock      //
	deedLook        // a question: where none is seen, the shell has asked without a call
	deedClose       // a lock goes, or a job is started: nothing is seen of it
	deedStart
	deedEnd
	deedSignal
	deedKill
)

// A mark is one event of a trace, as it is to be met.
type mark struct {
	row     int // under which a reader sees it, from 1
	actor   int
	deed    deed
	name    int // in the course's names; 0 where it is not known
	to      int
	ok      bool
	waits   bool // it does not come back
	made    bool // it fails by itself: that is arranged
	mute    bool // it may be made without a call that others see
	retry   bool // it tries again until it gets it
	there   bool // the name is there before
	asked   bool // its outcome can be compared
	alive   bool // it asks whether somebody lives
	content bool // it asks what stands in the file
	excl    bool // a descriptor is opened only where the name is not there
	reads   bool // and where it is not there, it is not made
	aged    bool // what is looked at is found dead, or so old that it must be
	signal  string
	alone   bool
	work    string // the command
	asks    bool   // its status decides how the script goes on
	stays   bool   // it leaves a process behind
	child   int
	byJob   bool   // a job does it for its shell, which does not wait
	op      string // what it does, for people
}

// newCourse reads a violation.
func newCourse(scripts []*protocol.Protocol, v *prove.Violation) *course {
	c := &course{property: v.Property, lock: v.Lock, actors: make([]actorPlan, 1), names: make([]namePlan, 1)}
	for i := range v.Events {
		c.met(&v.Events[i], scripts)
	}
	for _, row := range v.Start.Names {
		c.name(row.Name).text, c.name(row.Name).there = row.Path, row.Inode != 0
	}
	t := &courseTracer{course: c, scripts: scripts, before: &v.Start, opened: map[[2]int]int{}}
	for i := range v.Events {
		t.event(&v.Events[i])
	}
	if n := len(v.Events); n > 0 {
		c.inside = v.Events[n-1].Inside
	}
	for _, actor := range c.inside {
		c.stayAtWork(actor)
	}
	if c.property == prove.Stale && len(c.marks) > 0 {
		c.endOthers(c.marks[len(c.marks)-1].actor)
	}
	return c
}

// endOthers lets everybody come to an end before the newcomer begins.
func (c *course) endOthers(newcomer int) {
	first := slices.IndexFunc(c.marks, func(m mark) bool { return m.actor == newcomer })
	for n, plan := range c.actors {
		last := -1
		for i := range c.marks[:first] {
			if c.marks[i].actor == n {
				last = i
			}
		}
		if last < 0 || plan.parent != 0 || c.marks[last].deed == deedEnd || c.marks[last].deed == deedKill {
			continue
		}
		c.marks = slices.Insert(c.marks, first, mark{row: c.marks[last].row, actor: n, deed: deedEnd, op: "end"})
		first++
	}
}

// stayAtWork leaves out what an actor does behind its last work where that changes
// nothing for anybody: it is to be seen at that work.
func (c *course) stayAtWork(actor int) {
	last := -1
	for i := range c.marks {
		switch m := &c.marks[i]; {
		case m.actor != actor:
		case m.deed == deedWork:
			last = i
		case m.deed != deedLook && (m.deed != deedUnlock || m.ok):
			last = -1
		}
	}
	if last < 0 {
		return
	}
	at := 0
	c.marks = slices.DeleteFunc(c.marks, func(m mark) bool {
		at++
		return at-1 > last && m.actor == actor
	})
}

// beginsWith is the program with which an actor begins, whatever it closes before; "" where
// it does something else first.
func (c *course) beginsWith(actor int) string {
	for i := range c.marks {
		if m := &c.marks[i]; m.actor == actor && m.deed != deedClose {
			return m.work
		}
	}
	return ""
}

// moves tells whether a trace has anything of an actor.
func (c *course) moves(actor int) bool {
	return slices.ContainsFunc(c.marks, func(m mark) bool { return m.actor == actor && m.deed != deedEnd })
}

// name makes room for a name and returns it.
func (c *course) name(n int) *namePlan {
	for len(c.names) <= n {
		c.names = append(c.names, namePlan{})
	}
	return &c.names[n]
}

// met takes the processes and names of an event into the lists.
func (c *course) met(ev *prove.Event, scripts []*protocol.Protocol) {
	for n, parent := range map[int]int{ev.Process: ev.Parent, ev.Child: ev.Process} {
		for n >= len(c.actors) {
			c.actors = append(c.actors, actorPlan{})
		}
		if n > 0 {
			c.actors[n] = actorPlan{parent: parent, script: ev.Script}
		}
	}
	if ev.Node == protocol.None {
		return
	}
	p := scripts[ev.Script]
	node := &p.Nodes[ev.Node]
	for n, path := range map[int]int{ev.Name: node.Path, ev.To: node.To} {
		if n == 0 || path == protocol.None {
			continue
		}
		name := c.name(n)
		name.text = p.Paths[path].Text
		name.private = name.private || p.Paths[path].Private
		name.is(p, path)
		name.older = name.older || node.Op == protocol.Open && !node.Mode.Has(protocol.Creat)
	}
}

// ahead looks for work of an actor behind a mark, by the command that stands in for it.
func (c *course) ahead(actor, from int, command string) int {
	for i := from; i < len(c.marks); i++ {
		if m := &c.marks[i]; m.actor == actor && m.deed == deedWork && sameProgram(m.work, command) {
			return i
		}
	}
	return -1
}

// sameProgram tells whether a command as it was run is the work that the protocol calls so.
// What a substitution runs has no name there.
func sameProgram(work, command string) bool {
	return work == "$( )" || programBase(work) == programBase(command)
}

func programBase(command string) string { return path.Base(programOf(strings.TrimSpace(command))) }
