package extract

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// The sites of a script are looked for in its whole text, by themselves: no gate of the
// walk and no pass behind it decides what is a site.

// place is where a statement begins.
type place struct {
	file   string
	offset int
}

// site is a command that may take or give up a lock.
type site struct {
	what    string
	span    source.Span
	at      place
	around  []place  // the statements around it, from outside
	within  string   // the innermost function that it stands in, or ""
	behind  string   // what it stands behind, so that nothing comes to it, or ""
	inner   bool     // it stands in a text that is run as a script
	given   string   // what the text is given to, where that is no shell at hand, or ""
	vars    []string // in which the tool is kept
	asks    bool     // it only asks something of the tool
	like    bool     // a name is made there that is treated like a lock
	entry   bool     // it is one of the names in a folder for which somebody asks
	process bool     // somebody leaves there because a process is found
	byName  bool     // only its name says that it may be about locks
	bare    bool     // only its name says that, and it is given nothing that a lock could be
	later   bool     // whether it was there is not asked by who makes it, but behind that
}

// stmts walks a list. What stands behind an exit that nothing guards is dead.
func (c *sites) stmts(list []*syntax.Stmt) {
	outer := c.behind
	for _, s := range list {
		c.stmt(s)
		if c.behind == "" {
			c.behind = c.ends(s)
		}
	}
	c.behind = outer
}

// ends returns what a statement is called behind which nothing comes: a plain exit, a
// return, a program that takes the shell's place.
func (c *sites) ends(s *syntax.Stmt) string {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || s.Background || s.Negated || len(call.Args) == 0 {
		return ""
	}
	name := call.Args[0].Lit()
	switch {
	case c.funcs[name]:
	case name == "exit", name == "return" && c.within != "", name == "exec" && len(call.Args) > 1:
		return fmt.Sprintf("the %s of line %d", name, c.src.pos(s.Pos()).Line)
	}
	return ""
}

func (c *sites) stmt(s *syntax.Stmt) {
	at := c.src.place(s)
	c.around = append(c.around, at)
	c.node(s, at)
	c.around = c.around[:len(c.around)-1]
}

// node walks what stands in a statement.
func (c *sites) node(s *syntax.Stmt, at place) {
	var visit func(n syntax.Node) bool
	visit = func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			if n != s {
				c.stmt(n)
				return false
			}
		case *syntax.Block:
			c.stmts(n.Stmts)
			return false
		case *syntax.Subshell:
			c.stmts(n.Stmts)
			return false
		case *syntax.CmdSubst:
			c.around = append(c.around, c.src.place(n))
			c.stmts(n.Stmts)
			c.around = c.around[:len(c.around)-1]
			return false
		case *syntax.FuncDecl:
			c.function(n)
			return false
		case *syntax.IfClause:
			c.branches(n)
			return false
		case *syntax.WhileClause:
			c.stmts(n.Cond)
			c.stmts(n.Do)
			return false
		case *syntax.ForClause:
			syntax.Walk(n.Loop, visit)
			c.stmts(n.Do)
			return false
		case *syntax.CaseItem:
			for _, w := range n.Patterns {
				syntax.Walk(w, visit)
			}
			c.stmts(n.Stmts)
			return false
		case *syntax.BinaryCmd:
			if n.Op == syntax.Pipe && c.isShell(n.Y) {
				c.text(n.X, c.raw(n.X), "a shell", at)
			} else if n.Op == syntax.Pipe {
				if to := c.runsInput(n.Y); to != "" {
					c.text(n.X, c.said(n.X), to, at)
				}
			}
		case *syntax.Redirect:
			if n.Hdoc != nil {
				c.document(s, n, at)
			}
		case *syntax.CallExpr:
			c.call(n, at)
		}
		return true
	}
	syntax.Walk(s, visit)
}

// branches walks an if; nothing comes to what stands behind false.
func (c *sites) branches(n *syntax.IfClause) {
	for ; n != nil; n = n.Else {
		c.stmts(n.Cond)
		outer := c.behind
		if len(n.Cond) == 1 && c.isFalse(n.Cond[0]) && c.behind == "" {
			c.behind = fmt.Sprintf("the false of line %d", c.src.pos(n.Cond[0].Pos()).Line)
		}
		c.stmts(n.Then)
		c.behind = outer
	}
}

func (c *sites) isFalse(s *syntax.Stmt) bool {
	call, ok := s.Cmd.(*syntax.CallExpr)
	return ok && !s.Negated && len(call.Args) == 1 && call.Args[0].Lit() == "false" && !c.funcs["false"]
}

func (c *sites) raw(n syntax.Node) string {
	return c.src.raw(n)
}

// function walks the body of a function: it runs where the function is called.
func (c *sites) function(f *syntax.FuncDecl) {
	outer := *c
	c.behind = ""
	if f.Name != nil {
		c.within = f.Name.Value
	}
	c.stmt(f.Body)
	c.within, c.behind = outer.within, outer.behind
}

func (c *sites) call(n *syntax.CallExpr, at place) {
	words := c.words(n)
	if len(words) == 0 {
		return
	}
	for i, w := range words {
		if i > 0 && isScript(words, i) {
			c.nested(n.Args[i], w)
		}
	}
	c.texts(n, words, at)
	tool, asks := c.toolIn(words)
	here := c.site(tool, n, at)
	if here.asks = asks; tool != "" {
		for _, w := range words {
			if c.kept(w) != "" {
				here.vars = append(here.vars, shell.VarsOf(w)...)
			}
		}
	}
	here.bare = c.maySpeakOfLock(words[0]) && !shell.OtherLockers[path.Base(words[0])] && !hasOperand(words[1:])
	switch {
	case tool != "" && c.maySpeakOfLock(words[0]) && mayBeFunction(words[0]):
		here.byName = true
		*c.list, *c.calls = append(*c.list, here), append(*c.calls, here)
	case tool != "":
		*c.list = append(*c.list, here)
	case mayBeFunction(words[0]) && !c.funcs[words[0]]:
		here.what = words[0]
		*c.calls = append(*c.calls, here)
	}
}

// hasOperand tells whether a command is given anything but options.
func hasOperand(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return !strings.HasPrefix(a, "-") })
}

func (c *sites) site(what string, n syntax.Node, at place) site {
	return site{what: what, span: c.src.between(n.Pos(), n.End()), at: at, around: slices.Clone(c.around), within: c.within, behind: c.behind, inner: c.inner}
}

// words are the words of a command without their quotes.
func (c *sites) words(n *syntax.CallExpr) []string {
	out := make([]string, len(n.Args))
	for i, w := range n.Args {
		out[i] = wordText(w.Parts, c.src)
	}
	return out
}

// wordText is the text of a word without quotes. What it expands stands in it as it is
// written.
func wordText(parts []syntax.WordPart, s *src) string {
	if len(parts) == 1 {
		if l, ok := parts[0].(*syntax.Lit); ok {
			return shell.Unescape(l.Value)
		}
	}
	var b strings.Builder
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			b.WriteString(shell.Unescape(part.Value))
		case *syntax.SglQuoted:
			b.WriteString(shell.QuotedText(part, part.Value))
		case *syntax.DblQuoted:
			b.WriteString(wordText(part.Parts, s))
		default:
			b.WriteString(s.raw(part))
		}
	}
	return b.String()
}

// isScript tells whether a word of a command is run as a script on this machine.
func isScript(words []string, i int) bool {
	switch words[0] {
	case "eval":
		return i == 1 && len(words) == 2
	case "trap":
		return len(words) > 2 && i == handlerAt(words[1])
	}
	if name := path.Base(words[0]); name == "parallel" || name == "watch" {
		b, ok := bodyOfWords(words)
		return ok && b.at == i
	}
	if i < 2 || !strings.HasPrefix(words[i-1], "-") || !strings.HasSuffix(words[i-1], "c") || strings.HasPrefix(words[i-1], "--") && words[i-1] != "--c" {
		return false
	}
	return slices.ContainsFunc(words[:i-1], func(w string) bool { return isA(path.Base(w), runsText) })
}

// nested looks into a word that is run as a script.
func (c *sites) nested(w *syntax.Word, text string) {
	inner := c.src.embedded(w, text)
	file, err := shell.Parse(inner.name, inner.text, c.dialect)
	if err != nil || inner.depth > maxDepth {
		return // the walk says that it does not parse
	}
	sub := *c
	sub.src, sub.inner = inner, true
	sub.stmts(file.Stmts)
}

// toolIn returns the tool for locks that a command runs, or may run, and whether it
// only asks for something.
func (c *sites) toolIn(words []string) (tool string, asks bool) {
	name := strings.TrimPrefix(path.Base(words[0]), `\`)
	switch {
	case c.funcs[name]:
		return "", false
	case name == "lock" && strings.ContainsAny(words[len(words)-1], "/$"):
		return name, false
	case isA(name, takesLocks):
		return name, onlyAsks(name, words[1:])
	case leases(name, words[1:]):
		return name, true
	case c.maySpeakOfLock(words[0]):
		return name, false
	case strings.HasPrefix(words[0], "$"):
		if tool := c.kept(words[0]); tool != "" {
			return tool, onlyAsks(tool, words[1:])
		}
		if len(words) > 1 && c.opened[words[len(words)-1]] {
			return words[0], false
		}
	case isA(name, tellsWords), (name == "command" || name == "builtin") && len(words) > 1 && (words[1] == "-v" || words[1] == "-V"):
		return "", false
	}
	if rest := behindBuiltin(name, words[1:]); len(rest) > 0 {
		if base := path.Base(rest[0]); isA(base, takesLocks) { // no function of that name
			return base, onlyAsks(base, rest[1:])
		}
		return c.toolIn(rest)
	}
	for i, w := range words[1:] {
		base := path.Base(w)
		if isA(base, meansTool) || (isA(base, takesLocks) || shell.OtherLockers[base]) && isA(name, runsWords) {
			return base, onlyAsks(base, words[i+2:])
		}
		if tool := c.kept(w); tool != "" && isA(name, runsWords) {
			return tool, false
		}
	}
	return "", false
}

// behindBuiltin returns the command that stands behind the word command or builtin.
func behindBuiltin(name string, rest []string) []string {
	if name != "command" && name != "builtin" {
		return nil
	}
	for len(rest) > 0 && rest[0] == "-p" {
		rest = rest[1:]
	}
	if len(rest) > 0 && strings.HasPrefix(rest[0], "-") {
		return nil
	}
	return rest
}

// onlyAsks tells of a call that takes and gives up nothing.
func onlyAsks(tool string, args []string) bool {
	switch tool {
	case "lockfile-touch", "lockfile-check":
		return true
	case "dotlockfile":
		return slices.Contains(args, "-t") || slices.Contains(args, "-c")
	case "zsystem":
		return len(args) > 0 && args[0] != "flock"
	case "chpst":
		return !slices.ContainsFunc(args, func(a string) bool { return a == "-l" || a == "-L" })
	}
	return len(args) > 0 && slices.Contains([]string{"--version", "-V", "--help", "-h"}, args[0])
}

// kept returns the tool that a word is which is expanded as a whole, or "": it stands in
// a variable, or was looked up.
func (c *sites) kept(word string) string { return c.keptBy(word, 3) }

func (c *sites) keptBy(word string, depth int) string {
	word = strings.Trim(word, `"`)
	if tool := lookedUp(word); tool != "" || depth == 0 {
		return tool
	}
	name := strings.Trim(word, `"${}`)
	name, _, _ = strings.Cut(name, "[")
	if strings.HasPrefix(word, "${") {
		name, _, _ = strings.Cut(name, ":") // ${NAME:?…}
	}
	if !strings.HasPrefix(word, "$") || !syntax.ValidName(name) {
		return ""
	}
	for _, text := range c.values[name] {
		for _, w := range strings.Fields(text) {
			if base := path.Base(w); isA(base, takesLocks) {
				return base
			}
		}
		if tool := c.keptBy(text, depth-1); tool != "" {
			return tool
		}
	}
	return ""
}
