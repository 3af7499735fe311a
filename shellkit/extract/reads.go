package extract

import (
	"math/bits"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

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

// readFunctions works out what every function may read: until nothing is added,
// because functions call one another.
func (x *walker) readFunctions() {
	x.live.funcs = map[*syntax.FuncDecl]*reads{}
	x.findRunners()
	for again := true; again; {
		again = false
		for _, fn := range x.funcs {
			again = x.readFunction(fn) || again
		}
	}
	x.live.settled = true
}

// readFunction works out what a function may read, and tells whether that is more than
// was known.
func (x *walker) readFunction(fn function) (more bool) {
	outer := x.src
	defer func() { x.src = outer }()
	r, old, set := &reads{}, x.live.funcs[fn.decl], &names{}
	x.src = fn.src
	x.scan(fn.decl.Body, r, set)
	r.close(set)
	x.live.funcs[fn.decl] = r
	return old == nil || !slices.Equal(r.own, old.own) || !slices.Equal(r.first, old.first) || !slices.Equal(r.sets, old.sets)
}

// findRunners finds the functions that run their arguments as a command, or hand them
// to one that does.
func (x *walker) findRunners() {
	x.live.runs = map[*syntax.FuncDecl]bool{}
	for again := true; again; {
		again = false
		for _, fn := range x.funcs {
			again = !x.live.runs[fn.decl] && x.findRunner(fn) || again
		}
	}
}

// findRunner looks whether a function is such.
func (x *walker) findRunner(fn function) bool {
	arguments := func(w *syntax.Word) bool { p := shell.ParamOf(w); return p == "@" || p == "*" || p == "1" }
	runs := false
	syntax.Walk(fn.decl.Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
			to, isFunction := x.funcs[shell.Unescape(c.Args[0].Lit())]
			runs = runs || arguments(c.Args[0]) || isFunction && x.live.runs[to.decl] && slices.ContainsFunc(c.Args[1:], arguments) || c.Args[0].Lit() == "eval"
		}
		return !runs
	})
	x.live.runs[fn.decl] = runs
	return runs
}

// scan adds to r what a node reads, where these variables are set already, and adds
// to set what it surely sets.
func (x *walker) scan(n syntax.Node, r *reads, set *names) {
	switch n := n.(type) {
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
			if x.facts.LoopLocals {
				r.locals.add(x.live.number(it.Name.Value))
			}
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
	x.scanText(x.raw(n), r, set)
	for _, c := range x.substsIn(n) {
		x.scanAll(c.Stmts, r, copyOf(set))
	}
}

func (x *walker) scanText(text string, r *reads, set *names) {
	for _, word := range shell.Identifiers(text) {
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
		from := strings.LastIndexFunc(begin, func(c rune) bool { return !shell.IsNameRune(c) }) + 1
		if syntax.ValidName(begin[from:]) {
			r.read(x.live.stem(begin[from:]), set)
		}
		text = rest
	}
}

// scanNamed reads what the functions read that are named in a text.
func (x *walker) scanNamed(text string, r *reads, set *names) {
	for _, word := range shell.Identifiers(text) {
		if fn, ok := x.funcs[word]; ok {
			x.scanFunction(fn, r, set)
		}
	}
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
	if called == nil && !x.live.settled {
		return // not yet: it will be asked again
	}
	if called == nil { // another definition of a name than the one that was read
		x.findRunner(fn)
		for x.live.funcs[fn.decl] = (&reads{}); x.readFunction(fn); {
		}
		called = x.live.funcs[fn.decl]
	}
	if r.calls == nil {
		r.calls = map[*syntax.FuncDecl]int{}
	}
	r.calls[fn.decl]++
	here := slices.Clone(r.here)
	for i, word := range called.first {
		for ; word != 0; word &= word - 1 {
			r.read(i<<6+bits.TrailingZeros64(word), set)
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
	for name := shell.Unescape(words[0].Lit()); (name == "builtin" || name == "command") && len(words) > 1; name = shell.Unescape(words[0].Lit()) {
		words = words[1:]
	}
	name := shell.Unescape(words[0].Lit())
	if isA(name, declares) {
		for _, w := range words[1:] {
			target, text, _ := strings.Cut(x.raw(w), "=")
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
	for i, w := range words {
		if target := w.Lit(); name == "read" && i > 0 && syntax.ValidName(target) {
			set.add(x.live.number(target))
		} else {
			x.scanWords(w, r, set)
		}
	}
	fn, isFunction := x.funcs[name]
	if isFunction {
		x.scanFunction(fn, r, set)
	}
	if name == "eval" || name == "trap" || isFunction && x.live.runs[fn.decl] {
		for _, w := range words[1:] {
			x.scanNamed(x.raw(w), r, set)
			if name == "eval" {
				x.scanMadeUp(x.raw(w), r, set)
			}
		}
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
