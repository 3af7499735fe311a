package machine

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// locksFile is flock FILE COMMAND: a child opens the file, locks it and becomes the command;
// the lock ends with the child.
func (m *machine) locksFile(c *call, s *State, r request) plan {
	fd := hidden
	for s.fds.get(fd).open {
		fd++
	}
	words := append([]field{own(underLock, "flock"), {Value: Literal(itoa(fd))}}, c.args...)
	return m.startsChild(c, s, "flock", words)
}

// startsChild is a plan whose only step begins a child that runs some words. It has the
// variables, the folder and the descriptors of the state in which the plan is made.
func (m *machine) startsChild(c *call, s *State, what string, words []field) plan {
	enter := func(t *State) *State {
		u := m.enters(t, c, what, closes(lostBetween(t.fds, s.fds.handedOn()), words))
		u.vars, u.cwd = s.vars, s.cwd
		return u
	}
	return plan{effects: []effect{{node: m.beginsChild(c, what), well: enter}}}
}

// lostBetween are the descriptors that are open in one table, and not in another one.
func lostBetween(from, to *descriptors) (list []int) {
	if from == nil {
		return nil
	}
	for fd := range from.at {
		if fd > 2 && !to.get(fd).open {
			list = append(list, fd)
		}
	}
	slices.Sort(list)
	return list
}

// handedOn are the descriptors that programs inherit.
func (d *descriptors) handedOn() *descriptors {
	out := d
	if d != nil {
		for fd, is := range d.at {
			if is.cloexec {
				out = out.with(fd, descriptor{})
			}
		}
	}
	return out
}

// underLockRow is what the child does: the words are FD flock FILE COMMAND….
func underLockRow(m *machine, c *call, s *State) plan {
	fd, _ := shell.Number(c.args[1].Text)
	d := c.rest(2)
	r := lockRequest(d)
	open := m.fileNode(protocol.Open, d, r.operand, s)
	open.FD, open.Mode, open.Text = fd, open.Mode|protocol.Read|protocol.Creat|protocol.Scoped, ""
	lock := node(protocol.Flock, c.at)
	lock.FD, lock.Mode, lock.Word = fd, r.mode, open.Word
	name := d.args[r.operand].Value
	p := plan{effects: []effect{
		{node: open, open: true, stops: true, badly: func(s *State) *State { return s.ended(failure) }, well: func(s *State) *State {
			return s.filled(name).opened(fd, descriptor{open: true})
		}},
		{node: lock, open: true, stops: true, badly: func(s *State) *State { return s.ended(r.busy) }},
	}}
	inner := lockedWords(m, d.args[r.operand+1:], s)
	if r.close {
		p.effects = append(p.effects, m.keptBack(c, fd, inner))
	}
	p.done = func(s *State, failed bool) outcome {
		if failed {
			return goes(s.over(s.status))
		}
		return goes(s.becomes(inner))
	}
	return p
}

// keptBack begins what flock -o runs: a child that does not inherit the lock, for which
// flock itself keeps it.
func (m *machine) keptBack(c *call, fd int, inner []field) effect {
	return effect{node: m.beginsChild(c, "flock -o"), well: func(s *State) *State {
		return m.enters(s, c, "flock -o", closes([]int{fd}, inner))
	}}
}

// lockRequest is what a command that takes a file and a command asks for.
func lockRequest(c *call) request {
	switch c.name() {
	case "flock":
		return flockOptions(c)
	case "lockf":
		return lockfOptions(c)
	}
	u := usage{early: true}
	r := u.read(c)
	out := request{mode: protocol.Fcntl, busy: failure, operand: len(c.args)}
	if r.has("n") && c.name() == "setlock" || r.has("q") && c.name() == "with-lock-ex" {
		out.mode |= protocol.Nonblock
	}
	if len(r.operands) > 0 {
		out.operand = r.operands[0]
	}
	return out
}

// lockedWords are the words of the command under a lock: -c TEXT, or a program.
func lockedWords(m *machine, words []field, s *State) []field {
	text, isText := Value{}, false
	switch first := words[0]; {
	case isCommandOption(first.Value) && len(words) > 1:
		text, isText = words[1].Value, true
	case strings.HasPrefix(first.Text, "--command="):
		text, isText = behindText(first.Value, "--command="), true
	}
	if !isText {
		return asProgram(words)
	}
	word := field{Value: text}
	if len(words) > 1 && isCommandOption(words[0].Value) {
		word = words[1]
	}
	return []field{{Value: Literal(m.userShell(s))}, {Value: Literal("-c")}, word}
}

// userShell is the shell that $SHELL names; where that is not known it is one of the kind
// at hand.
func (m *machine) userShell(s *State) string {
	if v, ok := s.vars.get("SHELL"); ok && v.Value.Known {
		if _, ok := source.ParseDialect(baseName(v.Value.Text)); ok {
			return v.Value.Text
		}
	}
	if m.facts(s).Tests { // it is read as bash
		return "bash"
	}
	return string(s.dialect())
}

// lockfOptions reads the options of BSD's lockf.
func lockfOptions(c *call) request {
	u := usage{takes: "t", early: true}
	r := u.read(c)
	out := request{busy: failure, operand: len(c.args)}
	if o := r.option("t"); o != nil {
		if out.mode = protocol.Timed; o.value.Known && o.value.Text == "0" {
			out.mode = protocol.Nonblock
		}
		out.busy = status(75)
	}
	if len(r.operands) > 0 {
		out.operand = r.operands[0]
	}
	return out
}

// lockfRow is lockf: a file with a command, or a descriptor.
func lockfRow(m *machine, c *call, s *State) plan {
	r := lockfOptions(c)
	if r.operand >= len(c.args) {
		return m.program(c, s)
	}
	fd, isNumber := shell.Number(c.args[r.operand].Text)
	switch {
	case r.operand+1 < len(c.args):
		return m.locksFile(c, s, r)
	case isNumber && c.args[r.operand].Known:
		return m.locksDescriptor(c, s, fd, r)
	case mayBeDescriptor(c.args[r.operand].Value):
		m.unknown(c.at, "the descriptor %s is not known", c.args[r.operand].Text)
	}
	return m.program(c, s)
}

// lockRunnerRow is lckdo and its like: FILE COMMAND under an fcntl lock.
func lockRunnerRow(m *machine, c *call, s *State, r *reading) plan {
	if len(r.operands) < 2 {
		return m.program(c, s)
	}
	return m.locksFile(c, s, lockRequest(c))
}

// zsystemRow is zsystem flock, a builtin of a module of zsh: an fcntl lock on a file.
func zsystemRow(m *machine, c *call, s *State) plan {
	d, u := c.rest(min(1, len(c.args)-1)), usage{takes: "tif", early: true}
	r := u.read(d)
	switch {
	case !m.facts(s).LocksItself:
		return notFound()
	case d.args[0].Text != "flock", len(c.args) < 3, len(r.operands) != 1, r.doubt:
		return m.cannotFollow(c, "zsystem")
	case r.has("u"):
		fd, ok := shell.Number(d.args[r.operands[0]].Text)
		if !ok || !d.args[r.operands[0]].Known {
			return m.cannotFollow(c, "the descriptor that zsystem closes")
		}
		return plan{effects: []effect{m.shuts(c, fd)}}
	}
	fd := s.fds.free(10)
	open := m.fileNode(protocol.Open, d, r.operands[0], s)
	open.FD, open.Mode, open.Text = fd, open.Mode|protocol.Read|protocol.Write|protocol.Cloexec, ""
	lock, busy := node(protocol.Flock, c.at), failure
	lock.FD, lock.Mode, lock.Word = fd, protocol.Fcntl, open.Word
	if r.has("t", "i") {
		lock.Mode |= protocol.Timed
	}
	if r.has("r") {
		lock.Mode |= protocol.Shared
	}
	to := r.option("f")
	return plan{effects: []effect{{node: open, open: true, stops: true}, {node: lock, open: true, stops: true}}, done: func(s *State, failed bool) outcome {
		if failed {
			n := m.shuts(c, fd).node
			return outcome{node: &n, next: s.over(busy)}
		}
		t := s.opened(fd, descriptor{open: true, cloexec: true})
		if to != nil && to.value.Known {
			t = m.assign(t, to.value.Text, Literal(itoa(fd)))
		}
		return goes(t.over(success))
	}}
}

// shuts is the step that closes a descriptor.
func (m *machine) shuts(c *call, fd int) effect {
	n := node(protocol.Close, c.at)
	n.FD = fd
	return effect{node: n, well: func(s *State) *State { return s.opened(fd, descriptor{}) }}
}

// opened is the state in which a descriptor is so.
func (s *State) opened(fd int, is descriptor) *State {
	t := s.clone()
	t.fds = s.fds.with(fd, is)
	return t
}
