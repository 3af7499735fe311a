package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// scope applies the redirects of a compound command, one by one. Where one fails, those
// before it are taken back, and the command is not run.
func (m *machine) scope(s *State, in *program.Ins, id protocol.ID) outcome {
	if s.phase == 0 && !s.inScopeOf() {
		t := s.push(frame{kind: inScope})
		t.stack.code, t.stack.pc = s.code, in.To
		t.phase = 1
		return goes(t)
	}
	i := s.phase - 1
	if i >= len(in.Redirects) {
		t := s.next()
		t.regs = &registers{}
		return goes(t)
	}
	return m.apply(s, in.Redirects[i], s.targetOf(in.Redirects, i), id, protocol.Scoped|protocol.Save, func(t *State) outcome {
		u := t.leaveScope().ended(status(1))
		u.some = true // for the check behind it
		return goes(u)
	})
}

// inScopeOf tells whether the redirects at hand are being applied.
func (s *State) inScopeOf() bool { return s.phase > 0 }

// leaveScope is the state behind a scope: its redirects are taken back, the latest first.
func (s *State) leaveScope() *State {
	t := s.pop()
	for i := len(s.stack.saved) - 1; i >= 0; i-- {
		t.undo = appended(t.undo, s.stack.saved[i])
	}
	return t.restored(s.stack.keeps)
}

// restored is the state in which variables are again what they were before a command.
func (s *State) restored(keeps []kept) *State {
	if len(keeps) == 0 {
		return s
	}
	t := s.clone()
	for i := len(keeps) - 1; i >= 0; i-- {
		if k := keeps[i]; k.had {
			t.vars = t.vars.with(k.name, k.was)
		} else {
			t.vars = t.vars.without(k.name)
		}
	}
	return t
}

// takeBack undoes the first of the redirects that are to be taken back.
func (m *machine) takeBack(s *State) outcome {
	u := s.undo[0]
	t := s.clone()
	t.undo = s.undo[1:]
	t.fds = t.fds.with(u.fd, u.was)
	if u.node == protocol.None {
		return goes(t)
	}
	n := node(protocol.Restore, m.steps[u.node].node.Span)
	n.Body, n.FD = u.node, u.fd
	return outcome{node: &n, next: t}
}

// targetOf is what the operand of redirect number i has come to.
func (s *State) targetOf(list []*program.Redirect, i int) Value {
	k := 0
	for _, r := range list[:i] {
		if r.Word != nil {
			k++
		}
	}
	if list[i].Word == nil || s.regs == nil || k >= len(s.regs.targets) {
		return empty
	}
	return s.regs.targets[k]
}

// apply carries a redirect out. mode says whether it is taken back later: then the
// innermost frame keeps what it has hidden. fails says what becomes of the shell where it
// does not work.
func (m *machine) apply(s *State, r *program.Redirect, target Value, id protocol.ID, mode protocol.Mode, fails func(*State) outcome) outcome {
	byProgram := mode & protocol.Program
	mode &^= protocol.Program
	fd, s, known := m.numberOf(s, r, target)
	if !known {
		m.unknown(r.Span, "a redirect of a descriptor that is not known")
		return goes(s.phased(false))
	}
	if r.Var != "" && m.facts(s).BraceStays {
		mode &^= protocol.Save | protocol.Scoped
	}
	a := &redirection{m: m, s: s, r: r, fd: fd, target: target, id: id, mode: mode, fails: fails, program: byProgram}
	switch {
	case r.Kind == program.Document:
		return goes(a.changed(descriptor{open: true}, false))
	case r.Kind.Opens():
		return a.opens()
	}
	return a.copies()
}

// redirection is a redirect that is being carried out.
type redirection struct {
	m      *machine
	s      *State
	r      *program.Redirect
	fd     int
	target Value
	id     protocol.ID
	mode   protocol.Mode
	fails  func(*State) outcome
	// program is set where a program opens it, and not the shell.
	program protocol.Mode
}

// changed is the state in which the descriptor is so. seen is set where a node stands for it.
func (a *redirection) changed(is descriptor, seen bool) *State {
	t := a.s.phased(false)
	was := t.fds.get(a.fd)
	t.fds = t.fds.with(a.fd, is)
	if a.mode.Has(protocol.Save) {
		one := saved{node: protocol.None, fd: a.fd, was: was}
		if seen {
			one.node = a.id
		}
		t = t.changed(func(f *frame) { f.saved = appended(f.saved, one) })
	}
	return t
}

// outlets are the files that everybody has, and what is printed to them.
var outlets = map[string]outlet{"/dev/null": nowhere, "/dev/zero": nowhere, "/dev/tty": elsewhere, "/dev/stderr": elsewhere}

// opens carries out a redirect that opens a file.
func (a *redirection) opens() outcome {
	if from, ok := fdPath(a.target.Text); ok {
		return a.copied(from)
	}
	if to, ok := outlets[a.target.Text]; ok && a.target.Known {
		return goes(a.changed(descriptor{open: true, to: to}, false))
	}
	if a.target.Text == "/dev/stdout" && a.target.Known {
		return a.copied(1)
	}
	if a.r.Kind == program.OutAll || a.r.Kind == program.AppendAll {
		a.fd = 1
	}
	if a.fd <= 2 && a.r.Kind != program.In && !(a.fd == 0 && a.r.Kind == program.InOut) {
		return a.creates()
	}
	n := node(protocol.Open, a.r.Span)
	n.FD, n.Path, n.Mode, n.Word, n.Text = a.fd, a.m.path(a.target, a.s), a.mode|a.how(), a.r.Span, a.r.Written
	is := descriptor{open: true, cloexec: a.cloexec()}
	if is.cloexec {
		n.Mode |= protocol.Cloexec
	}
	if w := a.r.Word; w != nil && !isQuoted(w) {
		n.Mode |= protocol.Unquoted
	}
	no := a.s.clone()
	return outcome{node: &n, next: a.changed(is, true).filled(a.target), otherwise: a.fails(no.ended(failure)).next}
}

// filled is the state in which a file of that name was made or opened: the name is not empty.
func (s *State) filled(v Value) *State {
	if v.full() {
		return s
	}
	return s.answer(notEmpty+v.Key, true)
}

// notEmpty begins the question whether a value is not empty.
const notEmpty = "-n"

// how is the mode in which a redirect opens.
func (a *redirection) how() protocol.Mode {
	switch a.r.Kind {
	case program.In:
		return protocol.Read
	case program.InOut:
		return protocol.Read | protocol.Write | protocol.Creat
	case program.Append, program.AppendAll:
		return protocol.Write | protocol.Append | protocol.Creat
	case program.Out:
		if a.s.opts.noclobber {
			return protocol.Write | protocol.Creat | protocol.Exclusive
		}
	}
	return protocol.Write | protocol.Truncate | protocol.Creat
}

// cloexec tells whether the shell keeps the descriptor from programs.
func (a *redirection) cloexec() bool {
	return a.mode&protocol.Scoped == 0 && a.fd > 2 && a.m.facts(a.s).ExecCloexec
}

// creates carries out an output redirect as what it does to the name: it makes the file,
// and under noclobber it claims it.
func (a *redirection) creates() outcome {
	n := node(protocol.Create, a.r.Span)
	n.Path, n.Word, n.Text, n.Mode = a.m.path(a.target, a.s), a.r.Word.Span, ">", protocol.Within
	t := a.changed(descriptor{open: true, to: elsewhere}, false)
	if a.r.Kind == program.OutAll || a.r.Kind == program.AppendAll {
		t.fds = t.fds.with(2, descriptor{open: true})
	}
	switch {
	case a.r.Kind == program.Out && a.s.opts.noclobber:
		n.Op, n.Text = protocol.Claim, "noclobber"
		if a.s.asked > 0 {
			n.Mode |= protocol.Checked
		}
		return outcome{node: &n, next: t.filled(a.target), otherwise: a.fails(a.s.clone().ended(failure)).next}
	case a.r.Kind != program.Append && a.r.Kind != program.AppendAll:
		n.Mode |= protocol.Truncate
	}
	return outcome{node: &n, next: t}
}

// copies carries out a redirect that copies, moves or closes a descriptor.
func (a *redirection) copies() outcome {
	text := a.target.Text
	if text == "-" && a.target.Known {
		if !a.matters(a.fd) {
			return goes(a.changed(descriptor{}, false))
		}
		n := node(protocol.Close, a.r.Span)
		n.FD, n.Mode, n.Word = a.fd, a.mode, a.r.Span
		return outcome{node: &n, next: a.changed(descriptor{}, true)}
	}
	from, ok := shell.Number(strings.TrimSuffix(text, "-"))
	if !ok || !a.target.Known {
		if a.r.Kind == program.DupOut && a.target.Known && a.r.Written == "" { // >&file
			a.r = &program.Redirect{Span: a.r.Span, FD: 1, Kind: program.OutAll, Word: a.r.Word}
			return a.opens()
		}
		a.m.unknown(a.r.Span, "a copy of a descriptor that is not known")
		return goes(a.changed(descriptor{open: true}, false))
	}
	if strings.HasSuffix(text, "-") {
		a.m.unknown(a.r.Span, "a descriptor that is moved")
	}
	return a.copied(from)
}

// matters tells whether a descriptor may carry a lock.
func (a *redirection) matters(fd int) bool {
	return fd > 2 || a.s.fds.get(fd).open && a.s.fds.get(fd).to == locked
}

// locked is what a descriptor below 3 leads to that was opened as one that may carry a lock.
const locked outlet = "L"

// copied carries out N>&FROM.
func (a *redirection) copied(from int) outcome {
	was := a.s.fds.get(from)
	is := descriptor{open: true, to: was.to, cloexec: a.cloexec()}
	if !a.matters(a.fd) && !a.matters(from) {
		if !was.open {
			return a.fails(a.s.clone().ended(failure))
		}
		return goes(a.changed(is, false))
	}
	n := node(protocol.Dup, a.r.Span)
	n.FD, n.From, n.Mode, n.Word = a.fd, from, a.mode|a.program, a.r.Span
	if is.cloexec {
		n.Mode |= protocol.Cloexec
	}
	if was.open || from == a.fd && !a.m.facts(a.s).CopyFails {
		is.open = was.open
		return outcome{node: &n, next: a.changed(is, true)}
	}
	return outcome{node: &n, next: a.changed(is, true), otherwise: a.fails(a.s.clone().ended(failure)).next}
}

// numberOf is the descriptor that a redirect is about. {fd}> takes the lowest free one from
// 10 on, and assigns the variable.
func (m *machine) numberOf(s *State, r *program.Redirect, target Value) (fd int, t *State, known bool) {
	if r.Var == "" {
		return r.FD, s, r.FD != program.None
	}
	name, index, hasIndex := strings.Cut(strings.TrimSuffix(r.Var, "]"), "[")
	x := &expander{m: m, s: s}
	if !r.Kind.Opens() && target.Known && target.Text == "-" {
		v := x.variable(name)
		if hasIndex {
			if list, _ := s.lookup(name); list.List != nil {
				v, _ = list.List.at(Literal(index))
			}
		}
		n, ok := shell.Number(v.Text)
		return n, s, ok && v.Known
	}
	fd = s.fds.free(10)
	if hasIndex {
		return fd, m.assignElement(s, name, Literal(index), Literal(itoa(fd))), true
	}
	return fd, m.assign(s, name, Literal(itoa(fd))), true
}

// isQuoted tells whether nothing in a word is open to being parted.
func isQuoted(w *program.Word) bool {
	for _, p := range w.Parts {
		if p.Kind != program.Text && !p.Quoted {
			return false
		}
	}
	return true
}

// fdPath recognises the names of descriptors: /dev/fd/9, /proc/self/fd/9, /proc/$$/fd/9.
func fdPath(text string) (int, bool) {
	for _, prefix := range []string{"/dev/fd/", "/proc/self/fd/", "/proc/$$/fd/", "/proc/$BASHPID/fd/"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			return shell.Number(rest)
		}
	}
	return 0, false
}

// pathSpan is where a path stands, for who would change it.
func pathSpan(f field, at source.Span) source.Span {
	if f.word != nil {
		return f.word.Span
	}
	return at
}
