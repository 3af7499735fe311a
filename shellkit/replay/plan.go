package replay

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// plan is a schedule made ready to be forced.
type plan struct {
	scripts []*protocol.Protocol
	start   prove.Table
	events  []prove.Event
	own     func(*prove.Event) string
	digits  []map[int]int // by script: descriptor → the number that the shell writes
	dirs    map[int]bool  // names that are directories
	links   map[int]bool  // names that are symbolic links
	pids    map[int]bool  // names whose content is a process number
	names   map[int]bool  // all of them
	script  map[int]int   // process → its script
	parent  map[int]int   // process → the one that started it, or 0
	follows [][]int       // by script: the descriptors that matter

	// programs are the background children that do nothing in the schedule but run
	// one program: shells start no second process for it.
	programs map[int]*protocol.Node

	// merged are the nodes whose redirect stands at the frame that begins just
	// before them; that Sub is then no step of its own.
	merged, entered map[*prove.Event]bool

	// caught are the signals that end frames inside of a shell with a trap, lost the
	// ends of such frames.
	caught, lost map[*prove.Event]*caught
}

// newPlan reads a schedule. The error is an *Unable.
func newPlan(s Schedule) (*plan, error) {
	p := &plan{
		scripts: s.Scripts, start: s.Start, events: s.Events, own: s.own,
		dirs: map[int]bool{}, links: map[int]bool{}, pids: map[int]bool{}, names: map[int]bool{},
		script: map[int]int{}, parent: map[int]int{}, programs: map[int]*protocol.Node{},
		merged: map[*prove.Event]bool{}, entered: map[*prove.Event]bool{},
	}
	if err := p.findCaught(); err != nil {
		return nil, err
	}
	for _, script := range s.Scripts {
		digits, err := descriptors(script)
		if err != nil {
			return nil, err
		}
		p.digits = append(p.digits, digits)
		p.follows = append(p.follows, prove.Followed(script))
	}
	for _, row := range s.Start.Names {
		p.names[row.Name] = true
	}
	for i := range p.events {
		ev := &p.events[i]
		p.script[ev.Process], p.parent[ev.Process] = ev.Script, ev.Parent
		if ev.Child != 0 {
			p.script[ev.Child], p.parent[ev.Child] = ev.Script, ev.Process
		}
		if ev.Node == protocol.None {
			continue
		}
		n := p.node(ev)
		for name, path := range map[int]int{ev.Name: n.Path, ev.To: n.To} {
			if name == 0 || path == protocol.None {
				continue
			}
			p.names[name] = true
			p.look(name, path, ev.Script, n)
		}
	}
	p.merge()
	for i := range p.events {
		if ev := &p.events[i]; ev.Child != 0 && p.node(ev).Op == protocol.Spawn {
			if work := p.only(ev.Child, p.node(ev).Body); work != nil {
				p.programs[ev.Child] = work
			}
		}
	}
	return p, nil
}

// merge finds the frames whose own redirect is about a lock: ( … ) 9>file.
func (p *plan) merge() {
	last := map[int]*prove.Event{}
	for i := range p.events {
		ev := &p.events[i]
		if ev.Node == protocol.None || ev.Kind != prove.Run {
			delete(last, ev.Process)
			continue
		}
		n, sub := p.node(ev), last[ev.Process]
		if sub != nil && p.node(sub).Op == protocol.Sub && isRedirect(n) && ev.OK && p.digit(ev, n.FD) != 0 &&
			n.Mode.Has(protocol.Scoped) && !n.Mode.Has(protocol.Save) {
			p.merged[ev], p.entered[sub] = true, true
		}
		last[ev.Process] = ev
	}
}

func isRedirect(n *protocol.Node) bool {
	return n.Op == protocol.Open || n.Op == protocol.Dup || n.Op == protocol.Close
}

// look learns from a script what kind of thing a name is.
func (p *plan) look(name, path, script int, _ *protocol.Node) {
	if p.scripts[script].Paths[path].Dir {
		p.dirs[name] = true
	}
	for i := range p.scripts[script].Nodes {
		n := &p.scripts[script].Nodes[i]
		if n.Path != path {
			continue
		}
		switch {
		case n.Op == protocol.Claim && n.Text == "mkdir", n.Op == protocol.Create && strings.HasPrefix(n.Text, "mkdir"):
			p.dirs[name] = true
		case n.Op == protocol.Claim && n.Text == "ln -s":
			p.links[name] = true
		}
		p.pids[name] = p.pids[name] || n.Mode.Has(protocol.Pid)
	}
}

func (p *plan) protocol(ev *prove.Event) *protocol.Protocol { return p.scripts[ev.Script] }

func (p *plan) node(ev *prove.Event) *protocol.Node { return &p.scripts[ev.Script].Nodes[ev.Node] }

// digit is the number under which the shell knows a descriptor; 0 where it is
// nothing to a lock.
func (p *plan) digit(ev *prove.Event, fd int) int { return p.digits[ev.Script][fd] }

// before is what the kernel has before an event.
func (p *plan) before(ev *prove.Event) *prove.Table {
	for i := range p.events {
		if &p.events[i] == ev && i > 0 {
			return &p.events[i-1].Table
		}
	}
	return &p.start
}

// opened tells whether the script gives the descriptor a meaning anywhere.
func (p *plan) opened(ev *prove.Event, fd int) bool {
	for i := range p.protocol(ev).Nodes {
		if n := &p.protocol(ev).Nodes[i]; (n.Op == protocol.Open || n.Op == protocol.Dup) && n.FD == fd {
			return true
		}
	}
	return false
}

// cloexec tells whether the script opens the descriptor close-on-exec somewhere.
func (p *plan) cloexec(ev *prove.Event, fd int) bool {
	for i := range p.protocol(ev).Nodes {
		if n := &p.protocol(ev).Nodes[i]; n.Op == protocol.Open && n.FD == fd && n.Mode.Has(protocol.Cloexec) {
			return true
		}
	}
	return false
}

// family is the run that a process belongs to: its ancestor that nobody started.
func (p *plan) family(process int) int {
	for p.parent[process] != 0 {
		process = p.parent[process]
	}
	return process
}

// writer begins what a process runs.
func (p *plan) writer(process int) *writer {
	w := &writer{plan: p, who: process}
	for i := range p.events {
		if p.events[i].Process == process {
			w.list = append(w.list, i)
		}
	}
	return w
}

// row is the number under which a reader sees the event.
func (p *plan) row(event int) int {
	row := 0
	for i := range p.events[:event+1] {
		if !p.events[i].Hidden {
			row++
		}
	}
	return max(row, 1)
}

// only returns the program that is all that a background child does in the schedule,
// or nil.
func (p *plan) only(child int, body protocol.ID) *protocol.Node {
	w := p.writer(child)
	for _, i := range w.list {
		if ev := &p.events[i]; ev.Kind == prove.Run && w.gated(ev) && w.node(ev).Op != protocol.End && ev.Node != body {
			return nil
		}
	}
	script := p.scripts[p.script[child]]
	n := &script.Nodes[body]
	if n.Op != protocol.Work || !n.Mode.Has(protocol.Program) || n.Next == protocol.None || script.Dialect == source.Yash && n.Mode.Has(protocol.Exclude) {
		return nil // yash has a process of its own for a program with a redirect
	}
	after := &script.Nodes[n.Next]
	for after.Op == protocol.Leave {
		after = &script.Nodes[after.Next]
	}
	if after.Op != protocol.End {
		return nil
	}
	return n
}

// asked is the event in which the operation of event i had begun to wait, or -1.
func (p *plan) asked(i int) int {
	ev := &p.events[i]
	for j := i - 1; j >= 0; j-- {
		if before := &p.events[j]; before.Process == ev.Process {
			if before.Waits && before.Node == ev.Node {
				return j
			}
			break
		}
	}
	return -1
}
