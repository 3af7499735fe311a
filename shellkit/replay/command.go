package replay

import (
	"fmt"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// place is where a name of a lock lies in the private folder.
func place(name int) string { return fmt.Sprintf(`"$D/n%d"`, name) }

// gated tells whether a row is a step of its own in the replay: it does something
// that somebody can see.
func (w *writer) gated(ev *prove.Event) bool {
	if ev.Node == protocol.None {
		return false
	}
	n := w.node(ev)
	switch n.Op {
	case protocol.Open:
		return w.digit(ev, n.FD) != 0 || ev.Name != 0
	case protocol.Restore:
		return w.digit(ev, n.FD) != 0 && !w.hands(ev, n.Body)
	case protocol.Dup, protocol.Close:
		return w.digit(ev, n.FD) != 0 && !w.hands(ev, ev.Node)
	case protocol.Sub:
		return !w.entered[ev]
	case protocol.Flock, protocol.EndSub, protocol.Spawn, protocol.Wait, protocol.End:
		return true
	case protocol.Test:
		return ev.Name != 0 && n.Text != "-nt" && n.Text != "-ot"
	case protocol.SameInode, protocol.Create, protocol.Claim, protocol.Remove, protocol.Rename,
		protocol.Store, protocol.Own, protocol.Alive:
		return ev.Name != 0 || ev.To != 0
	case protocol.Leave: // some shells end redirects before the EXIT trap runs
		return w.protocol(ev).Handlers[n.Handlers].Exit != protocol.None
	case protocol.Work:
		return n.Mode.Has(protocol.Exec) || w.programs[ev.Process] != nil || n.Mode.Has(protocol.Stays) && ev.Child != 0 || w.last(ev, n)
	}
	return false
}

// last tells whether a program is the last thing that a background child runs, where
// it matters to descriptors whether the shell starts a second process for it. The
// shell is left to decide; the program ends when the child is to end.
func (w *writer) last(ev *prove.Event, n *protocol.Node) bool {
	if n.Op != protocol.Work || !n.Mode.Has(protocol.Program) || n.Mode.Has(protocol.Stays) || ev.Parent == 0 || w.programs[ev.Process] != nil {
		return false
	}
	return (kshLike(w.protocol(ev).Dialect) || n.Mode.Has(protocol.Exclude)) && w.ends(ev, n)
}

// ends tells whether nothing comes after a node.
func (p *plan) ends(ev *prove.Event, n *protocol.Node) bool {
	script := p.protocol(ev)
	for next := n.Next; next != protocol.None; next = script.Nodes[next].Next {
		if script.Nodes[next].Op != protocol.Leave {
			return script.Nodes[next].Op == protocol.End
		}
	}
	return false
}

// hands tells whether a redirect does nothing but to hand a descriptor to flock, as in
// flock 9 9<&9, which is nothing to the shell.
func (p *plan) hands(ev *prove.Event, redirect protocol.ID) bool {
	nodes := p.protocol(ev).Nodes
	n := &nodes[redirect]
	if n.Op != protocol.Dup || n.FD != n.From || nodes[n.Next].Op != protocol.Flock {
		return false
	}
	after := nodes[n.Next].Next
	return after != protocol.None && nodes[after].Op == protocol.Restore && nodes[after].Body == redirect
}

// redirect is the redirection of an Open, a Dup or a Close.
func (w *writer) redirect(ev *prove.Event, n *protocol.Node) string {
	fd := w.digit(ev, n.FD)
	switch n.Op {
	case protocol.Close:
		return fmt.Sprintf("%d>&-", fd)
	case protocol.Dup:
		from := w.digit(ev, n.From)
		if from == 0 {
			return fmt.Sprintf("%d</dev/null", fd) // a copy of something that has no lock
		}
		return fmt.Sprintf("%d>&%d", fd, from)
	}
	path := `"$D/data"`
	if ev.Name != 0 {
		path = place(ev.Name)
	}
	return fmt.Sprintf("%d%s%s", fd, w.operator(ev, n), path)
}

// operator is the redirection operator of an Open.
func (w *writer) operator(ev *prove.Event, n *protocol.Node) string {
	switch {
	case w.dirs[ev.Name]:
		return "<"
	case n.Mode.Has(protocol.Append):
		return ">>"
	case n.Mode.Has(protocol.Read | protocol.Write):
		return "<>"
	case n.Mode.Has(protocol.Truncate):
		return ">"
	case n.Mode.Has(protocol.Write) || n.Mode.Has(protocol.Creat):
		return ">>"
	}
	return "<"
}

// command is the shell's text of an operation that is one command.
func (w *writer) command(ev *prove.Event, n *protocol.Node) (string, error) {
	at := place(ev.Name)
	switch n.Op {
	case protocol.Open:
		return w.open(ev, n), nil
	case protocol.Dup, protocol.Close:
		if !ev.OK {
			return "{ :; } " + w.redirect(ev, n), nil // as with open
		}
		return "exec " + w.redirect(ev, n), nil
	case protocol.Flock:
		return w.flock(ev, n)
	case protocol.SameInode:
		return fmt.Sprintf("[ /dev/fd/%d -ef %s ]", w.digit(ev, n.FD), at), nil
	case protocol.Test:
		return fmt.Sprintf("[ %s %s ]", n.Text, at), nil
	case protocol.Create, protocol.Store:
		return w.create(ev, n), nil
	case protocol.Claim:
		return w.claim(ev, n), nil
	case protocol.Remove:
		return w.remove(ev, n), nil
	case protocol.Rename:
		return w.rename(ev, n), nil
	case protocol.Own:
		return fmt.Sprintf(`[ "$(cat %s)" = "$$" ]`, at), nil
	case protocol.Alive:
		return fmt.Sprintf(`kill -0 "$(cat %s)"`, at), nil
	case protocol.Wait:
		return "wait", nil
	}
	return "", unable("%s cannot be replayed", n.Op)
}

func (w *writer) open(ev *prove.Event, n *protocol.Node) string {
	if w.digit(ev, n.FD) == 0 { // only the name matters
		return fmt.Sprintf("{ :; } %s%s", w.operator(ev, n), place(ev.Name))
	}
	redirect := w.redirect(ev, n)
	if !ev.OK {
		if w.forced(ev, n) {
			redirect = fmt.Sprintf(`%d<"$D/no/such/folder"`, w.digit(ev, n.FD))
		}
		return "{ :; } " + redirect // a failing exec would end some shells: the trace tells what comes then
	}
	if n.Mode.Has(protocol.Exclusive) {
		return "set -C; exec " + redirect + "; set +C"
	}
	return "exec " + redirect
}

func (w *writer) flock(ev *prove.Event, n *protocol.Node) (string, error) {
	if n.Mode.Has(protocol.Fcntl) {
		return "", unable("fcntl locks are not replayed")
	}
	if !w.opened(ev, n.FD) {
		return "", unable("descriptor %d comes from outside of the script", n.FD)
	}
	fd := w.digit(ev, n.FD)
	if w.forced(ev, n) {
		return "( exit 71 )", nil
	}
	var b strings.Builder
	b.WriteString("flock")
	switch {
	case n.Mode.Has(protocol.Unlock):
		b.WriteString(" -u")
	case n.Mode.Has(protocol.Shared):
		b.WriteString(" -s")
	}
	switch {
	case n.Mode.Has(protocol.Unlock):
	case n.Mode.Has(protocol.Nonblock):
		b.WriteString(" -n")
	case n.Mode.Has(protocol.Timed) && !ev.OK:
		b.WriteString(" -w 0")
	default:
		fmt.Fprintf(&b, " -w %d", 2*int(patience.Seconds())) // ends by itself whatever becomes of us
	}
	fmt.Fprintf(&b, " %d", fd)
	if w.handed {
		fmt.Fprintf(&b, " %d<&%d", fd, fd)
	}
	return b.String(), nil
}

// forced tells whether an operation fails in the trace though nothing stands in its
// way: --strict asks what happens then.
func (w *writer) forced(ev *prove.Event, n *protocol.Node) bool {
	if ev.OK || ev.Waits {
		return false
	}
	before := w.before(ev)
	switch n.Op {
	case protocol.Open:
		there := inodeOf(before, ev.Name) != 0
		return there && !n.Mode.Has(protocol.Exclusive) || !there && n.Mode.Has(protocol.Creat)
	case protocol.Flock:
		for _, fd := range before.FDs {
			if fd.Process == ev.Process && fd.FD == n.FD {
				waits := n.Mode&(protocol.Nonblock|protocol.Timed) == 0 // busy is no reason for it to fail
				return !n.Mode.Has(protocol.Unlock) && !w.cloexec(ev, n.FD) && (waits || !conflict(before, fd.File, n.Mode.Has(protocol.Shared)))
			}
		}
	}
	return false
}

func (w *writer) create(ev *prove.Event, n *protocol.Node) string {
	at := place(ev.Name)
	switch {
	case w.dirs[ev.Name]:
		return "mkdir -p " + at
	case n.Mode.Has(protocol.Pid):
		return `echo "$$" >` + at
	case n.Op == protocol.Store:
		return "echo text >" + at
	case n.Mode.Has(protocol.Exclusive):
		return "( set -C; : >" + at + " )"
	case n.Mode.Has(protocol.Truncate):
		return ": >" + at
	}
	return ": >>" + at
}

// claim makes a name as the script does. What needs a program that may not be
// installed is made as that program makes it: with O_EXCL or a link.
func (w *writer) claim(ev *prove.Event, n *protocol.Node) string {
	at := place(ev.Name)
	content := ":"
	if n.Mode&(protocol.Pid|protocol.Write) != 0 {
		content = `echo "$$"`
	}
	try := fmt.Sprintf("( set -C; %s >%s )", content, at)
	switch n.Text {
	case "mkdir":
		try = "mkdir " + at
	case "ln -s":
		try = `ln -s "$$" ` + at
	case "ln":
		try = fmt.Sprintf(`{ %s >"$D/own.%d"; ln "$D/own.%d" %s; }`, content, ev.Process, ev.Process, at)
	}
	if n.Mode.Has(protocol.Waits) && !ev.OK {
		return fmt.Sprintf(`until %s; do /bin/sh "$D/program" %d || break; done`, try, tries(ev.Process))
	}
	if n.Mode.Has(protocol.Pid) {
		return fmt.Sprintf(`{ kill -0 "$(cat %s)" || rm %s; %s; }`, at, at, try)
	}
	return try
}

func (w *writer) remove(ev *prove.Event, n *protocol.Node) string {
	if w.dirs[ev.Name] {
		return "rmdir " + place(ev.Name)
	}
	return "rm " + place(ev.Name)
}

func (w *writer) rename(ev *prove.Event, n *protocol.Node) string {
	switch {
	case ev.To == 0 || ev.Name == 0 && ev.To == 0:
		return fmt.Sprintf(`mv -f %s "$D/gone.%d"`, place(ev.Name), ev.Process)
	case ev.Name == 0 || ev.Name == ev.To:
		return fmt.Sprintf(`{ echo text >"$D/new.%d"; mv -f "$D/new.%d" %s; }`, ev.Process, ev.Process, place(ev.To))
	}
	return fmt.Sprintf("mv -f %s %s", place(ev.Name), place(ev.To))
}

// inodeOf is the model's inode behind a name, 0 for none.
func inodeOf(t *prove.Table, name int) int {
	for _, row := range t.Names {
		if row.Name == name {
			return row.Inode
		}
	}
	return 0
}

// conflict tells whether another open file description has a lock in the way.
func conflict(t *prove.Table, file int, shared bool) bool {
	inode := 0
	for _, f := range t.Files {
		if f.File == file {
			inode = f.Inode
		}
	}
	for _, f := range t.Files {
		if f.File != file && f.Inode == inode && f.Lock != "" && !(shared && f.Lock == "shared") {
			return true
		}
	}
	return false
}
