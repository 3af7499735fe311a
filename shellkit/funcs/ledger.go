package funcs

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A proof goes by what a script takes for its lock. What the functions promise is more
// than that: whatever they met on the way, the command runs with the lock and alone,
// and they tell what has become of it.

// lockPath is that of the lock in every use.
const lockPath = "/run/x"

// entry is what has happened on the way to a node.
type entry struct {
	held bool // the lock is
	lost bool // the last that asked for it did not get it
	done bool // the command has run
	open table
}

// wrongs are what is wrong about a program that a run has come to.
var wrongs = map[string]func(entry) string{
	"job": func(e entry) string {
		if !e.held {
			return "the work is done without the lock"
		}
		return ""
	},
	"did": func(e entry) string {
		switch {
		case !e.done:
			return "it says that the command ran, and it did not"
		case e.held:
			return "the lock is held when the command has ended"
		}
		return ""
	},
	"busy": func(e entry) string {
		switch {
		case e.done:
			return "it says that the lock is busy, and the command ran"
		case !e.lost:
			return "it says that the lock is busy, and it was not"
		case e.held:
			return "it says that the lock is busy, and holds it"
		}
		return ""
	},
	"cannot": func(e entry) string {
		switch {
		case e.done:
			return "it says that it failed, and the command ran"
		case e.held:
			return "it says that it failed, and holds the lock"
		}
		return ""
	},
	"gone": func(e entry) string {
		if e.held {
			return "the lock is held when it was freed"
		}
		return ""
	},
	"never": func(entry) string { return "it ends with a status that means nothing" },
}

// wrong tells what is wrong on some way that a run of a use can take, or nothing. A
// child that nobody waits for has no lock that lasts.
func (u *use) wrong(p *protocol.Protocol) string {
	type place struct {
		id protocol.ID
		entry
	}
	todo := []place{{}}
	for _, h := range p.Handlers {
		for _, s := range h.Signal {
			if s.Do == protocol.Run {
				todo = append(todo, place{id: s.Entry})
			}
		}
	}
	seen := map[place]bool{}
	for len(todo) > 0 && len(p.Nodes) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at.id == protocol.None || seen[at] {
			continue
		}
		seen[at] = true
		n := &p.Nodes[at.id]
		if is := wrongs[n.Text]; n.Op == protocol.Work && is != nil {
			if wrong := is(at.entry); wrong != "" {
				return wrong
			}
		}
		todo = append(todo, place{n.Next, u.after(p, at.id, at.entry, true)})
		if n.Else != protocol.None {
			todo = append(todo, place{n.Else, u.after(p, at.id, at.entry, false)})
		}
		if n.Op == protocol.Spawn {
			todo = append(todo, place{n.Body, entry{}})
		}
	}
	return ""
}

// after is what has happened behind a node that has worked, or has not.
func (u *use) after(p *protocol.Protocol, id protocol.ID, e entry, ok bool) entry {
	n := &p.Nodes[id]
	switch {
	case n.Op == protocol.Work:
		e.done = e.done || n.Text == string(job)
	case n.Op == protocol.Flock && !e.open.has(n.FD):
	case n.Op == protocol.Flock && n.Mode.Has(protocol.Unlock):
		e.held = e.held && !ok
	case n.Op == protocol.Flock: // what was had is lost where it fails
		e.held = ok && (u.shared || !n.Mode.Has(protocol.Shared))
		e.lost = !ok
	default:
		e.open = e.open.after(p, id, ok, lockPath)
		e.held = e.held && !e.open.empty()
	}
	return e
}

// A table says which descriptors lead to the lock file: their numbers, and for what a
// redirect has put aside, that of its node behind an s. Where a child is waited for, the
// table that its shell has stands behind a bar.
type table string

func (t table) parts() (here []string, outer string) {
	first, outer, _ := strings.Cut(string(t), "|")
	return strings.Fields(first), outer
}

func (t table) has(fd int) bool {
	here, _ := t.parts()
	return slices.Contains(here, strconv.Itoa(fd))
}

func (t table) empty() bool { return strings.Trim(string(t), "|") == "" }

// with is the table in which something leads to the file, or does not.
func (t table) with(what string, leads bool) table {
	here, outer := t.parts()
	here = slices.DeleteFunc(here, func(s string) bool { return s == what })
	if leads {
		here = append(here, what)
		slices.Sort(here)
	}
	if outer != "" || strings.Contains(string(t), "|") {
		outer = "|" + outer
	}
	return table(strings.Join(here, " ") + outer)
}

// after is the table behind a node.
func (t table) after(p *protocol.Protocol, id protocol.ID, ok bool, path string) table {
	n := &p.Nodes[id]
	fd, aside := strconv.Itoa(n.FD), "s"+strconv.Itoa(int(id))
	switch n.Op {
	case protocol.Sub:
		here, _ := t.parts()
		return table(strings.Join(here, " ")) + "|" + t
	case protocol.EndSub:
		_, outer := t.parts()
		return table(outer)
	case protocol.Restore:
		saved := "s" + strconv.Itoa(int(n.Body))
		here, _ := t.parts()
		return t.with(fd, slices.Contains(here, saved)).with(saved, false)
	case protocol.Open, protocol.Dup, protocol.Close:
		if !ok {
			return t
		}
		leads := n.Op == protocol.Dup && t.has(n.From) || n.Op == protocol.Open && n.Path >= 0 && p.Paths[n.Path].Text == path
		if n.Mode.Has(protocol.Save) {
			t = t.with(aside, t.has(n.FD))
		}
		return t.with(fd, leads)
	}
	return t
}
