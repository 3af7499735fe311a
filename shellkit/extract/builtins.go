package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// ending is the status that exit and return leave behind.
func (x *walker) ending(c *call, s *state) value {
	if len(c.args) < 2 {
		return x.ctx.bareEnding(c.name() == "return", s)
	}
	v := c.args[1]
	if n, ok := negative(v); ok && (c.name() == "exit" || x.facts.WrapsNegative || x.facts.EndsAtNegative) && n&0xff != 0 {
		return failed
	}
	if n, ok := shell.Number(v.text); ok && v.sure() {
		if c.name() == "return" && n > 0xff && x.facts.WideReturns {
			return failed
		}
		return x.numbered(statusValue(n))
	}
	if v.nonzero {
		return v
	}
	return unknownStatus
}

// negative is the number of a word that is less than 0.
func negative(v value) (int, bool) {
	digits, less := strings.CutPrefix(v.text, "-")
	n, ok := shell.Number(digits)
	return -n, less && ok && v.sure()
}

// numbered is an exit status with its number, where somebody may ask for that.
func (x *walker) numbered(status value) value {
	if status.nonzero && x.effort != exact && !x.in.numbers && !x.in.pipes {
		return failed
	}
	return status
}

func exitCommand(x *walker, c *call, f flow) []flow {
	if len(c.args) > 2 {
		x.dunno(c.at, "exit with more than one number")
	}
	f.st = f.st.withStatus(x.ending(c, f.st))
	return x.leave(f, c.at)
}

func returnCommand(x *walker, c *call, f flow) []flow {
	if x.returnsNowhere(f.st) {
		return []flow{f.with(f.st.fail())}
	}
	_, less := negative(c.args[len(c.args)-1])
	if less && len(c.args) == 2 && x.facts.EndsAtNegative {
		f.st = f.st.fail()
		return x.leave(f, c.at)
	}
	if len(c.args) > 1 && c.args[1].known && !(less && x.facts.WrapsNegative) {
		if _, isNumber := shell.Number(c.args[1].text); !isNumber || len(c.args) > 2 {
			x.dunno(c.at, "return with something else than a number")
		}
	}
	f.st = f.st.withStatus(x.ending(c, f.st))
	if x.ctx.checked || !f.st.opts.errexit || !x.facts.ReturnUntrapped || !x.inFunction(f.st) {
		return []flow{f.going(returning)}
	}
	well, badly, _ := x.byStatus(c.at, []flow{f})
	for i := range well {
		well[i] = well[i].going(returning)
	}
	for _, g := range badly {
		well = append(well, x.endsUntrapped(g, c.at)...)
	}
	return well
}

// returnsNowhere tells of a return outside of every function in a script that is run and
// not sourced, where the shell says that it cannot, and goes on; elsewhere it ends the script.
func (x *walker) returnsNowhere(s *state) bool {
	return x.facts.ReturnFails && s.frame == nil && x.src.depth == 0 && x.effort != exact &&
		!x.ctx.handler && !x.ctx.exiting && strings.HasPrefix(string(x.src.text[:min(2, len(x.src.text))]), "#!")
}

// setCommand walks set: options and positional parameters.
func setCommand(x *walker, c *call, f flow) []flow {
	st := f.st.clone()
	args := c.args[1:]
	for len(args) > 0 {
		a := args[0].text
		if a == "--" || a == "-" {
			st = x.positional(c, len(c.args)-len(args)+1, st)
			break
		}
		if len(a) < 2 || a[0] != '-' && a[0] != '+' {
			st = x.positional(c, len(c.args)-len(args), st)
			break
		}
		on := a[0] == '-'
		for _, letter := range a[1:] {
			if letter != 'o' {
				setLetter(st, letter, on)
			} else if len(args) > 1 {
				if args[1].known && x.facts.LacksOption(args[1].text) {
					return x.refusesOption(c, args[1].text, f)
				}
				setOption(st, args[1].text, on)
				args = args[1:]
			}
		}
		args = args[1:]
	}
	if st.opts.errexit && !f.st.opts.errexit && x.ctx.negated && x.ctx.checked && x.facts.ErrexitInside {
		x.dunno(c.at, "whether set -e holds behind !, where it is set there")
	}
	return []flow{f.with(st.ok())}
}

// refusesOption walks set -o with a name that the shell does not know: it fails, or the
// script ends.
func (x *walker) refusesOption(c *call, name string, f flow) []flow {
	switch {
	case name == "pipefail":
		x.dunno(c.at, "whether this shell has pipefail, as later ones do")
		return x.choice(c.at, f)
	case x.facts.OptionExits && !c.plain:
		return x.leave(f.with(f.st.fail()), c.at)
	}
	return []flow{f.with(f.st.fail())}
}

func setLetter(s *state, letter rune, on bool) {
	switch letter {
	case 'e':
		s.opts.errexit = on
	case 'C':
		s.opts.noclobber = on
	case 'E':
		s.opts.errtrace = on
	case 'u':
		s.opts.nounset = on
	}
}

// setOption sets an option by its name, in which capitals and _ say nothing, and no in
// front of it the opposite.
func setOption(s *state, name string, on bool) {
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
	if rest, negated := strings.CutPrefix(name, "no"); negated {
		name, on = rest, !on
	}
	switch name {
	case "errexit":
		s.opts.errexit = on
	case "errtrace":
		s.opts.errtrace = on
	case "unset":
		s.opts.nounset = !on
	case "clobber":
		s.opts.noclobber = !on
	case "pipefail":
		s.opts.pipefail = on
	case "posix":
		s.opts.posix = on
	case "posixtraps":
		s.opts.posixTraps = on
	case "forlocal":
		s.opts.loopsShare = !on
	case "posixlycorrect":
		s.opts.loopsShare = on
	case "inheriterrexit":
		s.opts.inherits = on
	case "dotglob", "globdots":
		s.opts.dotglob = on
	}
}

// shoptCommand walks shopt.
func shoptCommand(x *walker, c *call, f flow) []flow {
	st := f.st.clone()
	on, sets := false, false
	for _, a := range c.args[1:] {
		switch {
		case strings.HasPrefix(a.text, "-"): // -o says which options it is about
			on, sets = on || strings.Contains(a.text, "s"), sets || strings.ContainsAny(a.text, "su")
		case sets:
			setOption(st, a.text, on)
			if on && a.text == "extglob" && x.readBefore(c.at) {
				x.dunno(c.at, "a pattern that is read before extglob is set")
			}
			if on && a.text == "failglob" {
				x.dunno(c.at, "which command fails because of failglob")
			}
			if on && a.text == "varredir_close" {
				x.dunno(c.at, "what {fd}> opens is closed by the option varredir_close")
			}
		}
	}
	return x.plain(c.at, "shopt", f.with(st), protocol.Quiet)
}

// setoptCommand walks zsh's setopt and unsetopt.
func setoptCommand(x *walker, c *call, f flow) []flow {
	st := f.st.clone()
	for _, a := range c.args[1:] {
		on := c.name() == "setopt"
		if letters := strings.TrimLeft(a.text, "-+"); letters != a.text {
			for _, letter := range letters {
				setLetter(st, letter, on == (a.text[0] == '-'))
			}
			continue
		}
		setOption(st, a.text, on)
	}
	return []flow{f.with(st.ok())}
}

func shiftCommand(x *walker, c *call, f flow) []flow {
	n, known := 1, true
	if len(c.args) > 1 {
		n, known = shell.Number(c.args[1].text)
	}
	if p := f.st.params; known && !p.open() && n > len(p.list) {
		if f.st = f.st.fail(); x.facts.ShiftExits && !c.plain {
			return x.leave(f, c.at)
		}
		return []flow{f}
	}
	return []flow{f.with(x.shifted(f.st, n, known).ok())}
}

func unsetCommand(x *walker, c *call, f flow) []flow {
	if len(c.args) > 1 && c.args[1].text != "-f" {
		for _, a := range c.args[1:] {
			x.refusesOne(a.text, c.at, true, f.st)
		}
	}
	st := f.st
	functions := len(c.args) > 1 && c.args[1].text == "-f"
	for _, a := range c.args[1:] {
		if functions {
			st = st.undefine(a.text)
			continue
		}
		switch element := strings.HasSuffix(a.text, "]"); {
		case element && x.effort != exact:
			st = x.withoutEntry(a.text, st)
		case element || syntax.ValidName(a.text) && x.remembers(a.text):
			st = x.unsets(a.text, st)
		}
	}
	return []flow{f.with(st.ok())}
}

// unsets is the state in which a variable is not set: where it is a local one, that of
// outside may come back.
func (x *walker) unsets(name string, s *state) *state {
	switch at := s.frame.declares(name); {
	case at == nil, x.facts.UnsetShows == shell.ShowsNothing, x.facts.UnsetShows == shell.ShowsCallers && at == s.frame:
		return s.set(name, unset)
	}
	return s.shows(name)
}

// naked is the value of a variable that is declared local without one.
func (x *walker) naked(name string, s *state) value {
	switch x.facts.Locals {
	case shell.LocalOuter:
		return x.variable(name, s)
	case shell.LocalEmpty:
		return literal("")
	}
	return unset
}

// readCommand walks read: what it reads from a lock file is that file's content.
func readCommand(x *walker, c *call, f flow) []flow {
	if out, ok := x.readFrom(c, f); ok {
		return out
	}
	content := x.ctx.reads
	for _, r := range c.at.Redirs {
		switch {
		case r.N != nil && r.N.Value != "0":
		case r.Op == syntax.RdrIn:
			content = x.path(x.word(r.Word, f.st)) + 1
		default: // here-documents and copies
			content = 0
		}
	}
	names, madeUp := setBy(c.name(), texts(c.args[1:]))
	if madeUp {
		x.dunno(c.at, "a variable is set whose name is not known")
	}
	if content != 0 && (x.ctx.reads == 0 || x.ctx.loops == 0) && x.asksContent() && !madeUp && slices.ContainsFunc(names, x.in.follows) {
		return x.readFile(c, names, content, f)
	}
	st := f.st
	typed := x.typed(c)
	for _, name := range names {
		v := x.fresh(name)
		if typed {
			v, content = symbol("$"+name, answered+name+"@"+x.here.key()), 0
		}
		v.content = content
		if told := shell.HereString(c.at); told != nil && len(c.args) > 1 && c.args[len(c.args)-1].text == name && operands(c.args[1:]) == 1 {
			v = x.word(told, f.st)
		}
		st = x.put(name, v, st)
	}
	f.st = st
	return x.plain(c.at, c.name(), f, protocol.Quiet)
}

// operands is how many words are no options.
func operands(args []value) (n int) {
	for _, a := range args {
		if !strings.HasPrefix(a.text, "-") {
			n++
		}
	}
	return n
}

func getoptsCommand(x *walker, c *call, f flow) []flow {
	return setterCommand(x, c, f)
}

func waitCommand(x *walker, c *call, f flow) []flow {
	if out, ok := x.joinedBy(c, f); ok {
		return out
	}
	f.st = x.havoc(c, f.st) // wait -p name
	n := x.node(protocol.Wait, c.at)
	var out []flow
	all := true
	left := operands(c.args[1:])
	late := x.putsOff(f.st)
	for i, a := range c.args[1:] {
		if strings.HasPrefix(a.text, "-") {
			if strings.HasPrefix(a.text, "-n") {
				n.Mode |= protocol.Any
			}
			continue
		}
		all = false
		n.Mode &^= protocol.Late
		if left--; late && left > 0 {
			n.Mode |= protocol.Late
		}
		if a.spawn != 0 {
			n.Body = protocol.ID(a.spawn - 1)
			f = x.then(f, n)
		} else {
			n.Body = protocol.None // which one is not known: take it for all
			all = true
			one, sure := x.oneJob(x.rawWord(c.word(i + 1)))
			if one {
				n.Mode |= protocol.Any
			}
			if !sure {
				n.Text = a.text
			}
		}
	}
	if all {
		f = x.then(f, n)
	}
	if x.ctx.want || x.heeds(f.st) && len(c.args) > 1 {
		choice := x.node(protocol.Choose, c.at)
		choice.Text = "wait"
		a, b := x.fork(f, choice)
		return append(out, a, b)
	}
	return []flow{f.with(f.st.endedWith(&unknownStatus))}
}

// execCommand walks exec: redirects that stay, or another program in this process.
func execCommand(x *walker, c *call, f flow) []flow {
	if x.facts.Bare && len(c.args) > 1 && strings.HasPrefix(c.args[1].text, "-") { // it is taken for a program
		return x.leave(f.with(f.st.withStatus(x.numbered(statusValue(127)))), c.at)
	}
	args := 1
	for args < len(c.args) && strings.HasPrefix(c.args[args].text, "-") && c.args[args].text != "--" {
		if c.args[args].text == "-a" {
			args++
		}
		args++
	}
	if args < len(c.args) && c.args[args].text == "--" {
		args++
	}
	if args >= len(c.args) {
		if x.muted(c, f.st) {
			n := x.node(protocol.Misuse, c.at)
			n.Text = protocol.MisuseMuteExec
			f = x.then(f, n)
		}
		exits := x.facts.ExecExits || f.st.opts.posix
		if exits && x.ctx.checked && !x.ctx.ends && shell.OpensFile(c.at.Redirs) {
			n := x.node(protocol.Misuse, c.expr) // without the ! in front of it
			n.Text = protocol.MisuseExecFallback
			f = x.then(f, n)
		}
		return x.exec(c.at.Redirs, f, c.at, exits)
	}
	if text := c.args[args].text; len(c.args) == args+1 && len(text) > 2 && text[0] == '{' && text[len(text)-1] == '}' && len(c.at.Redirs) > 0 {
		if x.facts.BraceApart {
			x.dunno(c.at, "a redirect behind %s and a blank", text)
			return []flow{f.with(f.st.ok())}
		}
		n := x.node(protocol.Misuse, c.at)
		n.Text = protocol.MisuseBraceFD
		if last := c.at.Redirs[len(c.at.Redirs)-1]; x.in.seeds[text[1:len(text)-1]] { // a lock is asked for on it
			n.Path, n.Word = x.path(x.word(last.Word, f.st)), x.span(last.Word)
		}
		g := x.then(f, n)
		return x.leave(g.with(g.st.withStatus(x.numbered(statusValue(127)))), c.at)
	}
	inner := c.rest(args, true)
	inner.execs = true
	if _, isFunction := x.function(inner.name(), f.st); isFunction && x.facts.ExecFunctions {
		x.dunno(c.at, "what exec does with a function")
	}
	// exec flock FILE "$0" "$@": the script runs again, this time with the lock.
	if g, ok := x.again(inner, f); ok {
		return g
	}
	// The program takes the shell's place; a lock command in front of it still counts. No
	// trap of the shell's is there any more when a signal comes.
	outer := x.ctx
	x.ctx.exec = x.facts.ExecCloexec && !x.waitedFor()
	became := x.dispatch(inner, f.with(x.inChild(f.st)))
	x.ctx = outer
	var out []flow
	for _, g := range became {
		if g.how != onward {
			out = append(out, g)
			continue
		}
		out = append(out, x.replaced(g, c.at)...)
	}
	return out
}

// muted tells of exec {fd}>file 2>/dev/null: standard error is gone for good.
func (x *walker) muted(c *call, s *state) bool {
	lock, mute := false, false
	for _, r := range c.at.Redirs {
		lock = lock || r.N != nil && r.N.Value != "2" && r.N.Value != "1" && r.N.Value != "0" && r.Op != syntax.DplIn && r.Op != syntax.DplOut
		mute = mute || r.N != nil && r.N.Value == "2" && r.Word != nil && x.word(r.Word, s).text == "/dev/null" && r.Op != syntax.DplOut
	}
	return lock && mute
}

// evalCommand walks eval of a text that is known well enough to parse.
func evalCommand(x *walker, c *call, f flow) []flow {
	v := literal("")
	for i, a := range c.args[1:] {
		if i > 0 {
			v = v.join(literal(" "))
		}
		v = v.join(a)
	}
	raw := x.raw(c.at)
	if shell.PrintsFunctions(raw) {
		return []flow{f.with(f.st.ok())}
	}
	if !v.known && strings.HasPrefix(v.text, "$") && !strings.ContainsAny(v.text, " ;") {
		x.dunno(c.at, "eval of a text that is not known")
		n := x.node(protocol.Opaque, c.at)
		n.Text = "eval"
		if !x.in.follows("eval") && !shell.Lockish(raw) {
			n.Op = protocol.Work
			return x.outcome(n, f)
		}
		ok, fail := x.fork(f, n)
		return []flow{ok, fail}
	}
	if !v.known {
		var code []string
		for i, a := range c.args[1:] {
			code = append(code, x.coded(a, c.word(i+1), f.st).text)
		}
		v.text = strings.Join(code, " ")
		if redirectsHole(v.text) { // which descriptor it is decides what the text does
			x.dunno(c.at, "a redirect of a descriptor that is not known")
			n := x.node(protocol.Opaque, c.at)
			n.Text = raw
			return []flow{x.both(f, n)}
		}
	}
	outer := x.ctx
	x.ctx.ending = notLast
	out := x.eval(x.embedded(c.word(1), v), f)
	x.ctx = outer
	return out
}

// eval walks a text as a script in this shell.
func (x *walker) eval(s *src, f flow) []flow {
	if s == nil || len(strings.TrimSpace(string(s.text))) == 0 {
		return []flow{f}
	}
	if s.depth > maxDepth {
		return []flow{f}
	}
	file := x.shelf.script(s, x.dialect)
	if look := x.shelf.looked(s, x.dialect); look != nil {
		x.consider(look)
	}
	if file == nil {
		n := protocol.NewNode(protocol.Opaque)
		n.Text = "a text that does not parse"
		n.Span = source.Span{File: s.name, Start: s.base, End: s.base}
		if s.fixed != nil {
			n.Span = *s.fixed
		}
		x.p.Unknowns = append(x.p.Unknowns, protocol.Unknown{Span: n.Span, Why: n.Text})
		return []flow{x.both(f, n)}
	}
	outer := x.src
	x.src = s
	out := x.script(file.Stmts, []flow{f})
	x.src = outer
	return out
}

// sourceCommand walks a sourced file where its path is static and it can be read.
func sourceCommand(x *walker, c *call, f flow) []flow {
	if len(c.args) < 2 {
		return x.plain(c.at, "source", f)
	}
	if shell.PrintsFunctions(x.raw(c.at)) {
		return []flow{f.with(f.st.ok())}
	}
	if len(x.calls) < maxDepth && x.src.depth < 8 {
		for _, name := range x.locate(c.args[1]) {
			if lib := x.shelf.file(name, x.dialect); lib != nil {
				return x.sourceFile(lib, c, f)
			}
		}
	}
	x.unread(c, &f)
	if x.facts.SourceExits && !c.plain && x.effort != exact && !x.asksFor(c.word(1)) {
		n := x.node(protocol.Choose, c.at)
		n.Text = "source"
		read, missing := x.fork(f, n)
		return append(x.leave(missing, c.at), read.with(f.st.endedWith(&unknownStatus)))
	}
	if f.st.opts.errexit && !x.ctx.checked {
		return x.plain(c.at, "source", f)
	}
	return []flow{f.with(f.st.endedWith(&unknownStatus))}
}

// asksFor tells whether the script looks somewhere whether there is a file of that name.
func (x *walker) asksFor(w *syntax.Word) bool {
	word := x.in.bareIn(x.src, w)
	return x.in.probed[word]
}

func (x *walker) sourceFile(lib *library, c *call, f flow) []flow {
	outer := x.src
	inner := &src{name: lib.name, text: lib.text, number: lib.number, depth: x.src.depth + 1}
	if x.marks.sourced[lib.name] == nil {
		x.marks.sourced[lib.name] = lib
	}
	for name, decl := range lib.look.funcs {
		x.funcs[name] = function{decl, inner}
	}
	for _, one := range lib.look.decls {
		x.alternatives(one.name, function{one.decl, inner})
	}
	x.consider(lib.look)
	x.marks.locks = x.marks.locks || x.in.locks
	x.src = inner
	context := x.ctx
	x.ctx.ending = notLast
	if !x.facts.Jumps.OutOfFiles {
		x.ctx.loops, x.ctx.parents = 0, 0
	}
	out := x.script(lib.tree.Stmts, []flow{f})
	x.src, x.ctx = outer, context
	for i := range out {
		if out[i].how == returning {
			out[i].how = onward
		}
	}
	return out
}

// locate lists where a sourced file may be: at its path, or beside the script. Where
// the folder is not known, a file of that name beside the script is taken for it.
func (x *walker) locate(v value) []string {
	folder := path.Dir(x.p.File)
	if v.known {
		if strings.HasPrefix(v.text, "/") {
			return []string{v.text}
		}
		return []string{path.Join(folder, v.text)}
	}
	if rest, ok := strings.CutPrefix(v.key, "\x00dir\x00\x000\x00"); ok && !strings.Contains(rest, "\x00") {
		return []string{path.Join(folder, rest)}
	}
	if name := path.Base(v.text); strings.Contains(v.text, "/") && !strings.ContainsAny(name, "$`*?[)(\x00/") && name != "." && name != ".." {
		return []string{path.Join(folder, name)}
	}
	return nil
}

func aliveCommand(x *walker, c *call, f flow) []flow {
	for i, a := range c.args[:len(c.args)-1] {
		if a.text == "-F" || a.text == "--pidfile" {
			who := symbol(c.args[i+1].text, "in "+c.args[i+1].key)
			who.content = x.path(c.args[i+1]) + 1
			if len(c.args) > 3 { // and what it is called
				return x.alive(who, protocol.Read, c.at, f)
			}
			return x.alive(who, 0, c.at, f)
		}
	}
	return x.alive(c.args[len(c.args)-1], 0, c.at, f)
}

// psCommand walks ps: with the number of a process it tells whether that lives.
func psCommand(x *walker, c *call, f flow) []flow {
	for i, a := range c.args[1:] {
		if number, ok := strings.CutPrefix(a.text, "--pid="); ok && number != "" {
			return x.alive(a, 0, c.at, f)
		}
		if (a.text == "-p" || a.text == "--pid") && i+2 < len(c.args) {
			return x.alive(c.args[i+2], 0, c.at, f)
		}
	}
	if last := c.args[len(c.args)-1]; last.content != 0 { // ps NUMBER
		return x.alive(last, 0, c.at, f)
	}
	return x.plain(c.at, "ps", f)
}

// alive asks whether a process lives; who it is may stand in a lock file.
func (x *walker) alive(who value, mode protocol.Mode, at syntax.Node, f flow) []flow {
	n := x.node(protocol.Alive, at)
	n.Text, n.Mode = who.text, mode
	if who.spawn != 0 {
		n.Body = protocol.ID(who.spawn - 1)
	}
	if who.content != 0 {
		n.Path = who.content - 1
	}
	yes, no := x.fork(f, n)
	return []flow{yes, no}
}
