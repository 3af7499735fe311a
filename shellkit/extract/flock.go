package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// hidden is the first of the numbers that stand for descriptors which a lock
// command opens for itself; no script uses them.
const hidden = 1000

// request is what the options of flock(1) ask for.
type request struct {
	mode    protocol.Mode
	close   bool  // -o
	busy    value // the status when the lock is somebody else's: -E, else 1, or what a limit gives
	operand int   // index of the first operand in args, or len(args)
}

var flockLong = map[string]byte{
	"shared": 's', "exclusive": 'x', "unlock": 'u', "nonblock": 'n', "nb": 'n', "nonblocking": 'n', "timeout": 'w', "wait": 'w',
	"conflict-exit-code": 'E', "close": 'o', "command": 'c', "no-fork": 'F', "verbose": 'v', "fcntl": 'f', "help": 'h', "version": 'V',
}

// flockLetter is the short option that a long one stands for, which may be abbreviated: 0 where
// there is none, or the name may be that of several.
func flockLetter(name string) (letter byte) {
	if letter = flockLong[name]; letter != 0 {
		return letter
	}
	for long, l := range flockLong {
		if strings.HasPrefix(long, name) && l != letter {
			if letter != 0 {
				return 0
			}
			letter = l
		}
	}
	return letter
}

// flockOptions reads the options as getopt(3) does for flock(1).
func flockOptions(c *call) request {
	r := request{operand: len(c.args), busy: failed}
	conflict := statusValue(1)
	code := func(text string) {
		conflict = failed
		if n, ok := shell.Number(text); ok {
			conflict = statusValue(n)
		}
	}
	apply := func(letter byte) {
		switch letter {
		case 's':
			r.mode |= protocol.Shared
		case 'x', 'e':
			r.mode &^= protocol.Shared
		case 'u':
			r.mode |= protocol.Unlock
		case 'n':
			r.mode |= protocol.Nonblock
		case 'w':
			r.mode |= protocol.Timed
		case 'o':
			r.close = true
		case 'f':
			r.mode |= protocol.Fcntl
		}
	}
	i := 1
	for ; i < len(c.args); i++ {
		a := c.args[i].text
		if a == "--" {
			i++
			break
		}
		if strings.HasPrefix(a, "--") {
			name, after, joined := strings.Cut(a[2:], "=")
			letter := flockLetter(name)
			if letter == 'c' {
				break
			}
			apply(letter)
			if (letter == 'w' || letter == 'E') && !joined {
				i++
				after = operandAt(c, i)
			}
			if letter == 'E' {
				code(after)
			}
			continue
		}
		if len(a) < 2 || a[0] != '-' {
			if c.args[i].known || a[0:min(1, len(a))] != "$" || !optionsVariable(c, i) {
				break
			}
			continue
		}
		if strings.HasPrefix(a, "-c") {
			break
		}
		for j := 1; j < len(a); j++ {
			apply(a[j])
			if a[j] == 'w' || a[j] == 'E' {
				after := a[j+1:]
				if after == "" {
					i++
					after = operandAt(c, i)
				}
				if a[j] == 'E' {
					code(after)
				}
				break
			}
		}
	}
	r.operand = min(i, len(c.args))
	switch gives := r.mode.Has(protocol.Nonblock) || r.mode.Has(protocol.Timed); {
	case gives && c.limit == "":
		r.busy = conflict
	case !gives && c.limit != "":
		r.mode |= protocol.Timed
		if n, ok := shell.Number(c.limit); ok {
			r.busy = statusValue(n)
		}
	case r.mode.Has(protocol.Nonblock): // over before the limit
		r.busy = conflict
	}
	return r
}

// operandAt is the text of the word at an index, if there is one.
func operandAt(c *call, i int) string {
	if i < len(c.args) {
		return c.args[i].text
	}
	return ""
}

// optionsVariable guesses that an unknown unquoted word in front of the last
// operand holds options: flock $FLOCK_OPTS 9.
func optionsVariable(c *call, i int) bool {
	return !c.args[i].quoted && i+1 < len(c.args) && strings.Contains(strings.ToLower(c.args[i].text), "opt")
}

func flockCommand(x *walker, c *call, f flow) []flow {
	r := flockOptions(c)
	operands := c.args[r.operand:]
	if len(operands) == 0 {
		return x.plain(c.at, "flock", f)
	}
	target := operands[0]
	tail := c.rest(r.operand+1, true)
	if why := refusal(c); why != "" && !r.mode.Has(protocol.Unlock) && !lacksCommand(operands) {
		return []flow{x.refused(c, r, target, why, f)}
	}
	if target.blank() && len(operands) > 1 {
		g := x.refused(c, r, target, "there is no file without a name", f)
		return []flow{g.with(g.st.withStatus(x.numbered(statusValue(66))))}
	}
	if commandOption(target) {
		last := len(c.args) - 1
		n := x.node(protocol.Misuse, c.at)
		n.Text, n.Path, n.Mode = protocol.MisuseEarlyCommand, x.path(c.args[last]), r.mode
		n.Word = x.span(x.atWord(c.word(last)))
		g := x.then(f, n)
		return []flow{g.with(g.st.fail())}
	}
	if len(operands) == 1 {
		if fd, ok := shell.Number(target.text); ok {
			out := x.lockDescriptor(c, fd, r.mode, c.word(r.operand), f)
			out[1].st = out[1].st.withStatus(x.numbered(r.busy))
			return out
		}
		if !target.known && target.spawn == 0 && !target.isOwnName() && (!strings.ContainsAny(target.text, "/.") && !target.lockish || fdName(target.text)) {
			// A descriptor in a variable whose value is not known.
			x.dunno(c.at, "the descriptor %s is not known", target.text)
			n := x.node(protocol.Opaque, c.at)
			n.Text = "flock of a descriptor that is not known"
			ok, fail := x.fork(f, n)
			return []flow{ok, fail}
		}
		n := x.node(protocol.Misuse, c.at)
		n.Text, n.Path, n.Mode = protocol.MisuseNoCommand, x.path(target), r.mode
		n.Word = x.span(x.atWord(c.word(r.operand)))
		g := x.then(f, n)
		return []flow{g.with(g.st.fail())}
	}
	if why := x.noProgram(tail, f.st); why != "" {
		g := x.refused(c, r, target, why, f)
		return []flow{g.with(g.st.withStatus(x.numbered(statusValue(69))))}
	}
	if fd, ok := shell.Number(target.text); ok {
		n := x.node(protocol.Misuse, c.at)
		n.Text, n.FD, n.Mode = protocol.MisuseFDAsFile, fd, r.mode
		n.Word = x.span(x.atWord(c.word(r.operand)))
		f = x.then(f, n)
	}
	return x.underLock(c, tail, target, c.word(r.operand), r, f)
}

func fdName(text string) bool {
	t := strings.ToLower(strings.Trim(text, "${}"))
	return strings.HasSuffix(t, "fd") || strings.HasPrefix(t, "fd") || strings.Contains(t, "descriptor")
}

// lockDescriptor is flock(2) on an open descriptor.
func (x *walker) lockDescriptor(c *call, fd int, mode protocol.Mode, word *syntax.Word, f flow) []flow {
	n := x.node(protocol.Flock, c.at)
	n.Span = x.between(c.expr.Pos(), c.expr.End())
	n.FD, n.Mode = fd, mode
	if x.ctx.job != nil && !x.ctx.job.opens[fd] && !mode.Has(protocol.Unlock) {
		x.ctx.job.takes[fd] = true
	}
	for i := range x.p.Nodes {
		if o := &x.p.Nodes[i]; o.Op == protocol.Open && o.FD == fd && !mode.Has(protocol.Unlock) {
			x.isShared(c, o.Path)
		}
	}
	if word != nil {
		n.Word = x.span(word)
	}
	ok, fail := x.fork(f, n)
	ok.st = x.withFD(ok.st, fd, true) // what is closed cannot be locked
	return []flow{ok, fail}
}

// isShared says so where a lock may be one that no other run means.
func (x *walker) isShared(c *call, path int) {
	if x.about[path].mixed {
		x.dunno(c.at, "whether other runs mean the same by %s", x.p.Paths[path].Text)
	}
}

// underLock walks flock FILE COMMAND: a child opens the file, locks it and runs
// the command; the lock ends with the child.
func (x *walker) underLock(c, tail *call, target value, word *syntax.Word, r request, f flow) []flow {
	return x.frame("flock", c.at, f, nil, func(f flow) []flow {
		open := x.node(protocol.Open, c.at)
		open.FD, open.Path, open.Mode = hidden, x.path(target), protocol.Read|protocol.Creat|protocol.Scoped
		open.Span = x.between(c.expr.Pos(), c.expr.End())
		if word != nil {
			open.Word = x.span(word)
		}
		x.isShared(c, open.Path)
		opened, missing := x.fork(f, open)
		n := x.node(protocol.Flock, c.at)
		n.FD, n.Mode, n.Word = hidden, r.mode, open.Word
		n.Span = open.Span
		got, busy := x.fork(opened, n)
		busy.st = busy.st.withStatus(x.numbered(r.busy))
		out := []flow{missing, busy}
		if r.close {
			return append(out, x.keptBack(c, got, func(f flow) []flow { return x.lockedCommand(tail, r, f) })...)
		}
		return append(out, x.lockedCommand(tail, r, got)...)
	})
}

// keptBack walks what flock -o runs: a child that does not inherit the lock, for which
// flock itself keeps it.
func (x *walker) keptBack(c *call, f flow, body func(flow) []flow) []flow {
	return x.frame("flock -o", c.at, f, nil, func(f flow) []flow {
		n := x.node(protocol.Close, c.at)
		n.FD, n.Mode, n.Span = hidden, protocol.Scoped, x.between(c.expr.Pos(), c.expr.End())
		return body(x.then(f, n))
	})
}

// lockedCommand walks the command under a lock: -c TEXT, sh -c TEXT, or words.
func (x *walker) lockedCommand(c *call, r request, f flow) []flow {
	name := c.args[0].text
	if (name == "-c" || name == "--command") && len(c.args) > 1 {
		st := f.st.clone()
		st.opts = options{}
		return x.eval(x.embedded(c.word(1), x.coded(c.args[1], c.word(1), f.st)), f.with(st))
	}
	if strings.HasPrefix(name, "-c") && len(name) > 2 {
		return x.program(c, name, f)
	}
	base := c.name()
	c.locked = true
	if e, ok := commandOf(base, c.args[0].text); ok && !e.control && base != "exec" && base != "exit" && base != "trap" && base != "set" && base != "eval" {
		return e.walk(x, c, f)
	}
	return x.program(c, base, f)
}

// zsystemCommand walks zsh's zsystem flock: an fcntl lock on a file. It is a builtin of a
// module: where no text at hand loads any, nobody has it.
func zsystemCommand(x *walker, c *call, f flow) []flow {
	if len(c.args) < 3 || c.args[1].text != "flock" {
		return x.plain(c.at, "zsystem", f)
	}
	if !x.in.modules {
		x.dunno(c.at, "zsystem is not there before zmodload zsh/system")
		n := x.node(protocol.Work, c.at)
		n.Text, n.Mode = "zsystem", protocol.Quiet
		g := x.then(f, n)
		return []flow{g.with(g.st.withStatus(x.numbered(statusValue(127))))}
	}
	mode, fdVar, unlock := protocol.Fcntl, "", false
	i := 2
	for ; i < len(c.args) && strings.HasPrefix(c.args[i].text, "-"); i++ {
		switch a := c.args[i].text; {
		case strings.HasPrefix(a, "-t"), strings.HasPrefix(a, "-i"):
			mode |= protocol.Timed
			if len(a) == 2 {
				i++
			}
		case strings.HasPrefix(a, "-f"):
			if len(a) > 2 {
				fdVar = a[2:]
			} else if i+1 < len(c.args) {
				i++
				fdVar = c.args[i].text
			}
		case a == "-r":
			mode |= protocol.Shared
		case a == "-u":
			unlock = true
		}
	}
	if i >= len(c.args) {
		return x.plain(c.at, "zsystem", f)
	}
	if unlock {
		if fd, ok := shell.Number(c.args[i].text); ok {
			n := x.node(protocol.Close, c.at)
			n.FD, n.Text = fd, "zsystem"
			g := x.then(f, n)
			return []flow{g.with(x.withFD(g.st, fd, false).ok())}
		}
		x.dunno(c.at, "the descriptor %s is not known", c.args[i].text)
		return x.plain(c.at, "zsystem", f)
	}
	fd, st := x.allocate(f.st)
	f.st = st
	if fdVar != "" {
		f.st = f.st.set(fdVar, literal(itoa(fd)))
	}
	open := x.node(protocol.Open, c.at)
	open.FD, open.Path, open.Mode = fd, x.path(c.args[i]), protocol.Read|protocol.Write
	open.Word = x.span(x.atWord(c.word(i)))
	opened, missing := x.fork(f, open)
	opened.st = x.withFD(opened.st, fd, true)
	out := append([]flow{missing}, x.lockDescriptor(c, fd, mode, c.word(i), opened)...)
	return out
}

// lockfCommand walks BSD's lockf: a file with a command, or a descriptor.
func lockfCommand(x *walker, c *call, f flow) []flow {
	var r request
	i := 1
	for ; i < len(c.args) && strings.HasPrefix(c.args[i].text, "-"); i++ {
		a := c.args[i].text
		if strings.HasPrefix(a, "-t") || strings.Contains(a, "t") {
			r.mode |= protocol.Timed
			if strings.HasSuffix(a, "t") {
				i++
				if i < len(c.args) && c.args[i].text == "0" {
					r.mode = r.mode&^protocol.Timed | protocol.Nonblock
				}
			}
		}
	}
	if i >= len(c.args) {
		return x.plain(c.at, "lockf", f)
	}
	if fd, ok := shell.Number(c.args[i].text); ok && i+1 == len(c.args) {
		return x.lockDescriptor(c, fd, r.mode, c.word(i), f)
	}
	if i+1 == len(c.args) {
		return x.plain(c.at, "lockf", f)
	}
	return x.underLock(c, c.rest(i+1, true), c.args[i], c.word(i), r, f)
}

// lockRunner walks lckdo, with-lock-ex and their like: FILE COMMAND under an
// fcntl lock.
func lockRunner(x *walker, c *call, f flow) []flow {
	i := firstOperand(c.args)
	if i+1 >= len(c.args) {
		return x.plain(c.at, c.name(), f)
	}
	r := request{mode: protocol.Fcntl}
	return x.underLock(c, c.rest(i+1, true), c.args[i], c.word(i), r, f)
}
