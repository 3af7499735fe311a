package extract

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// ownOptions reads the options of with_lock, lock_fd and lockkit run. A lock with slots lets
// several in at once, as a shared one does. more says that one of the options asks for what
// is not followed.
func ownOptions(c *call) (mode protocol.Mode, keep bool, busy value, operand int, more string) {
	i := 1
	busy = statusValue(75)
	code := func(text string) {
		busy = failed
		if n, ok := shell.Number(text); ok {
			busy = statusValue(n)
		}
	}
	slots := func(text string) {
		if n, ok := shell.Number(text); !ok || n != 1 {
			mode |= protocol.Shared
		}
	}
	for ; i < len(c.args); i++ {
		a := c.args[i].text
		if a == "--" {
			i++
			break
		}
		if len(a) < 2 || a[0] != '-' {
			break
		}
		if strings.HasPrefix(a, "--") {
			switch name, after, joined := strings.Cut(a[2:], "="); name {
			case "shared":
				mode |= protocol.Shared
			case "nonblock":
				mode |= protocol.Nonblock
			case "keep":
				keep = true
			case "fcntl":
				more = "a lock of fcntl(2)"
			case "timeout", "conflict-exit-code", "slots", "max", "kill-after", "on", "ttl":
				if name == "timeout" {
					mode |= protocol.Timed
				}
				if !joined {
					i++
					after = operandAt(c, i)
				}
				switch name {
				case "conflict-exit-code":
					code(after)
				case "slots":
					slots(after)
				}
			}
			continue
		}
		for j := 1; j < len(a); j++ {
			switch a[j] {
			case 's':
				mode |= protocol.Shared
			case 'n':
				mode |= protocol.Nonblock
			case 'k':
				keep = true
			case 'w', 'E', 'j':
				if a[j] == 'w' {
					mode |= protocol.Timed
				}
				after := a[j+1:]
				if after == "" {
					i++
					after = operandAt(c, i)
				}
				switch a[j] {
				case 'E':
					code(after)
				case 'j':
					slots(after)
				}
				j = len(a)
			}
		}
	}
	return mode, keep, busy, min(i, len(c.args)), more
}

// namedLock is the path that a LOCK operand stands for.
func namedLock(v value) value {
	if v.known && v.text != "" && !strings.Contains(v.text, "/") {
		return literal("$LOCKKIT_DIR/" + v.text + ".lock")
	}
	return v
}

// acquire opens a lock file on fd, locks it, and looks whether the name still
// leads to it; if not, it begins anew (contract 2.2).
func (x *walker) acquire(c *call, lock value, word int, fd int, mode protocol.Mode, status value, open protocol.Mode, f flow) (got flow, lost []flow, opened protocol.ID) {
	o := x.node(protocol.Open, c.at)
	o.FD, o.Path, o.Mode = fd, x.path(lock), protocol.Read|protocol.Creat|open
	o.Span = x.between(c.expr.Pos(), c.expr.End())
	o.Word = x.span(x.atWord(c.word(word)))
	ok, missing := x.fork(f, o)
	opened = ok.from[0].node
	n := x.node(protocol.Flock, c.at)
	n.FD, n.Mode, n.Span, n.Word = fd, mode, o.Span, o.Word
	locked, busy := x.fork(ok, n)
	busy.st = busy.st.withStatus(x.numbered(status))
	same := x.node(protocol.SameInode, c.at)
	same.FD, same.Path, same.Span = fd, o.Path, o.Span
	yes, no := x.fork(locked, same)
	again := x.node(protocol.Close, c.at)
	again.FD = fd
	x.connect(x.then(no, again), opened)
	return yes, []flow{missing, busy}, opened
}

// withLockCommand walks with_lock: the command runs in this shell.
func withLockCommand(x *walker, c *call, f flow) []flow {
	return x.withLock(c, f, func(i int, got flow) []flow {
		inner := c.rest(i, false)
		inner.at = shell.WithRedirects(c.at, nil)
		return x.dispatch(inner, got)
	})
}

// lockkitCommand walks lockkit: run is with_lock for a program, and flock is flock.
func lockkitCommand(x *walker, c *call, f flow) []flow {
	if len(c.args) < 2 || c.args[1].text != "run" {
		return prefixCommand(x, c, f)
	}
	run := c.rest(1, true)
	return x.withLock(run, f, func(i int, got flow) []flow {
		inner := run.rest(i, true)
		inner.at = shell.WithRedirects(c.at, nil)
		return x.runProgram(inner, got)
	})
}

// withLock walks what takes a lock and runs the command that begins at a word under it.
func (x *walker) withLock(c *call, f flow, under func(i int, got flow) []flow) []flow {
	mode, keep, status, i, more := ownOptions(c)
	if more != "" {
		x.dunno(c.at, "%s is not followed", more)
	}
	behind := i + 1
	if behind < len(c.args) && c.args[behind].text == "--" {
		behind++
	}
	if behind >= len(c.args) {
		return x.plain(c.at, "with_lock", f)
	}
	fd := hidden + 2 + x.depth
	x.depth++
	defer func() { x.depth-- }()
	got, out, opened := x.acquire(c, namedLock(c.args[i]), i, fd, mode, status, protocol.Save, f)
	outer := x.ctx
	x.ctx.loops, x.ctx.parents = 0, 0
	for _, g := range under(behind, got) {
		if g.how == leaving {
			out = append(out, g)
			continue
		}
		g.how = onward
		if !keep {
			u := x.node(protocol.Flock, c.at)
			u.FD, u.Mode = fd, protocol.Unlock
			status := g.st
			g = x.both(g, u).with(status)
		}
		out = append(out, x.then(g, x.restore(opened, c.at)))
	}
	x.ctx = outer
	return out
}

// lockFDCommand walks lock_fd FD [LOCK].
func lockFDCommand(x *walker, c *call, f flow) []flow {
	mode, _, status, i, more := ownOptions(c)
	if more != "" {
		x.dunno(c.at, "%s is not followed", more)
	}
	if i >= len(c.args) {
		return x.plain(c.at, "lock_fd", f)
	}
	fd, isNumber := shell.Number(c.args[i].text)
	if i+1 >= len(c.args) {
		if !isNumber {
			return x.plain(c.at, "lock_fd", f)
		}
		out := x.lockDescriptor(c, fd, mode, c.word(i), f)
		out[1].st = out[1].st.withStatus(x.numbered(status))
		return out
	}
	if !isNumber {
		fd, f.st = x.allocate(f.st)
		f.st = f.st.set(c.args[i].text, literal(itoa(fd)))
	}
	got, out, _ := x.acquire(c, namedLock(c.args[i+1]), i+1, fd, mode, status, 0, f)
	return append(out, got)
}

func unlockCommand(x *walker, c *call, f flow) []flow {
	i := firstOperand(c.args)
	if i >= len(c.args) {
		return x.plain(c.at, "unlock", f)
	}
	fd, ok := shell.Number(c.args[i].text)
	if !ok {
		return x.plain(c.at, "unlock", f)
	}
	n := x.node(protocol.Flock, c.at)
	n.FD, n.Mode = fd, protocol.Unlock
	g := x.both(f, n)
	cl := x.node(protocol.Close, c.at)
	cl.FD = fd
	g = x.then(g, cl)
	return []flow{g.with(g.st.ok())}
}
