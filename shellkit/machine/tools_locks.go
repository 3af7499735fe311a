package machine

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// lockTool is what a program for lock files does: the lock is claimed atomically; some
// wait, some take over what has grown old or the lock of a dead owner.
type lockTool struct {
	mode    protocol.Mode // how it claims, unless options say otherwise
	does    deed
	first   bool   // the first operand is the lock; else each of them is one
	suffix  string // what it puts behind the name
	options []toolOption
}

// toolOption is an option that changes that. Others are passed over.
type toolOption struct {
	names string        // letters and words without their dashes, by blanks
	takes bool          // a value follows
	mode  protocol.Mode // what holds with it,
	not   protocol.Mode // and what does not
	does  deed
}

// deed is what such a program does in place of claiming, or what an option is about.
type deed uint8

const (
	claimsIt  deed = iota
	removesIt      // the lock is given up
	looksAtIt      // it only says whether the lock is there, and somebody's
	keepsIt        // its age begins anew
	inverts        // the exit status says the opposite
	namesLock      // the value is the lock
	namesAll       // nothing is put behind the name
)

// withPid is the option by which a lock is that of the process whose number is in it: none
// that grows old.
var withPid = toolOption{names: "p use-pid", mode: protocol.Pid, not: protocol.Expires}

// lockfileOptions are those of lockfile-create and its like: what was not touched for five
// minutes is taken over.
var lockfileOptions = []toolOption{withPid, {names: "r retry", takes: true}, {names: "l lock-name", does: namesAll}}

// lockRows are programs for lock files.
func lockRows() map[string]command {
	rows := map[string]command{"lock": tool(usage{}, lockApplet)}
	for name, t := range map[string]lockTool{
		"dotlockfile":     {mode: protocol.Timed | protocol.Expires, first: true, options: []toolOption{withPid, {names: "r i", takes: true}, {names: "u", does: removesIt}, {names: "t", does: keepsIt}, {names: "c", does: looksAtIt}}},
		"lockfile":        {mode: protocol.Waits, options: []toolOption{{names: "r", takes: true, mode: protocol.Timed, not: protocol.Waits}, {names: "l", takes: true, mode: protocol.Expires}, {names: "s", takes: true}, {names: "!", does: inverts}}},
		"lockfile-check":  {mode: protocol.Expires, does: looksAtIt, suffix: ".lock", options: lockfileOptions},
		"lockfile-create": {mode: protocol.Timed | protocol.Expires, suffix: ".lock", options: lockfileOptions},
		"lockfile-remove": {does: removesIt, suffix: ".lock", options: lockfileOptions},
		"lockfile-touch":  {does: keepsIt, suffix: ".lock", options: lockfileOptions},
		"pmlock":          {},
		"shlock":          {mode: protocol.Pid, options: []toolOption{{names: "f", takes: true, does: namesLock}, {names: "p", takes: true}}},
	} {
		rows[name] = tool(t.usage(), t.row)
	}
	return rows
}

// usage is how the program reads its words.
func (t lockTool) usage() (u usage) {
	for _, o := range t.options {
		if !o.takes {
			continue
		}
		for _, name := range strings.Fields(o.names) {
			if len(name) == 1 {
				u.takes += name
			} else {
				u.long = append(u.long, name)
			}
		}
	}
	return u
}

// row is what the program does with its words.
func (t lockTool) row(m *machine, c *call, s *State, r *reading) plan {
	mode, does, suffix, inverted, locks := t.mode, t.does, t.suffix, false, r.operands
	if t.first {
		locks = locks[:min(1, len(locks))]
	}
	named := Value{}
	for _, given := range r.options {
		for _, o := range t.options {
			if !slices.Contains(strings.Fields(o.names), given.name) {
				continue
			}
			mode = mode&^o.not | o.mode
			switch o.does {
			case removesIt, keepsIt, looksAtIt:
				does = o.does
			case inverts:
				inverted = !inverted
			case namesAll:
				suffix = ""
			case namesLock:
				named, locks = given.value, []int{given.place}
			}
		}
	}
	if does == keepsIt {
		return m.program(c, s)
	}
	p := m.each(c, locks, func(i int) []effect {
		lock := c.args[i].Value
		if named.Key != "" {
			lock = named
		}
		n := m.targetNode(protocol.Claim, c, transfer{to: lock.with(Literal(suffix)), word: i}, s)
		n.Mode |= mode
		m.oneName(c, i)
		switch does {
		case removesIt:
			n.Op, n.Mode = protocol.Remove, 0
		case looksAtIt:
			if n.Op, n.Mode = protocol.Alive, mode&protocol.Expires; n.Mode != 0 {
				n.Text = protocol.ItsAge
			}
		}
		return []effect{{node: n, open: true, stops: true}}
	})
	if p.done == nil {
		p.done = ends(success, failure)
		if inverted {
			p.done = ends(failure, success)
		}
	}
	return p
}

// lockApplet is lock FILE, as OpenWrt's busybox has it: the lock belongs to a process of its
// own, which stays until lock -u FILE, whatever becomes of the script.
func lockApplet(m *machine, c *call, s *State, r *reading) plan {
	if !m.facts(s).LockApplet || len(r.operands) != 1 || r.has("s", "w") {
		return m.program(c, s)
	}
	n := m.fileNode(protocol.Claim, c, r.operands[0], s)
	switch {
	case r.has("u"):
		n.Op = protocol.Remove
	case !r.has("n"):
		n.Mode |= protocol.Waits
	}
	return plan{effects: []effect{{node: n, open: true}}}
}
