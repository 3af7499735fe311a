package extract

import (
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

var signalOf = map[string]protocol.Signal{
	"HUP": protocol.HUP, "1": protocol.HUP, "INT": protocol.INT, "2": protocol.INT, "TERM": protocol.TERM, "15": protocol.TERM,
}

// trapForSome walks trap where it is not known for which signals a word stands: it may be
// none of those that count, or all of them.
func (x *walker) trapForSome(c *call, word int, alone bool, f flow) []flow {
	x.dunno(c.at, "a trap for a signal that is not known")
	either := x.chance(c.at, protocol.Blind|protocol.Lost, f)
	instead := func(signals ...value) *call {
		with := *c
		with.args = slices.Replace(slices.Clone(c.args), word, word+1, signals...)
		return &with
	}
	out := trapCommand(x, instead(literal("EXIT"), literal("HUP"), literal("INT"), literal("TERM")), either[0])
	if alone { // then it is for none
		return append(out, either[1].with(either[1].st.ok()))
	}
	return append(out, trapCommand(x, instead(), either[1])...)
}

// handlerAt is the place of the command among the words of trap, of which first is the first one
// behind it.
func handlerAt(first string) int {
	if first == "--" {
		return 2
	}
	return 1
}

// trapCommand walks `trap COMMAND SIGNAL…`.
func trapCommand(x *walker, c *call, f flow) []flow {
	args, at := c.args[1:], 1
	if len(args) > 0 {
		at = handlerAt(args[0].text)
		args = c.args[at:]
	}
	if len(args) == 0 || strings.HasPrefix(args[0].text, "-") && args[0].text != "-" {
		return x.plain(c.at, "trap", f, protocol.Quiet)
	}
	action, signals := x.coded(args[0], c.word(at), f.st), args[1:]
	_, isSignal := signalOf[trimSIG(action.text)]
	_, isNumber := shell.Number(action.text)
	if isNumber || len(signals) == 0 && (isSignal || action.text == "EXIT") {
		signals, action = args, literal("-") // trap EXIT, trap 1 2 15: reset
	}
	if len(signals) == 0 && action.text != "-" {
		if !x.facts.LoneTrapFails {
			x.dunno(c.at, "a trap for no signal")
		}
		return []flow{f.with(f.st.fail())}
	}
	if i := slices.IndexFunc(signals, func(s value) bool { return !s.known }); i >= 0 {
		return x.trapForSome(c, len(c.args)-len(signals)+i, len(signals) == 1, f)
	}
	t := trap{text: action.text, armed: true, place: x.here.key(), origin: origin{x.embedded(c.word(at), action)}}
	if action.text == "-" {
		t = trap{}
	}
	var names []string
	st := f.st.clone()
	n := x.node(protocol.Trap, c.at)
	var exit, ofFunction bool
	var caught []protocol.Signal
	refused := false
	for _, s := range signals {
		if refused = s.known && !x.knowsSignal(s.text); refused {
			break
		}
		name := signalName(s.text)
		if name == "" {
			x.dunno(c.at, "%s is no signal that is known", s.text)
			name = trimSIG(s.text)
		}
		if _, counted := signalOf[name]; !counted && name != "EXIT" {
			x.others[name] = true
		}
		names = append(names, name)
		switch name {
		case "ERR", "ZERR":
			st = x.armsErr(t, st)
		case "DEBUG", "RETURN":
			if name == "RETURN" && x.isOfFunction(st) {
				st = st.withReturn(t)
			} else if x.actsOnLocks(t) {
				x.dunno(c.at, "when the %s trap runs", name)
			}
		}
		if name == "EXIT" || strings.EqualFold(name, "exit") {
			if x.ownsExit(st) {
				ofFunction = true
				continue
			}
			exit = true
		} else if sig, ok := signalOf[name]; ok {
			caught = append(caught, sig)
		}
	}
	counts := exit || ofFunction || len(caught) > 0
	if t.armed && counts && shell.ParamOf(c.word(at)) != "" && !x.word(c.word(at), f.st).known {
		x.dunno(c.at, "a trap whose command is not known")
	}
	if t.armed && t.text == "" {
		n.Mode |= protocol.Quiet
	}
	for i, s := range names { // signal names as a person writes them
		if sig, ok := signalOf[s]; ok {
			names[i] = sig.String()
		}
	}
	n.Text = strings.Join(names, " ")
	g := x.then(f, n)
	id := g.from[0].node
	t.node = id
	if !t.armed {
		t.node = 0
	}
	if exit || len(caught) > 0 {
		st.arm(func(a *armed) {
			if exit {
				a.exit = t
			}
			for _, sig := range caught {
				a.sig[sig] = t
			}
		})
	}
	if ofFunction {
		st = st.withExit(t)
	}
	if g.st = st.ok(); refused {
		g.st = st.withStatus(x.numbered(statusValue(1)))
	}
	if t.armed && t.text != "" && counts {
		x.p.Nodes[id].Body = x.handlerGraph(g.st, t, slices.Contains(names, "EXIT") && len(names) == 1, nil)
	}
	return []flow{g}
}

// knowsSignal tells whether trap takes a signal by such a name.
func (x *walker) knowsSignal(name string) bool {
	if len(name) > 3 && strings.EqualFold(name[:3], "SIG") {
		return !x.facts.PlainSignals
	}
	return true
}

func trimSIG(s string) string {
	s = strings.ToUpper(s)
	return strings.TrimPrefix(s, "SIG")
}

// embedded makes a source of a word whose text is run as a script later.
func (x *walker) embedded(w *syntax.Word, v value) *src { return x.src.embedded(w, v.text) }

func (s *src) embedded(w *syntax.Word, text string) *src {
	inner := &src{name: s.name, text: []byte(text), number: s.number, depth: s.depth + 1}
	var span source.Span // of a word that is not written down
	if w != nil && len(w.Parts) > 0 {
		span = s.between(w.Pos(), w.End())
	}
	if w != nil && s.fixed == nil {
		if inner.pieces = s.piecesOf(w, text); inner.pieces != nil {
			inner.base = inner.pieces[0].at
			return inner
		}
	}
	inner.fixed = &span
	return inner
}

func (x *walker) atWord(w *syntax.Word) syntax.Node {
	if w == nil {
		return &syntax.Word{}
	}
	return w
}

// exitTrap walks the EXIT trap that is armed, and comes out behind it.
func (x *walker) exitTrap(f flow, at source.Span) flow {
	t := f.st.exit
	if !t.armed || t.text == "" || x.ctx.exiting && x.ctx.trap.sub == x.ctx.sub {
		return f
	}
	status := *f.st.status
	outer := x.ctx
	// Within the trap `exit` ends the trap: that is a frame without descriptors.
	x.ctx = context{exiting: true, sub: &subshell{begin: protocol.None, parent: outer.sub}, handler: outer.handler, child: outer.child, floor: outer.floor}
	x.ctx.trap = &trapped{before: status, gives: x.facts.InExitTrap, sub: x.ctx.sub}
	st := f.st.withShellExit(trap{})
	out := x.eval(t.origin.src, f.with(st))
	x.ctx = outer
	merged := flow{st: st}
	for i, g := range out {
		last := status
		if g.how == leaving { // exit in the trap says how the shell has ended
			last = *g.st.status
		}
		if i > 0 && last != *merged.st.status {
			last = unknownStatus
		}
		merged.st = merged.st.withStatus(last)
		merged.from = append(merged.from, g.from...)
	}
	return merged
}

// handlerGraph walks a handler as it would run in a state and returns its first node.
// Behind one that does not end the script, last is the EXIT trap with which that ends.
func (x *walker) handlerGraph(s *state, t trap, exit bool, last *trap) protocol.ID {
	if exit {
		s = x.asEnded(s)
	}
	key := fmt.Sprint(t.place, exit, last != nil) + t.text + s.traps() + x.handlerKey(s)
	if last != nil {
		key += "\x02" + last.text
	}
	if id, ok := x.graphs[key]; ok {
		return id
	}
	outer, start, here := x.ctx, x.start, x.here
	x.ctx = context{handler: true, floor: outer.floor}
	x.ctx.trap = &trapped{before: unknownStatus, gives: x.facts.InSignalTrap, byFunction: t.byFunction}
	x.start = protocol.None
	begin := protocol.NewNode(protocol.Work)
	begin.Text, begin.Mode = "handler", protocol.Quiet
	begin.Span = x.p.Nodes[t.node].Span
	st := s.clone()
	st.opts.errexit = false
	f := x.then(flow{st: st}, begin)
	first := f.from[0].node
	x.graphs[key] = first
	if exit {
		x.ctx.exiting, x.ctx.dies = true, true
		x.ctx.trap.gives = x.facts.InExitTrap
		f.st = s.withShellExit(trap{})
	}
	for _, g := range x.eval(t.origin.src, f) {
		if g.how == leaving {
			continue
		}
		if last != nil {
			g.st = g.st.withShellExit(*last)
			x.ctx.handler = false
			x.exit(g, begin.Span)
			x.ctx.handler = true
			continue
		}
		if exit {
			x.exit(g, begin.Span)
			continue
		}
		n := protocol.NewNode(protocol.Resume)
		n.Span = begin.Span
		x.add(g, n)
	}
	x.ctx, x.start, x.here = outer, start, here
	return first
}

// withShellExit is the state in which the shell itself has that EXIT trap.
func (s *state) withShellExit(t trap) *state {
	s = s.clone()
	s.arm(func(a *armed) { a.exit = t })
	return s
}

// handlers returns the index of what every signal does in a state.
func (x *walker) handlers(s *state) int { return x.handlersOf(s, nil) }

// untrapped is what every signal does to a shell that set -e ends as well, and that has an
// EXIT trap: the handler of the signal runs in the place of that, which runs only when the
// handler has come to its end.
func (x *walker) untrapped(s *state) int {
	return x.handlersOf(s.withShellExit(trap{}), &s.exit)
}

func (x *walker) handlersOf(s *state, last *trap) int {
	if x.ctx.handler || x.ctx.exiting {
		return x.allIgnored()
	}
	if x.ctx.closing && s.exit.armed && s.exit.text != "" {
		s = s.withShellExit(trap{})
	}
	key := x.handlersKey(s)
	if key == "" {
		return 0
	}
	if last != nil {
		key += "\x02" + last.text
	}
	of := handled{key, x.ctx.sub != nil, x.dialect}
	if s.under.handled == of {
		return s.under.at
	}
	if h, ok := x.handled[of]; ok {
		s.under.handled, s.under.at = of, h
		return h
	}
	h := protocol.NoHandlers()
	if s.exit.armed {
		h.Exit = s.exit.node
	}
	// Handlers are walked as if in the shell itself, at this state.
	h0 := len(x.p.Handlers)
	x.p.Handlers = append(x.p.Handlers, h)
	x.handled[of] = h0
	for i := range s.sig {
		t, sig := s.sig[i], protocol.Signal(i)
		switch {
		case t.armed && t.text == "":
			h.Signal[i] = protocol.Handler{Do: protocol.Ignore, Entry: protocol.None, Armed: t.node}
		case t.armed:
			h.Signal[i] = protocol.Handler{Do: protocol.Run, Entry: x.handlerGraph(s, t, false, last), Armed: t.node}
		case s.exit.armed && s.exit.text != "" && x.facts.ExitTrapRunsOn(sig.String()):
			h.Signal[i] = protocol.Handler{Do: protocol.Run, Entry: x.handlerGraph(s, s.exit, true, nil), Armed: s.exit.node}
		}
	}
	x.p.Handlers[h0] = h
	return h0
}

// handled is what handlers hang on.
type handled struct {
	watch   string // see [walker.handlersKey]
	frame   bool
	dialect source.Dialect
}

// handlersKey names what is armed in a state and what it will see; "" is nothing.
func (x *walker) handlersKey(s *state) string {
	if s.watch == nil {
		key := s.traps()
		if key != "" {
			now, atEnd := x.handlerKey(s), x.handlerKey(x.asEnded(s))
			if key += now; atEnd != now {
				key += "\x02" + atEnd
			}
		}
		s.watch = &key
	}
	return *s.watch
}

// handlerKey names the part of a state that the armed handlers can see.
func (x *walker) handlerKey(s *state) string {
	if s.armed == noTraps {
		return ""
	}
	var b strings.Builder
	for _, t := range s.armed.all() {
		if t.text == "" {
			continue
		}
		for _, name := range append(x.seenBy(t.text), workingDirectory) {
			if v, ok := s.vars.get(name); ok {
				b.WriteString(name)
				b.WriteByte('=')
				b.WriteString(v.key)
				b.WriteByte(1)
			} else if shell.IsParameter(name) || name == "@" || name == "*" || name == "#" {
				b.WriteString(s.params.key())
				b.WriteByte(1)
			}
		}
	}
	return b.String()
}

// seenBy lists the variables that a handler's text, and the functions that it
// calls, may expand.
func (x *walker) seenBy(text string) []string {
	if names, ok := x.seen[text]; ok {
		return names
	}
	var names []string
	seen := map[string]bool{}
	var look func(text string, depth int)
	look = func(text string, depth int) {
		for _, v := range shell.VarsOf(text) {
			if !seen["$"+v] {
				seen["$"+v] = true
				names = append(names, v)
			}
		}
		if depth > 6 {
			return
		}
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n;&|(){}\"'", r) }) {
			if seen[word] {
				continue
			}
			for _, fn := range x.may(word) {
				seen[word] = true
				a, b := int(fn.decl.Pos().Offset()), int(fn.decl.End().Offset())
				if b <= len(fn.src.text) {
					look(string(fn.src.text[a:b]), depth+1)
				}
			}
		}
	}
	look(text, 0)
	slices.Sort(names)
	x.seen[text] = names
	return names
}

// allIgnored is in force while a handler or an EXIT trap runs: signals that hit a
// clean-up are not counted.
func (x *walker) allIgnored() int {
	if x.quiet < 0 {
		h := protocol.NoHandlers()
		for i := range h.Signal {
			h.Signal[i].Do = protocol.Ignore
		}
		x.quiet = len(x.p.Handlers)
		x.p.Handlers = append(x.p.Handlers, h)
	}
	return x.quiet
}
