package extract

import (
	"maps"
	mathbits "math/bits"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// An exact walk keeps states apart by every variable, so it must forget those that
// nobody will read any more: what a function used on its way. A variable may still
// be read when what is left of a list of commands, or of one around it, may read it
// before it is set there.

// names is a set of variables, by number.
type names []uint64

func (s names) has(i int) bool { return i>>6 < len(s) && s[i>>6]>>(i&63)&1 != 0 }

func (s *names) add(i int) {
	for len(*s) <= i>>6 {
		*s = append(*s, 0)
	}
	(*s)[i>>6] |= 1 << (i & 63)
}

func (s names) union(t names) names {
	if len(s) < len(t) {
		s, t = t, s
	}
	out := slices.Clone(s)
	for i, bits := range t {
		out[i] |= bits
	}
	return out
}

func (s names) minus(t names) names {
	out := slices.Clone(s)
	for i := range out {
		if i < len(t) {
			out[i] &^= t[i]
		}
	}
	return out
}

// anything is set where nothing comes.
var anything = slices.Repeat(names{^uint64(0)}, 64)

func (s names) both(t names) names {
	out := slices.Clone(s[:min(len(s), len(t))])
	for i := range out {
		out[i] &= t[i]
	}
	return out
}

// reads is what a piece of script may read.
type reads struct {
	own   names // anywhere in it
	first names // before it is set
	calls map[*syntax.FuncDecl]int
	here  names // what of own no function reads

	sets   names  // what is surely set when it has ended
	ended  *names // what was set wherever it may have returned
	locals names  // what is set for itself alone
}

// close works out what a piece of script has set for those behind it, given what is
// set at its end.
func (r *reads) close(set *names) {
	r.sets = *set
	if r.ended != nil {
		r.sets = r.sets.both(*r.ended)
	}
	r.sets = r.sets.minus(r.locals)
}

// liveness knows which variables may still be read.
type liveness struct {
	numbers map[string]int
	bases   map[string][]int // by variable or element of an array: the numbers it is read by
	funcs   map[*syntax.FuncDecl]*reads
	runs    map[*syntax.FuncDecl]bool // that run their arguments as a command
	stems   []string                  // the beginnings of names that are made up
	tails   map[*syntax.Stmt]tail
	around  []tail // by command, loop and function that is being walked
	calls   []int  // by function that is being walked: its index in around
}

// tail is what may be read from somewhere on.
type tail struct {
	from   names // in the command at hand and behind it
	head   names // where it, a loop, begins a turn
	behind names // only behind it
	reads  *reads
}

func (l *liveness) number(name string) int {
	i, ok := l.numbers[name]
	if !ok {
		i = len(l.numbers)
		l.numbers[name] = i
	}
	return i
}

// still lists what may be read where a flow goes on.
func (l *liveness) still(f flow) names {
	i := len(l.around) - 1
	if f.how == returning && len(l.calls) > 0 {
		i = l.calls[len(l.calls)-1]
	}
	return l.around[i].from
}

func (l *liveness) push(t tail) {
	outer := l.around[len(l.around)-1].from
	l.around = append(l.around, tail{outer.union(t.from), outer.union(t.head), outer.union(t.behind), t.reads})
}

// turn walks the body of a loop: what is behind it is the next turn, or the end.
func (l *liveness) turn(body func() []flow) []flow {
	l.around = append(l.around, tail{from: l.around[len(l.around)-1].head})
	defer l.pop()
	return body()
}

// call enters a function, comeBack leaves it: what it reads is known by its own lists,
// and behind it is what else the command that calls it reads.
func (l *liveness) call(fn *syntax.FuncDecl) {
	top := l.around[len(l.around)-1]
	back := top.from
	if r := top.reads; r != nil && r.calls[fn] < 2 {
		back = top.behind.union(r.here)
		for other := range r.calls {
			if other != fn {
				back = back.union(l.funcs[other].first)
			}
		}
	}
	l.around = append(l.around, tail{from: back})
	l.calls = append(l.calls, len(l.around)-1)
}

func (l *liveness) comeBack() {
	l.calls = l.calls[:len(l.calls)-1]
	l.pop()
}

func (l *liveness) pop() { l.around = l.around[:len(l.around)-1] }

// reading begins a command of a list: what it and the rest may read is alive.
func (x *walker) reading(list []*syntax.Stmt, i int) {
	if x.effort == exact {
		x.listed(list)
		x.live.push(x.live.tails[list[i]])
	}
}

// read ends a command: what only it could read is forgotten.
func (x *walker) read(out []flow, s *syntax.Stmt) []flow {
	if x.effort == exact {
		x.live.pop()
		x.live.push(tail{from: x.live.tails[s].behind})
		out = x.merge(out, true)
		x.live.pop()
	}
	return out
}

// listed works out the tails of a list of commands.
func (x *walker) listed(list []*syntax.Stmt) {
	if x.live.funcs == nil {
		x.readFunctions()
	}
	if _, known := x.live.tails[list[0]]; known {
		return
	}
	for i, s := range list {
		one, rest := &reads{}, &reads{}
		x.scan(s, one, &names{})
		x.scanAll(list[i+1:], rest, &names{})
		x.live.tails[s] = tail{one.own.union(rest.first), one.first.union(rest.first), rest.first, one}
	}
}

// readFunctions works out what every function may read: until nothing is added,
// because functions call one another.
func (x *walker) readFunctions() {
	x.live.funcs = map[*syntax.FuncDecl]*reads{}
	x.findRunners()
	outer := x.src
	defer func() { x.src = outer }()
	for again := true; again; {
		again = false
		for _, fn := range x.funcs {
			r, old, set := &reads{}, x.live.funcs[fn.decl], &names{}
			x.src = fn.src
			x.scan(fn.decl.Body, r, set)
			r.close(set)
			again = again || old == nil || !slices.Equal(r.own, old.own) || !slices.Equal(r.first, old.first) || !slices.Equal(r.sets, old.sets)
			x.live.funcs[fn.decl] = r
		}
	}
}

// findRunners finds the functions that run their arguments as a command, or hand them
// to one that does.
func (x *walker) findRunners() {
	x.live.runs = map[*syntax.FuncDecl]bool{}
	arguments := func(w *syntax.Word) bool { p := param(w); return p == "@" || p == "*" || p == "1" }
	for again := true; again; {
		again = false
		for _, fn := range x.funcs {
			if x.live.runs[fn.decl] {
				continue
			}
			syntax.Walk(fn.decl.Body, func(n syntax.Node) bool {
				if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
					to, isFunction := x.funcs[unescape(c.Args[0].Lit())]
					if arguments(c.Args[0]) || isFunction && x.live.runs[to.decl] && slices.ContainsFunc(c.Args[1:], arguments) || c.Args[0].Lit() == "eval" {
						x.live.runs[fn.decl], again = true, true
					}
				}
				return true
			})
		}
	}
}

// dead returns a flow without the variables that nobody can read any more, and
// without the answers about them.
func (x *walker) dead(f flow) flow {
	if x.effort != exact || f.how == leaving || f.st.traps() != "" { // a handler may read anything
		return f
	}
	return x.without(f, x.live.still(f))
}

// without returns a flow without the variables that are not among those alive.
func (x *walker) without(f flow, live names) flow {
	s := f.st
	read := func(name string) bool { return x.live.reads(live, name) }
	gone, silent := false, false
	for name := range s.vars {
		gone = gone || !read(name)
	}
	for fact := range s.facts {
		silent = silent || !s.speaksOf(fact, read)
	}
	if !gone && !silent {
		return f
	}
	t := s.clone()
	if gone {
		t.vars = maps.Clone(s.vars)
		maps.DeleteFunc(t.vars, func(name string, _ value) bool { return !read(name) })
	}
	if silent {
		t.facts = maps.Clone(s.facts)
		maps.DeleteFunc(t.facts, func(fact string, _ bool) bool { return !s.speaksOf(fact, read) })
	}
	return f.with(t)
}

// reads tells whether a variable, or an element of an array, is among those that may
// be read: by its name, or by one that is made up and begins so.
func (l *liveness) reads(alive names, name string) bool {
	if _, known := l.bases[name]; !known {
		var list []int
		if array, _, _ := strings.Cut(name, "["); syntax.ValidName(array) {
			list = append(list, l.number(array))
		}
		for _, stem := range l.stems {
			if strings.HasPrefix(name, stem) {
				list = append(list, l.number(stem+"$"))
			}
		}
		l.bases[name] = list
	}
	list := l.bases[name]
	return len(list) == 0 || slices.ContainsFunc(list, alive.has)
}

// stem is the number of all names that begin so.
func (l *liveness) stem(stem string) int {
	if !slices.Contains(l.stems, stem) {
		l.stems = append(l.stems, stem)
		clear(l.bases)
	}
	return l.number(stem + "$")
}

// speaksOf tells whether an answer is about a value of a variable that may be read.
func (s *state) speaksOf(fact string, read func(string) bool) bool {
	for name, v := range s.vars {
		if !v.known && strings.Contains(fact, v.key) && read(name) {
			return true
		}
	}
	return false
}

// scan adds to r what a node reads, where these variables are set already, and adds
// to set what it surely sets.
func (x *walker) scan(n syntax.Node, r *reads, set *names) {
	switch n := n.(type) {
	case nil:
	case *syntax.File:
		x.scanAll(n.Stmts, r, set)
	case *syntax.Stmt:
		for _, redirect := range n.Redirs {
			x.scanWords(redirect, r, set)
		}
		if n.Cmd != nil {
			x.scan(n.Cmd, r, set)
		}
	case *syntax.Block:
		x.scanAll(n.Stmts, r, set)
	case *syntax.Subshell:
		x.scanAll(n.Stmts, r, copyOf(set))
	case *syntax.BinaryCmd:
		if n.Op != syntax.AndStmt && n.Op != syntax.OrStmt {
			x.scan(n.X, r, copyOf(set))
			x.scan(n.Y, r, copyOf(set))
			break
		}
		yes, no := x.scanBinary(n, r, copyOf(set))
		*set = yes.both(*no)
	case *syntax.IfClause:
		if len(n.Cond) == 0 { // else
			x.scanAll(n.Then, r, set)
			break
		}
		yes, no := x.scanAsked(n.Cond, r, copyOf(set))
		x.scanAll(n.Then, r, yes)
		if n.Else != nil {
			x.scan(n.Else, r, no)
		}
		*set = yes.both(*no)
	case *syntax.WhileClause:
		yes, no := x.scanAsked(n.Cond, r, copyOf(set))
		if n.Until {
			yes, no = no, yes
		}
		*set = yes.both(*no) // break leaves it too
		x.scanAll(n.Do, r, yes)
	case *syntax.ForClause:
		x.scanWords(n.Loop, r, set)
		inside := copyOf(set)
		if it, ok := n.Loop.(*syntax.WordIter); ok {
			inside.add(x.live.number(it.Name.Value))
		}
		x.scanAll(n.Do, r, inside)
	case *syntax.CaseClause:
		x.scanWords(n.Word, r, set)
		var every *names // where all items set it, and one of them is taken
		rest := false
		for _, item := range n.Items {
			for _, p := range item.Patterns {
				x.scanWords(p, r, set)
				rest = rest || p.Lit() == "*"
			}
			here := copyOf(set)
			x.scanAll(item.Stmts, r, here)
			if every != nil {
				*here = here.both(*every)
			}
			every = here
		}
		if rest {
			*set = *every
		}
	case *syntax.FuncDecl:
	case *syntax.CallExpr:
		x.scanCall(n, r, set)
	case *syntax.DeclClause:
		for _, a := range n.Args {
			x.scanAssign(a, r, set)
			if a.Name != nil {
				set.add(x.live.number(a.Name.Value))
				r.locals.add(x.live.number(a.Name.Value))
			}
		}
	default:
		x.scanWords(n, r, set)
	}
}

func (x *walker) scanAll(list []*syntax.Stmt, r *reads, set *names) {
	for _, s := range list {
		x.scan(s, r, set)
	}
}

// scanAsked reads a condition and returns what is set where it is true, and where it
// is not.
func (x *walker) scanAsked(list []*syntax.Stmt, r *reads, set *names) (yes, no *names) {
	yes, no = set, copyOf(set)
	for _, s := range list {
		set = copyOf(yes)
		*set = set.both(*no)
		if b, ok := s.Cmd.(*syntax.BinaryCmd); ok && len(s.Redirs) == 0 && (b.Op == syntax.AndStmt || b.Op == syntax.OrStmt) {
			yes, no = x.scanBinary(b, r, set)
		} else {
			x.scan(s, r, set)
			yes, no = set, copyOf(set)
		}
		if s.Negated {
			yes, no = no, yes
		}
	}
	return yes, no
}

func (x *walker) scanBinary(n *syntax.BinaryCmd, r *reads, set *names) (yes, no *names) {
	yes, no = x.scanAsked([]*syntax.Stmt{n.X}, r, set)
	if n.Op == syntax.AndStmt {
		lost := no
		yes, no = x.scanAsked([]*syntax.Stmt{n.Y}, r, yes)
		*no = no.both(*lost)
	} else {
		won := yes
		yes, no = x.scanAsked([]*syntax.Stmt{n.Y}, r, no)
		*yes = yes.both(*won)
	}
	return yes, no
}

func copyOf(s *names) *names {
	t := slices.Clone(*s)
	return &t
}

func (x *walker) scanAssign(a *syntax.Assign, r *reads, set *names) {
	if a.Value != nil {
		x.scanWords(a.Value, r, set)
	}
	if a.Array != nil {
		x.scanWords(a.Array, r, set)
	}
	if a.Name == nil {
		return
	}
	if a.Index != nil || a.Append {
		x.scanWords(a, r, set)
		return
	}
	set.add(x.live.number(a.Name.Value))
}

// scanWords reads every name in a node's text: a name in a string may be one that
// eval or arithmetic will read.
func (x *walker) scanWords(n syntax.Node, r *reads, set *names) {
	a, b := int(n.Pos().Offset()), int(n.End().Offset())
	if a > b || b > len(x.src.text) {
		return
	}
	x.scanText(string(x.src.text[a:b]), r, set)
	for _, c := range x.substsIn(n) {
		x.scanAll(c.Stmts, r, copyOf(set))
	}
}

func (x *walker) scanText(text string, r *reads, set *names) {
	for _, word := range identifiers(text) {
		if syntax.ValidName(word) {
			r.read(x.live.number(word), set)
		}
	}
}

// scanMadeUp reads the variables whose names a text makes up: eval "name_$n=value".
func (x *walker) scanMadeUp(text string, r *reads, set *names) {
	for {
		begin, rest, found := strings.Cut(text, "$")
		if !found {
			return
		}
		from := strings.LastIndexFunc(begin, func(c rune) bool { return !isNameRune(c) }) + 1
		if syntax.ValidName(begin[from:]) {
			r.read(x.live.stem(begin[from:]), set)
		}
		text = rest
	}
}

// scanNamed reads what the functions read that are named in a text.
func (x *walker) scanNamed(text string, r *reads, set *names) {
	for _, word := range identifiers(text) {
		if fn, ok := x.funcs[word]; ok {
			x.scanFunction(fn, r, set)
		}
	}
}

func identifiers(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return !isNameRune(c) })
}

func isNameRune(c rune) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func (r *reads) read(i int, set *names) {
	r.own.add(i)
	r.here.add(i)
	if !set.has(i) {
		r.first.add(i)
	}
}

// scanFunction adds what a function reads before it sets it: that is read here.
func (x *walker) scanFunction(fn function, r *reads, set *names) {
	called := x.live.funcs[fn.decl]
	if called == nil {
		return // not yet: it will be asked again
	}
	if r.calls == nil {
		r.calls = map[*syntax.FuncDecl]int{}
	}
	r.calls[fn.decl]++
	here := slices.Clone(r.here)
	for i, bits := range called.first {
		for ; bits != 0; bits &= bits - 1 {
			r.read(i<<6+mathbits.TrailingZeros64(bits), set)
		}
	}
	r.here = here
	*set = set.union(called.sets)
}

func (x *walker) scanCall(c *syntax.CallExpr, r *reads, set *names) {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			x.scanAssign(a, r, set)
		}
		return
	}
	for _, a := range c.Assigns {
		x.scanWords(a, r, set)
	}
	words := c.Args
	for name := unescape(words[0].Lit()); (name == "builtin" || name == "command") && len(words) > 1; name = unescape(words[0].Lit()) {
		words = words[1:]
	}
	name := unescape(words[0].Lit())
	if declares[name] {
		for _, w := range words[1:] {
			target, text, _ := strings.Cut(x.rawAt(w), "=")
			x.scanText(text, r, set)
			if syntax.ValidName(target) {
				set.add(x.live.number(target))
				r.locals.add(x.live.number(target))
			}
		}
		return
	}
	switch name {
	case "return", "exit", "break", "continue":
		defer func() { *set = slices.Clone(anything) }() // nothing comes here
	}
	if name == "return" {
		here := copyOf(set)
		if r.ended != nil {
			*here = here.both(*r.ended)
		}
		r.ended = here
	}
	if name != "read" {
		for _, w := range words {
			x.scanWords(w, r, set)
		}
	}
	fn, isFunction := x.funcs[name]
	if name == "read" {
		for _, w := range words[1:] {
			if name := w.Lit(); syntax.ValidName(name) {
				set.add(x.live.number(name))
			}
		}
	}
	if name == "eval" || name == "trap" || isFunction && x.live.runs[fn.decl] {
		for _, w := range words[1:] {
			x.scanNamed(x.rawAt(w), r, set)
			if name == "eval" {
				x.scanMadeUp(x.rawAt(w), r, set)
			}
		}
	}
	if isFunction {
		x.scanFunction(fn, r, set)
	}
	if name == "" {
		pattern := x.shapeOf(words[0])
		for called, fn := range x.funcs { // what "$@" calls was named before, with its words
			if fits, err := path.Match(pattern, called); err == nil && fits && pattern != "*" {
				x.scanFunction(fn, r, copyOf(set))
			}
		}
	}
}

// shapeOf is a word with a star for what is not written down in it.
func (x *walker) shapeOf(w *syntax.Word) string {
	var b strings.Builder
	var add func(parts []syntax.WordPart)
	add = func(parts []syntax.WordPart) {
		for _, part := range parts {
			switch part := part.(type) {
			case *syntax.Lit:
				b.WriteString(part.Value)
			case *syntax.SglQuoted:
				b.WriteString(part.Value)
			case *syntax.DblQuoted:
				add(part.Parts)
			default:
				b.WriteByte('*')
			}
		}
	}
	add(w.Parts)
	return b.String()
}

func (x *walker) rawAt(n syntax.Node) string {
	return string(x.src.text[n.Pos().Offset():n.End().Offset()])
}
