package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// What a substitution prints may be how a lock command in it has ended: s=$(flock -n 9;
// echo $?). Where nothing in it prints but echo and printf, the walk knows the text on
// each way, and keeps the ways apart that print something else.

// saying is what a substitution has printed so far.
type saying struct {
	text  value
	known bool
}

// told is what the substitutions of the statement at hand have printed. It is never changed.
type told struct {
	at     *syntax.CmdSubst
	text   value
	before *told
}

// toldBy is what a substitution has printed, where that is known.
func (s *state) toldBy(c *syntax.CmdSubst) (value, bool) {
	for t := s.told; t != nil; t = t.before {
		if t.at == c {
			return t.text, true
		}
	}
	return value{}, false
}

// printing names what was printed: equal texts, equal futures.
func (s *state) printing() string {
	if s.told == nil && s.saying == nil {
		return ""
	}
	var b strings.Builder
	for t := s.told; t != nil; t = t.before {
		b.WriteString(itoa(int(t.at.Pos().Offset())) + "\x01" + t.text.key + "\x02")
	}
	if s.saying != nil {
		b.WriteString("\x03" + s.saying.text.key)
		if !s.saying.known {
			b.WriteString("\x04")
		}
	}
	return b.String()
}

// listens is the state in which it is noted what is printed.
func (s *state) listens() *state {
	t := s.clone()
	t.saying = &saying{literal(""), true}
	return t
}

// prints is the state in which a text was printed as well.
func (s *state) prints(text value, known bool) *state {
	if s.saying == nil {
		return s
	}
	t := s.clone()
	t.saying = &saying{s.saying.text.join(text), s.saying.known && known}
	return t
}

// heard is the state of the shell around a substitution that has ended in a child's.
func (s *state) heard(c *syntax.CmdSubst, child *saying) *state {
	if child == nil || !child.known {
		return s
	}
	text := child.text
	if text.known {
		printed := strings.TrimRight(text.text, "\n")
		text = literal(printed)
	}
	text.quoted = false
	t := s.clone()
	t.told = &told{c, text, s.told}
	return t
}

// forgot is a statement's end: what its substitutions have printed is in variables now,
// or nowhere.
func (x *walker) forgot(out []flow, outer *told) []flow {
	for i := range out {
		if st := out[i].st; st.told != outer {
			st = st.clone()
			st.told = outer
			out[i].st = st
		}
	}
	return out
}

// listensTo tells whether it can be known what a piece of script prints that begins in a state.
func (x *walker) listensTo(n syntax.Node, st *state, depth int) bool {
	knows := depth < 4
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			knows = knows && !n.Background && !n.Coprocess && !n.Disown
			if x.isMuted(n, st) {
				return false
			}
			for _, r := range n.Redirs {
				knows = knows && shell.ContentOf(n) == nil
				knows = knows && (r.N != nil && r.N.Value != "1" || r.Op == syntax.RdrIn || x.printsItself(n.Cmd))
				_, simple := n.Cmd.(*syntax.CallExpr)
				knows = knows && (r.Op != syntax.DplOut || simple && x.printsItself(n.Cmd) || r.Word.Lit() != "1" && r.Word.Lit() != "" || x.complains(n))
			}
		case *syntax.BinaryCmd:
			if n.Op == syntax.Pipe || n.Op == syntax.PipeAll {
				_, looks := x.lookedThrough(partsOf(n), st)
				knows = knows && looks
				return false
			}
		case *syntax.CallExpr:
			if len(n.Args) == 0 {
				break
			}
			name := shell.Unescape(n.Args[0].Lit())
			if fns := x.may(name); len(fns) > 0 {
				for _, fn := range fns {
					knows = knows && x.listensTo(fn.decl.Body, st, depth+1)
				}
				break
			}
			knows = knows && (isA(name, outspoken) || x.listsLocks(n) || isA(name, silent) && !verbose(n) || name == "trap" && x.listensToTrap(n, st, depth))
		case *syntax.CmdSubst: // what that prints is in the words, as far as they are known
			return false
		case *syntax.WhileClause, *syntax.ForClause, *syntax.FuncDecl, *syntax.ProcSubst, *syntax.TimeClause, *syntax.CoprocClause:
			knows = false
		}
		return knows
	})
	return knows
}

// isMuted tells of a program or a builtin of which nobody hears anything: its output is led
// away. What leads that of all that follows away is none.
func (x *walker) isMuted(s *syntax.Stmt, st *state) bool {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	name := shell.Unescape(call.Args[0].Lit())
	return name != "" && len(x.may(name)) == 0 && !isA(name, mayLeave|runsText|isShell|readsLines) && x.saysNothing(s.Redirs, st)
}

// complains tells of a silent command whose complaints are led to where others print: it says
// something where it fails, and only there.
func (x *walker) complains(s *syntax.Stmt) bool {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || len(s.Redirs) != 1 || !leadsErrors(s.Redirs[0]) {
		return false
	}
	name := shell.Unescape(call.Args[0].Lit())
	return len(x.may(name)) == 0 && isA(name, silent) && !isA(name, isBuiltin) && !verbose(call)
}

// leadsErrors tells of 2>&1.
func leadsErrors(r *syntax.Redirect) bool {
	return r.Op == syntax.DplOut && r.N != nil && r.N.Value == "2" && r.Word.Lit() == "1"
}

// complaint is what such a command says.
var complaint = value{key: "\x00complaint\x00", filled: true}

// complained adds what a command has said where it has failed.
func (x *walker) complained(c *call, out []flow) []flow {
	for i := range out {
		st := out[i].st
		if st.saying == nil || st.status.key == success.key || !x.complains(c.at) {
			continue
		}
		out[i].st = st.prints(complaint, st.status.key != unknownStatus.key)
	}
	return out
}

// listensToTrap tells it of a trap that is set: what it prints comes behind all else.
func (x *walker) listensToTrap(c *syntax.CallExpr, st *state, depth int) bool {
	if len(c.Args) < 3 {
		return false // it lists the traps
	}
	text := shell.UnquoteText(x.raw(c.Args[1]))
	if text == "-" || text == "" {
		return true
	}
	file := x.shelf.script(x.src.embedded(c.Args[1], text), x.dialect)
	if file == nil {
		return false
	}
	return x.listensTo(&syntax.Block{Stmts: file.Stmts}, st, depth+1)
}

// printsItself tells of echo and printf, whose redirects are looked at where they run.
func (x *walker) printsItself(c syntax.Command) bool {
	call, ok := c.(*syntax.CallExpr)
	return ok && len(call.Args) > 0 && isA(call.Args[0].Lit(), outspoken) && len(x.may(call.Args[0].Lit())) == 0
}

// printsNothing tells of a command that it is one of the silent: what is substituted for it
// is no word, whatever it comes to. What it complains of is not led there.
func (x *walker) printsNothing(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(c.Args) == 0 || len(x.may(shell.Unescape(c.Args[0].Lit()))) > 0 || !isA(shell.Unescape(c.Args[0].Lit()), silent) || verbose(c) {
		return false
	}
	return !slices.ContainsFunc(s.Redirs, func(r *syntax.Redirect) bool { return r.Op == syntax.DplOut })
}

// verbose tells whether an option may make a command print what it does, whether it is
// flock with a command of its own, kill that may list signals, or set that lists variables.
func verbose(c *syntax.CallExpr) bool {
	for _, w := range c.Args[1:] {
		lit := w.Lit()
		if strings.HasPrefix(lit, "--v") || strings.HasPrefix(lit, "-") && !strings.HasPrefix(lit, "--") && strings.Contains(lit, "v") {
			return true
		}
	}
	switch c.Args[0].Lit() {
	case "kill":
		return len(c.Args) < 3 || !strings.HasPrefix(c.Args[1].Lit(), "-") || strings.ContainsAny(c.Args[1].Lit(), "lLv")
	case "set":
		return len(c.Args) == 1
	case "flock":
		_, isNumber := shell.Number(c.Args[len(c.Args)-1].Lit())
		return !isNumber && shell.ParamOf(c.Args[len(c.Args)-1]) == ""
	}
	return false
}

// echoCommand walks echo.
func echoCommand(x *walker, c *call, f flow) []flow {
	if f.st.saying != nil {
		text, known := literal(""), !c.loose
		newline := true
		for i, a := range c.args[1:] {
			if i == 0 && a.text == "-n" {
				newline = false
				continue
			}
			known = known && a.key != unknownStatus.key && !strings.HasPrefix(a.text, "-") && !strings.Contains(a.text, `\`)
			if text.text != "" {
				text = text.join(literal(" "))
			}
			text = text.join(a)
		}
		if newline && text.known {
			text = text.join(literal("\n"))
		}
		f = x.overhears(c, text, known, f)
	}
	return x.listsRemoved(c, x.succeeds(c, f))
}

// printf is what printf prints, where that is known.
func (x *walker) printf(c *call) (text value, known bool) {
	if len(c.args) < 2 || c.loose || c.name() != "printf" {
		return literal(""), false
	}
	format := c.args[1]
	format.text = strings.TrimSuffix(format.text, `\n`)
	format.key = format.text
	switch {
	case !format.known:
		return literal(""), false
	case !strings.ContainsAny(format.text, `%\`) && len(c.args) == 2:
		return format, true
	case len(c.args) == 3 && (format.text == "%s" || format.text == "%d"):
		return c.args[2], c.args[2].key != unknownStatus.key
	}
	return literal(""), false
}

// overhears adds what a command prints, unless its output goes elsewhere.
func (x *walker) overhears(c *call, text value, known bool, f flow) flow {
	switch x.outlet(c.at.Redirs, f.st) {
	case away:
		return f
	case unclear:
		known = false
	}
	return f.with(f.st.prints(text, known))
}

// An outlet is where redirects lead the output of a command.
type outlet int

const (
	here    outlet = iota // where it went before
	away                  // to another place
	unclear               // to a place that may be either
)

func (x *walker) outlet(redirs []*syntax.Redirect, s *state) outlet {
	to := here
	for _, r := range redirs {
		if r.N != nil && r.N.Value != "1" {
			continue
		}
		switch r.Op {
		case syntax.RdrIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc, syntax.DplIn:
			continue
		case syntax.RdrInOut:
			if r.N == nil && !x.facts.InOutForBoth {
				continue // it is standard input
			}
		}
		switch word := x.word(r.Word, s); {
		case !word.known && mayBeStdout(word):
			to = unclear
		case r.Op == syntax.DplOut && word.text == "1" || isStdout[word.text]:
		default:
			to = away
		}
	}
	return to
}

// mayBeStdout tells of a path that is not known whether it may be standard output, by how
// it begins.
func mayBeStdout(path value) bool {
	beginning, _, _ := strings.Cut(path.key, "\x00")
	for name := range isStdout {
		if strings.HasPrefix(name, beginning) {
			return true
		}
	}
	return false
}

// isStdout are the files that are standard output itself.
var isStdout = map[string]bool{"/dev/stdout": true, "/dev/fd/1": true, "/proc/self/fd/1": true}

// saysNothing tells of a substitution of which nothing is read: its output is led away,
// and no other descriptor has taken its place, as in 2>&1 >/dev/null.
func (x *walker) saysNothing(redirs []*syntax.Redirect, s *state) bool {
	for i, r := range redirs {
		if r.Op == syntax.DplOut && x.word(r.Word, s).text == "1" && x.outlet(redirs[:i], s) != away {
			return false
		}
	}
	return x.outlet(redirs, s) == away
}

// substitute walks a command substitution that matters.
func (x *walker) substitute(c *syntax.CmdSubst, g flow) []flow {
	listens := x.effort != exact && x.listensTo(&syntax.Block{Stmts: c.Stmts}, g.st, 0)
	outer := g.st.saying
	if c.TempFile || c.ReplyVar {
		x.dunno(c, "a substitution that runs in the shell itself")
	}
	out := x.frame("$( )", c, g, nil, func(f flow) []flow {
		f = x.substituted(f)
		x.ctx.checked = x.ctx.checked && !x.facts.SubstUnchecked
		if listens {
			f.st = f.st.listens()
		} else if outer != nil {
			f.st = f.st.clone()
			f.st.saying = nil
		}
		return x.stmts(c.Stmts, []flow{f})
	})
	for i := range out {
		if st := out[i].st; listens || st.saying != outer {
			st = st.heard(c, st.saying).clone()
			st.saying = outer
			out[i].st = st
		}
	}
	return out
}
