package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Some commands run another one and hand it names: find, xargs, parallel, a loop over a
// list. What becomes of the files hangs on the command that is run, and it is asked of the
// same tables that are read where the command stands by itself.

// fateOfFile is what a command does to a file that it is handed.
type fateOfFile uint8

const (
	leftAlone fateOfFile = iota
	putAnew              // another file takes the name
	takenAway            // the name is gone
)

// handed stands in the words of a command for the names that it is handed.
const handed = "\x00handed"

// doneTo is what a command with these words does to the files that stand in for handed.
func doneTo(words []string) fateOfFile {
	if len(words) == 0 {
		return leftAlone
	}
	c := &call{}
	for _, w := range words {
		c.args = append(c.args, literal(w))
	}
	name := c.name()
	if p := commands()[name].prefix; p != nil {
		return doneTo(words[p.skip(c):])
	}
	switch b, isText := bodyOf(words, nil); {
	case handsOn(name) && name != "find":
		return doneTo(behindRunner(words, true))
	case isText && b.world == "" && b.word == nil:
		return doneByText(words[b.at])
	}
	fate := leftAlone
	for _, i := range c.operands() {
		if strings.Contains(words[i], handed) {
			fate = max(fate, c.doneTo(i))
		}
	}
	return fate
}

// doneTo is what a command does to the file that is its operand i.
func (c *call) doneTo(i int) fateOfFile {
	ops := c.operands()
	last := len(ops) > 1 && ops[len(ops)-1] == i
	switch name := c.name(); {
	case name == "rm", name == "rmdir", name == "unlink", name == "mv" && !last:
		return takenAway
	case name == "mv" && last, name == "install" && last, name == "cp" && last && c.has("--remove-destination"):
		return putAnew
	}
	operands, fate := c.rewritten()
	if slices.Contains(operands, i) {
		return fate
	}
	return leftAlone
}

// doneByText is what a script does to the files that it names by what it expands: it is
// given no others. A text that does not parse may do anything.
func doneByText(text string) fateOfFile {
	tree, err := shell.Parse("", []byte(strings.ReplaceAll(text, handed, "$1")), shell.Widest)
	if err != nil {
		return takenAway
	}
	fate := leftAlone
	syntax.Walk(tree, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok {
			fate = max(fate, doneTo(handedBy(c, func(w *syntax.Word) bool { return !shell.IsWritten(w) })))
		}
		return true
	})
	return fate
}

// handedBy are the words of a command, with handed for those that are names which it is
// handed.
func handedBy(c *syntax.CallExpr, isHanded func(*syntax.Word) bool) []string {
	words := make([]string, len(c.Args))
	for i, w := range c.Args {
		if words[i] = shell.PlainText(w); i > 0 && isHanded(w) {
			words[i] += handed
		}
	}
	return words
}

// handsOn tells whether a program runs the command in its words, and hands it names.
func handsOn(name string) bool { return name == "xargs" || name == "parallel" || name == "find" }

// behindRunner are the words of the command that xargs or parallel runs; where it reads
// the names, these stand in it.
func behindRunner(words []string, reads bool) []string {
	takes, hole := optionsOfXargs, ""
	if path.Base(words[0]) == "parallel" {
		takes, hole = optionsOfParallel, "{}"
	}
	i := operandOf(words, takes)
	for k, w := range words[:i] {
		switch name := path.Base(words[0]); {
		case w == "-I" && k+1 < len(words):
			hole = words[k+1]
		case name == "xargs" && w == "-i":
			hole = "{}"
		case strings.HasPrefix(w, "-I"), name == "xargs" && strings.HasPrefix(w, "-i"):
			hole = w[2:]
		}
	}
	inner, found := slices.Clone(words[i:]), false
	if end := slices.IndexFunc(inner, isSeparator); end >= 0 {
		inner = inner[:end]
	}
	if path.Base(words[0]) == "parallel" && len(inner) == 1 && strings.Contains(inner[0], " ") { // its shell takes it apart
		inner = strings.Fields(inner[0])
	}
	for i, w := range inner {
		if hole != "" && strings.Contains(w, hole) {
			inner[i], found = strings.ReplaceAll(w, hole, handed), true
		}
	}
	if reads && !found && len(inner) > 0 && (hole == "" || path.Base(words[0]) == "parallel") {
		inner = append(inner, handed)
	}
	return inner
}

// optionsOfParallel are the letters of its options that take the next word.
const optionsOfParallel = "jNnaISLP"

// isSeparator tells the words of parallel behind which the names stand.
func isSeparator(word string) bool { return strings.HasPrefix(word, ":::") }

// doneToOutput is what a command does to the files whose names a substitution among its
// words prints: rm $(ls). One that prints its words itself hands them on.
func (x *walker) doneToOutput(c *syntax.CallExpr) fateOfFile {
	if !shell.HasSubstitution(c) || len(c.Args) == 0 {
		return leftAlone
	}
	words := handedBy(c, func(w *syntax.Word) bool { return shell.HasSubstitution(w) })
	if isA(words[0], listsNames) {
		return x.ctx.input
	}
	return doneTo(words)
}

// printing walks what prints the names of files to which that is done.
func (x *walker) printing(fate fateOfFile, walk func() []flow) []flow {
	outer := x.ctx.input
	x.ctx.input = fate
	out := walk()
	x.ctx.input = outer
	return out
}

// variableOfLoop is the variable of a loop over a list, or "".
func variableOfLoop(c *syntax.ForClause) string {
	if it, ok := c.Loop.(*syntax.WordIter); ok {
		return it.Name.Value
	}
	return ""
}

// doneToInput is what a part of a pipeline does to the files whose names it reads.
func (x *walker) doneToInput(s *syntax.Stmt) fateOfFile {
	fate := x.doneToLines(s)
	syntax.Walk(s, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok || len(c.Args) < 2 {
			return true
		}
		words := handedBy(c, func(*syntax.Word) bool { return false })
		for len(words) > 0 {
			p := commands()[path.Base(words[0])].prefix
			if p == nil {
				break
			}
			prefixed := &call{}
			for _, w := range words {
				prefixed.args = append(prefixed.args, literal(w))
			}
			words = words[p.skip(prefixed):]
		}
		if len(words) > 1 && (path.Base(words[0]) == "xargs" || path.Base(words[0]) == "parallel" && !slices.ContainsFunc(words, isSeparator)) {
			fate = max(fate, doneTo(words))
		}
		return true
	})
	return fate
}

// doing is the node of a command that does so to a file.
func (x *walker) doing(fate fateOfFile, file int, by string, at syntax.Node) protocol.Node {
	n := x.node(protocol.Remove, at)
	n.Path, n.Text = file, by
	if fate == putAnew {
		n.Op, n.To = protocol.Rename, file
	}
	return n
}

// clauses lists the commands that find runs, each from its first word to behind its last.
func (c *call) clauses() (list [][2]int) {
	for i := 1; i < len(c.args); i++ {
		switch c.args[i].text {
		case "-exec", "-execdir", "-ok", "-okdir":
			end := i + 1
			for end < len(c.args) && c.args[end].text != ";" && (c.args[end].text != "+" || c.args[end-1].text != "{}") {
				end++
			}
			list = append(list, [2]int{i + 1, end})
			i = end
		}
	}
	return list
}

// doneToFound is what a find does to the files that it finds.
func (c *call) doneToFound() fateOfFile {
	if c.has("-delete") {
		return takenAway
	}
	fate := leftAlone
	for _, k := range c.clauses() {
		words := texts(c.args[k[0]:k[1]])
		for i, w := range words {
			words[i] = strings.ReplaceAll(w, "{}", handed)
		}
		fate = max(fate, doneTo(words))
	}
	return fate
}

// aboutLocks lists the commands that find runs which may be about locks.
func (x *walker) aboutLocks(c *call) [][2]int {
	return slices.DeleteFunc(c.clauses(), func(k [2]int) bool {
		return x.effort == exact || k[0] >= min(k[1], len(c.words)) || !x.touchesCall(&syntax.CallExpr{Args: c.words[k[0]:min(k[1], len(c.words))]}, false)
	})
}

// searches is the work of find, unless that is what it runs.
func (x *walker) searches(c *call, f flow) []flow {
	if len(x.aboutLocks(c)) > 0 {
		return quietProgram(x, c, f)
	}
	return x.program(c, "find", f)
}

// findRuns walks the commands that find runs, where they may be about locks. Whether it
// finds anything is another question.
func (x *walker) findRuns(c *call, out []flow) []flow {
	for _, k := range x.aboutLocks(c) {
		each := k[1] < len(c.args) && c.args[k[1]].text == ";"
		var next []flow
		for _, f := range out {
			if f.how != onward {
				next = append(next, f)
				continue
			}
			found := x.chance(c.at, protocol.Free, f)
			for _, g := range x.runProgram(c.clause(k, x.fresh("item")), found[0]) {
				if each || !g.st.status.nonzero {
					g.st = g.st.endedWith(f.st.status)
				}
				next = append(next, g)
			}
			next = append(next, found[1].with(found[1].st.endedWith(f.st.status)))
		}
		out = x.merge(next, true)
	}
	return out
}

// clause is the call of a command that find runs.
func (c *call) clause(k [2]int, found value) *call {
	inner := c.rest(k[0], true)
	inner.args, inner.words = slices.Clone(c.args[k[0]:k[1]]), inner.words[:min(len(inner.words), k[1]-k[0])]
	for i, a := range inner.args {
		if strings.Contains(a.text, "{}") {
			inner.args[i] = found
		}
	}
	return inner
}

// xargsCommand walks xargs: the command behind its options, with more words.
func xargsCommand(x *walker, c *call, f flow) []flow {
	i := operandOf(texts(c.args), optionsOfXargs)
	if i >= len(c.args) {
		return x.program(c, "xargs", f)
	}
	inner := c.rest(i, true)
	if known := x.takesFeed(c, inner, texts(c.args[1:i])); !known && !inner.loose { // it adds words of its input
		inner.loose, inner.from, inner.behind = true, len(inner.args), x.fresh("item")
	}
	return x.runProgram(inner, f)
}

// parallelCommand walks parallel: the command in front of the names, with these behind it
// or where it says so.
func parallelCommand(x *walker, c *call, f flow) []flow {
	words := texts(c.args)
	var own []value
	if b, isText := bodyOfWords(words); isText {
		if !c.args[b.at].known || strings.ContainsAny(words[b.at], "\n;|&<>()$`\"'\\*?[#~") {
			return shellCommand(x, c, f)
		}
		for _, w := range strings.Fields(words[b.at]) { // its shell takes it apart
			own = append(own, literal(w))
		}
	}
	i, end := operandOf(words, optionsOfParallel), len(words)
	if at := slices.IndexFunc(words, isSeparator); at >= 0 {
		end = at
	}
	if i >= end {
		return x.program(c, "parallel", f)
	}
	inner, placed := c.rest(i, true), false
	inner.args, inner.words = nil, nil
	put := func(v value, at int) {
		inner.args, inner.words = append(inner.args, v), append(inner.words, c.words[min(at, len(c.words)-1)])
	}
	items := func() {
		if placed = true; end == len(words) {
			put(x.fresh("item"), i)
		}
		for k := end + 1; k < len(words); k++ {
			put(c.args[k], k)
		}
	}
	if own == nil {
		own = c.args[i:end]
	}
	for k, a := range own {
		switch {
		case a.text == "{}":
			items()
		case strings.Contains(a.text, "{"):
			placed = true
			put(x.fresh("item"), i+k)
		default:
			put(a, i+k)
		}
	}
	if !placed {
		items()
	}
	return x.runProgram(inner, f)
}
