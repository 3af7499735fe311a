package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A script may look for a process of its own name, or of what it runs, and leave where it
// finds one. That keeps nobody out: two that begin at once have both looked before either
// works. It is no operation on a file, and what the process is called is not followed, so
// that nothing is promised of a script that has no other lock.

// processGuards returns the places where a script leaves because such a process is there.
func (c *sites) processGuards() (list []site) {
	runs, atTop := c.programs(), c.atTop()
	for _, t := range c.script {
		c.src = t.src
		list = append(list, c.guardsIn(t.file, runs, atTop)...)
	}
	return list
}

// programs are the commands that stand in the texts, by their last parts.
func (c *sites) programs() map[string]bool {
	runs := map[string]bool{}
	for _, t := range c.script {
		c.src = t.src
		for _, call := range callsIn(t.file) {
			for i, w := range c.words(call) {
				if runs[path.Base(w)] = runs[path.Base(w)] || i == 0; !isA(w, runsWords) {
					break
				}
			}
		}
	}
	return runs
}

// atTop are the commands to which every run comes, in functions as well, and behind which there
// is something that a process which is found there may keep from.
func (c *sites) atTop() map[syntax.Node]bool {
	type visit struct {
		function string
		works    bool
	}
	out, been := map[syntax.Node]bool{}, map[visit]bool{}
	var come func(list []*syntax.Stmt, works bool)
	come = func(list []*syntax.Stmt, works bool) {
		list = shell.Ungrouped(list)
		for i := len(list) - 1; i >= 0; i-- {
			s := list[i]
			name := plainCall(s)
			if f := (visit{name, works}); c.bodies[name].stmt != nil && !been[f] {
				been[f] = true
				come([]*syntax.Stmt{c.bodies[name].stmt}, works)
			}
			if s.Cmd != nil && works {
				out[s.Cmd] = true
			}
			works = works && name != "exit" || c.worksIn(s)
		}
	}
	for i := len(c.script) - 1; i >= 0; i-- {
		come(c.script[i].file.Stmts, i > 0) // what is sourced goes on in who sources it
	}
	return out
}

// plainCall is the command that a statement is, by its name.
func plainCall(s *syntax.Stmt) string {
	if call, ok := s.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 && !s.Background {
		return call.Args[0].Lit()
	}
	return ""
}

// worksIn tells whether a statement runs anything that neither prints, nor looks for
// processes, nor leaves.
func (c *sites) worksIn(s *syntax.Stmt) bool {
	return slices.ContainsFunc(callsIn(s), func(call *syntax.CallExpr) bool {
		if len(call.Args) == 0 {
			return false
		}
		name := path.Base(call.Args[0].Lit())
		return name != "exit" && name != "return" && !isA(name, onlyPrints|onlyLooks|asksProcesses)
	})
}

// guardsIn returns those in one text.
func (c *sites) guardsIn(file *syntax.File, runs map[string]bool, atTop map[syntax.Node]bool) (list []site) {
	l := &likeLooker{sites: c, names: map[string]*likeness{}}
	note := func(n syntax.Node, asked []*syntax.Stmt, found bool, leaves ...syntax.Node) {
		for _, s := range asked {
			if found == c.provesPresence(s) && c.asksIn(s) && (atTop[n] || c.namesOwn(c.spelled(s, mostHelpers), runs)) && slices.ContainsFunc(leaves, l.exits) {
				list = append(list, c.guard(s, s))
			}
		}
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		for _, list := range listsIn(n) {
			for i := 1; i < len(list); i++ {
				if well, badly, asks := c.heedsStatus(list[i]); asks {
					note(list[i].Cmd, list[i-1:i], true, well...)
					note(list[i].Cmd, list[i-1:i], false, badly...)
				}
			}
		}
		switch n := n.(type) {
		case *syntax.BinaryCmd:
			if n.Op == syntax.AndStmt || n.Op == syntax.OrStmt {
				note(n, []*syntax.Stmt{n.X}, n.Op == syntax.AndStmt, n.Y)
			}
		case *syntax.IfClause:
			for _, s := range n.Then {
				note(n, n.Cond, true, s)
			}
			if n.Else != nil {
				for _, s := range n.Else.Then {
					note(n, n.Cond, false, s)
				}
			}
		case *syntax.WhileClause: // who finds one waits until it is gone
			if len(n.Cond) == 0 {
				break
			}
			s := n.Cond[len(n.Cond)-1]
			if c.provesPresence(s) != n.Until && c.asksIn(s) && c.namesOwn(c.spelled(s, mostHelpers), runs) && c.sleepsIn(n.Do) {
				list = append(list, c.guard(s, s))
			}
		case *syntax.ForClause:
			it, ok := n.Loop.(*syntax.WordIter)
			if ok && slices.ContainsFunc(it.Items, func(w *syntax.Word) bool { return c.asksIn(w) }) && l.exits(n) && c.namesOwn(c.raw(n.Loop), runs) {
				list = append(list, c.guard(n.Loop, n))
			}
		}
		return true
	})
	return list
}

// listsIn are the lists of statements of which a node is made.
func listsIn(n syntax.Node) [][]*syntax.Stmt {
	switch n := n.(type) {
	case *syntax.File:
		return [][]*syntax.Stmt{n.Stmts}
	case *syntax.Block:
		return [][]*syntax.Stmt{n.Stmts}
	case *syntax.Subshell:
		return [][]*syntax.Stmt{n.Stmts}
	case *syntax.IfClause:
		return [][]*syntax.Stmt{n.Then}
	case *syntax.WhileClause:
		return [][]*syntax.Stmt{n.Do}
	case *syntax.ForClause:
		return [][]*syntax.Stmt{n.Do}
	case *syntax.CaseItem:
		return [][]*syntax.Stmt{n.Stmts}
	}
	return nil
}

// heedsStatus tells of a statement that asks how the one before it has ended: what is done when
// that was well, and when it was not.
func (c *sites) heedsStatus(s *syntax.Stmt) (well, badly []syntax.Node, asks bool) {
	var question string
	switch n := s.Cmd.(type) {
	case *syntax.IfClause:
		question = c.raw(n.Cond[len(n.Cond)-1])
		for _, s := range n.Then {
			well = append(well, s)
		}
		if n.Else != nil {
			for _, s := range n.Else.Then {
				badly = append(badly, s)
			}
		}
	case *syntax.BinaryCmd:
		if n.Op != syntax.AndStmt && n.Op != syntax.OrStmt {
			return nil, nil, false
		}
		if question = c.raw(n.X); n.Op == syntax.AndStmt {
			well = []syntax.Node{n.Y}
		} else {
			badly = []syntax.Node{n.Y}
		}
	}
	m := statusQuestion().FindStringSubmatch(question)
	if m == nil {
		return nil, nil, false
	}
	if m[1] != "-eq" && m[1] != "=" && m[1] != "==" {
		well, badly = badly, well
	}
	return well, badly, true
}

// statusQuestion is a comparison of the last status with 0.
var statusQuestion = regex.Of(`\$\{?\?\}?"?\s*(-eq|-ne|-gt|==|=|!=|>)\s*"?0\b`)

// guard is the site of such a question, which stands at a node.
func (c *sites) guard(asked, at syntax.Node) site {
	what := protocol.ByName
	if c.asksByNumber(asked) {
		what = "a process"
	}
	here := c.site(what, asked, c.src.place(at))
	here.process = true
	return here
}

// asksByNumber tells whether ps is asked for one process, whose name is read then.
func (c *sites) asksByNumber(n syntax.Node) (byNumber bool) {
	syntax.Walk(n, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok {
			words := c.words(call)
			byNumber = byNumber || len(words) > 1 && path.Base(words[0]) == "ps" && slices.ContainsFunc(words[1:], func(w string) bool {
				return strings.Contains(w, "$")
			})
		}
		return !byNumber
	})
	return byNumber
}

// sleepsIn tells whether somebody waits in some commands.
func (c *sites) sleepsIn(list []*syntax.Stmt) bool {
	return slices.ContainsFunc(list, func(s *syntax.Stmt) bool {
		call, ok := s.Cmd.(*syntax.CallExpr)
		return ok && len(call.Args) > 0 && path.Base(call.Args[0].Lit()) == "sleep"
	})
}

// exits tells whether a piece of script ends the run.
func (l *likeLooker) exits(n syntax.Node) (ends bool) {
	syntax.Walk(n, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
			name := c.Args[0].Lit()
			ends = ends || name == "exit" || diesByName(name)
		}
		return !ends
	})
	return ends
}

// asksIn tells whether processes are looked for below a node, or what was found then
// stands in a variable there.
func (c *sites) asksIn(n syntax.Node) bool { return c.asksWithin(n, mostHelpers) }

// mostHelpers is how many functions deep it is looked for such a question.
const mostHelpers = 3

func (c *sites) asksWithin(n syntax.Node, depth int) (asks bool) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			words := c.words(n)
			if of := c.helper(words); of.stmt != nil && depth > 0 {
				asks = asks || c.in(of.src).asksWithin(of.stmt, depth-1)
			}
			asks = asks || len(words) > 1 && isA(path.Base(words[0]), asksProcesses) && !c.funcs[words[0]]
		case *syntax.ParamExp:
			if n.Param != nil {
				asks = asks || slices.ContainsFunc(c.values[n.Param.Value], lookedForProcesses)
			}
		}
		return !asks
	})
	return asks
}

// helper is the one command of a function that is called here, and does nothing else; or none.
func (c *sites) helper(words []string) placedBody {
	if len(words) == 0 || c.bodies[words[0]].stmt == nil {
		return placedBody{}
	}
	of := c.bodies[words[0]]
	if block, ok := of.stmt.Cmd.(*syntax.Block); ok && len(block.Stmts) == 1 {
		return placedBody{block.Stmts[0], of.src}
	}
	return placedBody{}
}

// in has another text at hand.
func (c *sites) in(s *src) *sites {
	other := *c
	other.src = s
	return &other
}

// spelled is the text of a node, with the commands for which helpers stand there.
func (c *sites) spelled(n syntax.Node, depth int) string {
	text := c.raw(n)
	syntax.Walk(n, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok && depth > 0 {
			if of := c.helper(c.words(call)); of.stmt != nil {
				text += " " + c.in(of.src).spelled(of.stmt, depth-1)
			}
		}
		return true
	})
	return text
}

// lookedForProcesses tells whether a text is a substitution that looks for processes.
func lookedForProcesses(text string) bool {
	text = strings.TrimLeft(text, "\"$(` ")
	name, _, _ := strings.Cut(text, " ")
	return isA(path.Base(name), asksProcesses)
}

// namesOwn tells whether a text names the script, another script, or what the script runs.
func (c *sites) namesOwn(text string, runs map[string]bool) bool {
	for range 2 { // a name may stand in a variable of a variable
		for _, v := range shell.VarsOf(text) {
			text += " " + strings.Join(c.values[v], " ")
		}
	}
	own := path.Base(c.script[0].src.name)
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n;|&()[]`\"'{}^", r) }) {
		word = path.Base(strings.ReplaceAll(word, `\`, ""))
		switch {
		case isA(word, asksProcesses) || isA(word, tellsWords) || len(word) < 2:
		case word == "$0", word == "0", strings.HasPrefix(word, "0#"), word == "$BASH_SOURCE", word == "BASH_SOURCE":
			return true
		case word == own, word == strings.TrimSuffix(own, path.Ext(own)), runs[word], isScriptName(word):
			return true
		}
	}
	return false
}

// isScriptName tells whether a word is called like a file with a script in it.
func isScriptName(word string) bool {
	return slices.Contains([]string{".sh", ".bash", ".ksh", ".zsh"}, path.Ext(word))
}

// provesPresence tells whether a condition is true where a process was found.
func (c *sites) provesPresence(s *syntax.Stmt) bool {
	found := !s.Negated
	text := c.raw(s)
	for _, none := range []string{"-z ", "-lt ", "-le ", "-eq ", "== ", " = ", "< "} {
		if strings.Contains(text, "[") && strings.Contains(text, none) {
			return !found
		}
	}
	return found
}
