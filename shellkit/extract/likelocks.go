package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// A name that is made, asked for and given up as a lock is may be one, whatever it is
// called. It is looked for in the text alone: what the walk makes of it is another
// question, and where the two differ the site is unclear.

// likeness is what a text does with one name.
type likeness struct {
	claims []site // made so that it fails when it is there, and somebody stays away then
	pipes  []site // the same, a pipe: a lock only where nobody opens it
	makes  []site // made whether it is there or not
	moved  []site // what is moved there stays where it was when it is there
	from   string // the word for where that comes from
	tested bool   // somebody who finds it there stays away
	gone   bool   // somebody removes it
	used   bool   // something is kept there, and used
	opened bool   // on a descriptor of its own
}

// likeLocks returns the sites at which such names are made.
func (c *sites) likeLocks() []site {
	l := &likeLooker{sites: c, names: map[string]*likeness{}, spelt: map[valued][]string{}}
	for _, t := range c.script {
		c.src = t.src
		l.walk(t.file)
	}
	l.alias()
	out := l.tokens()
	for _, word := range sortedKeys(l.names) {
		n := l.names[word]
		if n.gone && !n.used && l.isEntry(word) {
			for _, s := range append(n.claims, n.makes...) {
				s.entry = true
				out = append(out, s)
			}
			continue
		}
		if !n.gone || n.used || c.isPrivate(word, 3) {
			continue
		}
		out = append(out, n.claims...)
		if !n.opened && len(n.makes) == 0 {
			out = append(out, n.pipes...)
		}
		if n.tested {
			out = append(out, n.makes...)
		}
		if from := l.names[n.from]; from != nil && from.tested {
			out = append(out, n.moved...)
		}
	}
	return out
}

// move is mv from one name to another.
type move struct {
	from, to string
	site     site
	heeded   bool // who does not find it there stays away
}

// tokens returns the moves that only one run can make, and that somebody takes back.
func (l *likeLooker) tokens() (out []site) {
	for _, m := range l.moves {
		if m.heeded && !l.isPrivate(m.from, 3) && slices.ContainsFunc(l.moves, func(back move) bool { return l.same(back.from, m.to) && l.same(back.to, m.from) }) {
			out = append(out, m.site)
		}
	}
	return out
}

type likeLooker struct {
	*sites
	names    map[string]*likeness
	spelt    map[valued][]string // what variables come to
	moves    []move
	listings []listing
	above    []syntax.Node // the nodes around the one at hand, from outside
}

func (l *likeLooker) walk(file *syntax.File) {
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil {
			l.above = l.above[:len(l.above)-1]
			return true
		}
		l.asksForEntries(n)
		switch n := n.(type) {
		case *syntax.CallExpr:
			l.call(n)
		case *syntax.UnaryTest:
			if w, ok := n.X.(*syntax.Word); ok && isExistenceTest(n.Op.String()) {
				l.test(w)
			}
		case *syntax.Redirect:
			l.redirect(n)
		}
		l.above = append(l.above, n)
		return true
	})
}

// name is what the text does with a word, or nil where the word names nothing.
func (l *likeLooker) name(w *syntax.Word) *likeness {
	word := nameOf(wordText(w.Parts, l.src))
	if word == "" || strings.HasPrefix(word, "-") || strings.HasPrefix(word, "/dev/") {
		return nil
	}
	n := l.names[word]
	if n == nil {
		n = &likeness{}
		l.names[word] = n
	}
	return n
}

// nameOf is a word so that ${L} and $L agree, and a slash at its end is none.
func nameOf(word string) string {
	if strings.ContainsAny(word, "{}") {
		word = withoutBraces.Replace(word)
	}
	return strings.TrimSuffix(word, "/")
}

var withoutBraces = strings.NewReplacer("${", "$", "}", "")

func (l *likeLooker) here(n syntax.Node, what string) site {
	s := site{what: what, span: l.src.between(n.Pos(), n.End()), like: true}
	for _, a := range l.above {
		switch a := a.(type) {
		case *syntax.Stmt:
			s.at = l.src.place(a)
		case *syntax.FuncDecl:
			if a.Name != nil {
				s.within = a.Name.Value
			}
		}
	}
	return s
}

func (l *likeLooker) call(c *syntax.CallExpr) {
	words := l.words(c)
	if len(words) == 0 {
		return
	}
	name := path.Base(words[0])
	var operands []*syntax.Word
	options := ""
	for i, w := range words[1:] {
		if strings.HasPrefix(w, "-") && w != "-" {
			options += w
		} else {
			operands = append(operands, c.Args[i+1])
		}
	}
	if !isA(name, onlyPrints) && name != "trap" {
		for _, w := range words[1:] {
			if removal(w) { // a text that is kept to be run
				l.removedBy(w)
			}
		}
	}
	switch {
	case l.funcs[name]:
	case behind(words) > 0: // something that may run what it is given
		l.call(&syntax.CallExpr{Args: c.Args[behind(words):]})
	case name == "mkfifo", name == "mknod":
		if made := pipesMade(name, c.Args[1:]); len(made) == 1 && l.staysAway(true) {
			if n := l.name(made[0]); n != nil {
				n.pipes = append(n.pipes, l.here(c, name))
			}
		}
	case createsExclusively(words):
		if _, w := outputOf(c.Args[1:]); w != nil && l.staysAway(true) {
			if n := l.name(w); n != nil {
				n.claims = append(n.claims, l.here(c, name))
			}
		}
	case name == "mkdir" && len(operands) == 1 && !strings.Contains(options, "p"), (name == "ln" || name == "link") && len(operands) == 2 && !strings.Contains(options, "f"):
		if n := l.name(operands[len(operands)-1]); n != nil && l.staysAway(true) {
			n.claims = append(n.claims, l.here(c, name))
		} else if n != nil { // whoever asks next whether it is there
			made := l.here(c, name)
			made.later = true
			n.makes = append(n.makes, made)
		}
	case (name == "touch" || name == "mkdir") && len(operands) == 1: // with -p mkdir does not ask either
		if n := l.name(operands[0]); n != nil {
			n.makes = append(n.makes, l.here(c, name))
		}
	case name == "mv" && len(operands) == 2 && strings.Contains(options, "n"):
		l.removed(operands[:1])
		if from, to := l.name(operands[0]), l.name(operands[1]); from != nil && to != nil {
			to.moved, to.from = append(to.moved, l.here(c, name)), nameOf(wordText(operands[0].Parts, l.src))
		}
	case name == "mv" && len(operands) == 2:
		l.removed(operands[:1])
		l.moves = append(l.moves, move{nameOf(wordText(operands[0].Parts, l.src)), nameOf(wordText(operands[1].Parts, l.src)), l.here(c, name), l.staysAway(true)})
		l.use(nameOf(wordText(operands[1].Parts, l.src))) // what is moved there has something in it
	case name == "rm", name == "rmdir", name == "unlink":
		l.removed(operands)
	case name == "readlink" && len(operands) > 0:
		l.test(operands[len(operands)-1])
	case name == "[", name == "test":
		for i, w := range words[:len(words)-1] {
			if isExistenceTest(w) {
				l.test(c.Args[i+1])
			}
		}
	case lookedAt(name, c.Args) != nil && !l.substituted():
		if commands()[name].looks.shows && !l.unheard(c) {
			l.use(nameOf(wordText(lookedAt(name, c.Args).Parts, l.src)))
		}
		l.test(lookedAt(name, c.Args))
	case name == "trap" && len(words) > 2 && strings.Contains(words[handlerAt(words[1])], "rm"):
		l.removedBy(words[handlerAt(words[1])])
	case !isA(name, namesOnly) && !(isA(name, readsFiles) && l.substituted()):
		for _, w := range words[1:] {
			l.use(nameOf(w))
		}
	}
}

// behind is where in a command that is not known another one stands that makes or removes a
// name: run touch "$L". 0 where none does.
func behind(words []string) int {
	name := path.Base(words[0])
	if _, known := commands()[name]; known || !mayBeFunction(name) || ofRepositories[name] {
		return 0
	}
	for i, w := range words {
		switch path.Base(w) {
		case "touch", "mkdir", "rm", "rmdir", "unlink":
			if i > 0 && i+1 < len(words) {
				return i
			}
		}
	}
	return 0
}

// ofRepositories are programs that have an rm or a mkdir of their own.
var ofRepositories = shell.SetOf(`svn hg bzr cvs docker podman kubectl aws gsutil gcloud az s3cmd mc hdfs hadoop adb lxc rclone`)

// removal tells whether a word is the text of a command that removes something.
func removal(word string) bool {
	word = strings.TrimLeft(word, `"'`)
	return strings.HasPrefix(word, "rm ") || strings.HasPrefix(word, "rmdir ") || strings.HasPrefix(word, "unlink ")
}

// removedBy notes what a text removes when it is run.
func (l *likeLooker) removedBy(text string) {
	for _, w := range strings.Fields(text) {
		if word := nameOf(strings.Trim(w, `"';\`)); l.names[word] != nil || strings.ContainsAny(word, "$/") {
			l.named(word).gone = true
		}
	}
}

func (l *likeLooker) named(word string) *likeness {
	if l.names[word] == nil {
		l.names[word] = &likeness{}
	}
	return l.names[word]
}

// use notes that something is kept at a name, and in every folder above it.
func (l *likeLooker) use(word string) {
	for word != "" && word != "." && word != "/" {
		l.named(word).used = true
		i := strings.LastIndexByte(word, '/')
		if i < 0 {
			break
		}
		word = word[:i]
	}
}

func (l *likeLooker) removed(words []*syntax.Word) {
	for _, w := range words {
		if n := l.name(w); n != nil {
			n.gone = true
		}
	}
}

func (l *likeLooker) test(w *syntax.Word) {
	if n := l.name(w); n != nil {
		n.tested = n.tested || l.staysAway(false)
	}
}

func (l *likeLooker) redirect(r *syntax.Redirect) {
	if r.Word == nil || r.Hdoc != nil {
		return
	}
	if r.N != nil && r.N.Value > "1" {
		if n := l.name(r.Word); n != nil {
			n.opened = true
		}
		return
	}
	stmt, ok := l.above[len(l.above)-1].(*syntax.Stmt)
	if !ok {
		return
	}
	name := ""
	call, simple := stmt.Cmd.(*syntax.CallExpr)
	if simple && len(call.Args) > 0 {
		name = path.Base(wordText(call.Args[0].Parts, l.src))
	}
	switch r.Op {
	case syntax.RdrOut, syntax.RdrClob:
		if stmt.Cmd == nil || simple && (name == "" || isA(name, onlyPrints)) {
			if n := l.name(r.Word); n != nil {
				n.makes = append(n.makes, l.here(r, ">"))
			}
			return
		}
	case syntax.RdrIn:
		if onlyOpens(stmt, r) {
			l.test(r.Word)
			return
		}
		if isA(name, readsLines) || l.substituted() {
			return
		}
	case syntax.AppOut:
		if isA(name, onlyPrints) {
			return
		}
	default:
		return
	}
	l.use(nameOf(wordText(r.Word.Parts, l.src)))
}

// unheard tells whether nobody hears what the command at hand prints.
func (l *likeLooker) unheard(c *syntax.CallExpr) bool {
	s, ok := l.above[len(l.above)-1].(*syntax.Stmt)
	return ok && isUnheard(s, c)
}

// substituted tells whether the command at hand is part of a command substitution.
func (l *likeLooker) substituted() bool {
	return slices.ContainsFunc(l.above, func(n syntax.Node) bool { _, ok := n.(*syntax.CmdSubst); return ok })
}

// isPrivate tells whether no other run can mean the same name.
func (c *sites) isPrivate(word string, depth int) bool {
	if strings.Contains(word, "$$") || strings.Contains(word, "mktemp") || slices.ContainsFunc(shell.VarsOf(word), shell.Of(c.dialect).IsPrivate) {
		return true
	}
	if depth == 0 {
		return false
	}
	return slices.ContainsFunc(shell.VarsOf(word), func(v string) bool {
		return slices.ContainsFunc(c.values[v], func(text string) bool { return c.isPrivate(text, depth-1) })
	})
}
