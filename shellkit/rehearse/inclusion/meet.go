package inclusion

import (
	"path"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/rehearse"
)

// meet calls yield for each position that node at of thread i makes of a step of the log.
func (c *Checker) meet(p *position, i int, d *rehearse.Deed, yield func(*position)) {
	at := p.threads[i].at
	if at == protocol.None {
		return
	}
	n := &c.p.Nodes[at]
	if n.Mode.Has(protocol.ByJob) && !p.threads[i].lent {
		return // a thread of its own does it
	}
	// to goes on behind the node: by Next where it has gone well. about is the path that
	// the step was about, and log the name that it stands for.
	goes := func(next protocol.ID, about int, log string) {
		q := p
		if about != protocol.None {
			if q = p.bind(about, &c.names[about], log); q == nil {
				return
			}
			q = q.uses(d.Task, d.Words, about)
		}
		yield(q.moved(i, next))
	}
	to := func(ok bool, about int, log string) {
		next := n.Next
		if !ok && n.Else != protocol.None {
			next = n.Else
		}
		goes(next, about, log)
	}
	stay := func() { goes(at, protocol.None, "") }
	ok := d.Result >= 0
	switch d.Op {
	case "work":
		if n.Path != protocol.None && n.Op != protocol.Work && d.Words != "" && programOf(n.Text) == programOf(d.Words) {
			// A stand-in does what the protocol knows of: nothing happens to the name.
			to(true, protocol.None, "")
			to(false, protocol.None, "")
		}
		if c.works(n) && (i > 0 || c.under(at, d, p.threads[i].freed)) {
			stay()
			if next := c.p.Nodes[at].Next; next != protocol.None && programOf(n.Text) == programOf(d.Words) {
				if last := &c.p.Nodes[next]; last.Path != protocol.None && last.Op != protocol.Work && programOf(last.Text) == programOf(n.Text) {
					yield(p.moved(i, last.Next)) // nor by the last act of it
				}
			}
		}
		return
	case "lock", "unlock":
		c.locked(n, at, d, to, stay)
		return
	}
	switch n.Op {
	case protocol.Open:
		if d.Opens() {
			to(ok, n.Path, d.Name)
		}
	case protocol.Test:
		if d.Looks() {
			to(ok, n.Path, d.Name)
			if ok && n.Text != "-e" { // it is there, and may be of another kind
				to(false, n.Path, d.Name)
			}
		}
	case protocol.Create, protocol.Store:
		switch {
		case d.Makes(), d.Writes(), d.Op == "write":
			to(ok, n.Path, d.Made())
		}
	case protocol.Claim:
		switch {
		case d.Makes(), d.Exclusive():
			if to(ok, n.Path, d.Made()); !ok && n.Mode&(protocol.Timed|protocol.Waits) != 0 {
				goes(at, n.Path, d.Made()) // and tries again, until it is free or the time is over
			}
		case d.Looks() && ok: // who finds it there need not try
			to(false, n.Path, d.Name)
		}
	case protocol.Remove:
		c.removed(n, d, to)
	case protocol.Rename:
		switch {
		case d.Op == "rename" && n.To == n.Path: // it puts a new file in the place of this one
			to(ok, n.Path, d.Name2)
		case n.To == n.Path && (d.Op == "unlink" || d.Exclusive()): // or removes this one, and makes another
			to(ok, n.Path, d.Name)
		case d.Op == "link" && d.Words != "" && c.fits(n.To, d.Name2): // ln -f asks first whether there is none
			if to(ok, n.To, d.Name2); !ok {
				stay()
			}
		case d.Op == "rename":
			if c.fits(n.To, d.Name2) || n.To == protocol.None {
				to(ok, n.Path, d.Name)
			} else if n.Text != "mv" && c.fits(n.Path, d.Name2) {
				to(ok, n.Path, d.Name2)
			}
		case d.Looks() && !ok && d.Words != "":
			to(false, n.Path, d.Name)
		}
	}
}

// works tells whether work may be done at a node: steps that are drawn as one do any
// number of it.
func (c *Checker) works(n *protocol.Node) bool {
	switch n.Op {
	case protocol.Work, protocol.Choose, protocol.Alive:
		return true
	}
	return false
}

// under tells whether the locks that work is done under are those that the protocol has
// there: each of them may be held there, and what is surely held is among them, where no
// handler has given a lock up.
func (c *Checker) under(at protocol.ID, d *rehearse.Deed, freed bool) bool {
	in := c.facts.At(at)
	if in == nil {
		return false
	}
	for _, l := range d.Under {
		if !slices.ContainsFunc(in.Holds, func(h protocol.Hold) bool {
			return h.Path == protocol.None || c.fits(h.Path, c.formerly(h.Path, l.Name))
		}) {
			return false
		}
	}
	for _, h := range in.Holds {
		if freed || h.Open < 0 || !h.Sure || h.Failed || h.Path == protocol.None || c.p.Nodes[h.By].Mode.Has(protocol.Fcntl) {
			continue // a lock of fcntl goes with any descriptor of its file
		}
		if n := &c.p.Nodes[at]; n.Mode&(protocol.InPlace|protocol.Exec) != 0 && programOf(n.Text) == programOf(d.Words) && c.closes(n, in, h) || c.becameProgram(at, h) {
			continue // the shell has become the program, and has closed it first
		}
		if !slices.ContainsFunc(d.Under, func(l rehearse.Lock) bool { return c.fits(h.Path, c.formerly(h.Path, l.Name)) }) {
			return false
		}
	}
	return true
}

// closes tells whether a shell that becomes a program at a node closes a lock's descriptor.
func (c *Checker) closes(n *protocol.Node, in *protocol.State, h protocol.Hold) bool {
	return c.p.Nodes[h.Open].Mode.Has(protocol.Cloexec) || n.Mode.Has(protocol.Exclude) && slices.Contains(in.Opens(n.FD), h.Open)
}

// becameProgram tells whether the shell became a shell anew around a node, behind which a
// lock's descriptor is closed.
func (c *Checker) becameProgram(at protocol.ID, h protocol.Hold) bool {
	for f := c.facts.Frame(at); f != protocol.None; f = c.facts.Frame(f) {
		if n := &c.p.Nodes[f]; n.Mode.Has(protocol.InPlace) && c.p.Nodes[h.Open].Mode.Has(protocol.Cloexec) && c.facts.At(f) != nil &&
			slices.ContainsFunc(c.facts.At(f).Holds, func(o protocol.Hold) bool { return o.Open == h.Open }) {
			return true
		}
	}
	return false
}

// locked meets a lock that was asked for or given up.
func (c *Checker) locked(n *protocol.Node, at protocol.ID, d *rehearse.Deed, to func(bool, int, string), stay func()) {
	if n.Op != protocol.Flock || n.Mode.Has(protocol.Unlock) != (d.Op == "unlock") {
		return
	}
	if d.Op == "lock" && n.Mode.Has(protocol.Shared) != d.Shared() {
		return
	}
	if d.Op == "lock" && n.Mode&(protocol.Timed|protocol.Fcntl|protocol.ByJob) == 0 && n.Mode.Has(protocol.Nonblock) != d.Tries() {
		return
	}
	if d.Name == "" || strings.HasPrefix(d.Name, "pipe:") { // it is not open: nobody gives a run more than three pipes
		to(d.Result >= 0, protocol.None, "")
		return
	}
	in := c.facts.At(at)
	if in == nil {
		return
	}
	for _, o := range in.Opens(n.FD) {
		if o >= 0 && d.Result < 0 && n.Mode.Has(protocol.Timed) && c.fits(c.p.Nodes[o].Path, c.formerly(c.p.Nodes[o].Path, d.Name)) {
			stay() // some ask again and again until the time is over
		}
		if o >= 0 {
			to(d.Result >= 0, c.p.Nodes[o].Path, c.formerly(c.p.Nodes[o].Path, d.Name))
		}
	}
}

// removed meets the end of a name, or of the folder that it goes with. A tool that finds
// nothing has done so too.
func (c *Checker) removed(n *protocol.Node, d *rehearse.Deed, to func(bool, int, string)) {
	gone := d.Op == "unlink" || d.Op == "rmdir" || d.Op == "rename" || (d.Looks() || d.Opens()) && d.Result < 0 && d.Words != ""
	if !gone {
		return
	}
	to(true, n.Path, d.Name)
	if n.To != protocol.None {
		to(true, n.To, d.Name)
	}
	for _, at := range []int{n.Path, n.To} {
		if at != protocol.None && c.below(at, d.Name) {
			to(true, protocol.None, "")
		}
	}
}

func (c *Checker) fits(at int, log string) bool { return at != protocol.None && c.names[at].fits(log) }

// mostNames is how many names of one file are followed back.
const mostNames = 64

// formerly is the name that a file had when a path was opened: the log has the one that
// it has by now.
func (c *Checker) formerly(at int, log string) string {
	if c.fits(at, log) {
		return log
	}
	seen := []string{log} // a file may have been given one name after the other
	for i := 0; i < len(seen); i++ {
		for _, m := range c.moved {
			rest, ok := strings.CutPrefix(seen[i], m[1])
			if !ok || rest != "" && rest[0] != '/' {
				continue
			}
			if c.fits(at, m[0]+rest) {
				return m[0] + rest
			}
			if !slices.Contains(seen, m[0]+rest) && len(seen) < mostNames {
				seen = append(seen, m[0]+rest)
			}
		}
	}
	return log
}

// below tells whether a name of the log lies in a folder that a path stands for.
func (c *Checker) below(at int, log string) bool {
	for dir := path.Dir(log); dir != "/" && dir != "."; dir = path.Dir(dir) {
		if c.names[at].fits(dir) {
			return true
		}
	}
	return false
}

// goesOn tells whether a step belongs to what its tool has begun already.
func (c *Checker) goesOn(p *position, d *rehearse.Deed) bool {
	return slices.ContainsFunc(p.tools, func(u tool) bool {
		if u.task != d.Task || u.words != d.Words {
			return false
		}
		n := &c.names[u.path]
		same := func(log string) bool {
			if n.fixed() || p.bound[u.path] == "" {
				return n.fits(log) || c.below(u.path, log)
			}
			return log == p.bound[u.path] || strings.HasPrefix(log, p.bound[u.path]+"/")
		}
		return same(d.Name) || d.Name2 != "" && same(d.Name2)
	})
}

// must tells whether a step about a name has to be one of the protocol's: it changes a
// name, or asks for a lock, and the script alone says that the name carries one of its
// locks.
func (c *Checker) must(p *position, d *rehearse.Deed) bool {
	switch d.Op {
	case "work":
		return !c.says[programOf(d.Words)]
	case "lock", "unlock":
		return !d.BrokenOff()
	}
	if !d.Changes() || d.NotEmpty() { // who cannot remove a folder with something in it has changed nothing
		return false
	}
	return slices.ContainsFunc([]string{d.Name, d.Name2}, func(log string) bool {
		if log == "" {
			return false
		}
		for i := range c.names {
			if c.p.Paths[i].Kind != protocol.Data && (c.names[i].fixed() && c.names[i].fits(log) || p.bound[i] == log) {
				return true
			}
		}
		return false
	})
}

// programOf is the name of the program in a command.
func programOf(words string) string {
	name, _, _ := strings.Cut(words, " ")
	return path.Base(name)
}
