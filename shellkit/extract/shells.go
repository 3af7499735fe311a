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

// body is a text that a command hands to a shell: a script of that shell.
type body struct {
	shell source.Dialect
	at    int          // index of the word that is the text
	word  *syntax.Word // or the here-document that is
	args  int          // index of the first word behind the text: $0 of it
	world string       // the machine that runs it, if that is another one
	all   bool         // the text is all words from that one on, with blanks between them
}

// of is the word that is the text, among those of the command.
func (b body) of(words []*syntax.Word) *syntax.Word {
	switch {
	case b.word != nil:
		return b.word
	case b.all && b.at < len(words):
		return oneOf(words[b.at:])
	case b.at < len(words):
		return words[b.at]
	}
	return nil
}

// oneOf is one word made of several, with a blank between each two. A word that has come to
// several ones is in the list as often, and once in what is made of it.
func oneOf(words []*syntax.Word) *syntax.Word {
	out := &syntax.Word{}
	for _, w := range slices.Compact(slices.Clone(words)) {
		if len(w.Parts) == 0 {
			continue
		}
		if n := len(out.Parts); n > 0 {
			out.Parts = append(out.Parts, &syntax.Lit{ValuePos: out.Parts[n-1].End(), ValueEnd: w.Pos(), Value: " "})
		}
		out.Parts = append(out.Parts, w.Parts...)
	}
	return out
}

// bodyOf finds the text that a command with these words, as far as they are written
// down, runs as a script. stmt may have it in a here-document.
func bodyOf(words []string, stmt *syntax.Stmt) (body, bool) {
	name := path.Base(words[0])
	switch name {
	case "su", "runuser":
		return bodyOfUser(words, stmt)
	case "parallel", "watch":
		return bodyOfWords(words)
	case "script":
		return bodyOfUser(words, nil)
	case "ssh":
		return bodyElsewhere(words, stmt, operandOf(words, takenBySSH))
	}
	runs, ok := source.ParseDialect(name)
	if !ok || name == "bats" || name == "posix" || name == "busybox" {
		return body{}, false
	}
	reads := false
	for i := 1; i < len(words); i++ {
		switch a := words[i]; {
		case a == "-o" || a == "+o" || a == "-O" || a == "+O" || a == "--rcfile" || a == "--init-file" || a == "-T":
			i++
		case (a == "-" || a == "--") && reads:
			return fromInput(runs, stmt, i)
		case a == "-" || a == "--":
		case strings.HasPrefix(a, "--"), strings.HasPrefix(a, "+"):
		case strings.HasPrefix(a, "-") && strings.Contains(a, "c"):
			for i++; i < len(words) && len(words[i]) > 1 && words[i][0] == '-'; i++ { // sh -c -e TEXT
			}
			return body{shell: runs, at: i, args: i + 1}, i < len(words)
		case strings.HasPrefix(a, "-"):
			reads = reads || strings.Contains(a, "s")
		case reads:
			return fromInput(runs, stmt, i-1)
		case a == "/dev/stdin":
			return fromInput(runs, stmt, i)
		default:
			return body{}, false // a script in a file
		}
	}
	return fromInput(runs, stmt, len(words)-1)
}

// fromInput finds the here-document that a shell reads as its script. Its arguments
// stand behind the word before; there is no name among them.
func fromInput(runs source.Dialect, stmt *syntax.Stmt, before int) (body, bool) {
	if stmt == nil {
		return body{}, false
	}
	var text *syntax.Word
	for _, r := range stmt.Redirs {
		if r.N != nil && r.N.Value != "0" {
			continue
		}
		switch r.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			text = r.Hdoc
		case syntax.WordHdoc:
			text = r.Word
		case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn:
			text = nil
		}
	}
	return body{shell: runs, word: text, args: before}, text != nil
}

// bodyOfUser finds the text in su USER -c TEXT, or in what su USER reads.
func bodyOfUser(words []string, stmt *syntax.Stmt) (body, bool) {
	runs := shell.SystemShell
	for i := 1; i < len(words); i++ {
		a := words[i]
		if (a == "-s" || a == "--shell") && i+1 < len(words) {
			if d, ok := source.ParseDialect(path.Base(words[i+1])); ok {
				runs = d
			}
		}
		if a == "-c" || a == "--command" || a == "--session-command" || len(a) > 2 && a[0] == '-' && a[1] != '-' && strings.HasSuffix(a, "c") {
			return body{shell: runs, at: i + 1, args: i + 2}, i+1 < len(words)
		}
	}
	if path.Base(words[0]) == "su" {
		return fromInput(runs, stmt, len(words)-1)
	}
	return body{}, false
}

// bodyOfWords finds the text that is all the command which such a program is given.
func bodyOfWords(words []string) (body, bool) {
	takes := "n"
	if path.Base(words[0]) == "parallel" {
		takes = optionsOfParallel
	}
	i, end := operandOf(words, takes), len(words)
	if at := slices.IndexFunc(words, isSeparator); at >= 0 {
		end = at
	}
	return body{shell: shell.SystemShell, at: i, args: end}, i+1 == end && strings.ContainsAny(words[i], " ;|&")
}

// takenBySSH are the options of ssh that take a word.
const takenBySSH = "BbcDEeFIiJLlmOopQRSWw"

// bodyElsewhere finds what another machine is to run: the words behind its name, and behind
// options that follow that, which ssh puts together with blanks.
func bodyElsewhere(words []string, stmt *syntax.Stmt, host int) (body, bool) {
	if host >= len(words) {
		return body{}, false
	}
	if at := host + operandOf(words[host:], takenBySSH); at < len(words) {
		if inner, ok := bodyOf(words[at:], stmt); ok { // ssh host bash -s <<EOF
			inner.world = words[host]
			if inner.word == nil {
				inner.at += at
			}
			inner.args += at
			return inner, true
		}
		return body{shell: shell.SystemShell, at: at, args: len(words), world: words[host], all: at+1 < len(words)}, true
	}
	in, ok := fromInput(shell.SystemShell, stmt, host)
	in.world = words[host]
	return in, ok
}

// operandOf is the index of the first word that is no option.
func operandOf(words []string, takes string) int {
	for i := 1; i < len(words); i++ {
		a := words[i]
		if len(a) < 2 || a[0] != '-' {
			return i
		}
		if strings.Contains(takes, a[len(a)-1:]) && !strings.ContainsAny(a[1:len(a)-1], takes) {
			i++
		}
	}
	return len(words)
}

// text is what the text of a command comes to.
func (b body) text(x *walker, c *call, s *state) value {
	switch {
	case b.word != nil:
		return x.word(b.word, s)
	case !b.all:
		return c.args[b.at]
	}
	out := c.args[b.at]
	for _, v := range c.args[b.at+1:] {
		out = out.join(literal(" ")).join(v)
	}
	return out
}

// shellCommand walks sh -c TEXT and its like: a child with a script of its own.
func shellCommand(x *walker, c *call, f flow) []flow {
	b, ok := bodyOf(texts(c.args), c.at)
	if b.all { // what no shell can read is a command all the same
		ok = x.shelf.script(x.embedded(b.of(c.words), x.coded(b.text(x, c, f.st), b.of(c.words), f.st)), b.shell) != nil
	}
	if ok {
		return x.programUnder(shell.WithRedirects(c.at, notFor(b, c.at)), f, func(f flow) []flow {
			word, text := b.of(c.words), b.text(x, c, f.st)
			return x.childScript(b, word, text, c, f)
		})
	}
	if c.name() == "runuser" || c.name() == "watch" {
		return prefixCommand(x, c, f)
	}
	if out, ok := x.runsHelper(c, f); ok {
		return out
	}
	return x.fileRedirects(c.at, c.name(), f, func(f flow) []flow {
		if i := operandOf(texts(c.args), "oO"); isA(c.name(), isShell) && i < len(c.args) {
			return x.program(c.rest(i, true), path.Base(c.args[i].text), f) // what runs is that script
		}
		return x.program(c, c.name(), f)
	})
}

// notFor are the redirects of a command without the text that it reads.
func notFor(b body, s *syntax.Stmt) []*syntax.Redirect {
	return slices.DeleteFunc(slices.Clone(s.Redirs), func(r *syntax.Redirect) bool { return b.word != nil && (r.Hdoc == b.word || r.Word == b.word) })
}

// childScript walks the text of a command as a script that a child runs.
func (x *walker) childScript(b body, w *syntax.Word, text value, c *call, f flow) []flow {
	at := c.at
	src := x.embedded(w, x.coded(text, w, f.st))
	funcs, world, isText := x.funcs, x.world, x.isText
	out := x.frameOf(b.shell, "sh -c", at, f, nil, func(f flow) []flow {
		st := f.st.call(ofText, c.arguments(b.args+1))
		st.vars, st.opts, st.funcs = x.inherited(c, f.st, b.world != ""), options{}, nil
		f = f.with(st)
		x.funcs, x.isText = map[string]function{}, true
		if b.world != "" {
			x.world = b.world
			for _, fd := range x.openedFDs() { // what that machine runs inherits nothing
				n := x.node(protocol.Close, at)
				n.FD, n.Mode = fd, protocol.Scoped
				f = x.then(f, n)
			}
		}
		return x.eval(src, f)
	})
	x.funcs, x.world, x.isText = funcs, world, isText // its EXIT trap is the text's own too
	return out
}

// openedFDs lists the descriptors that the script has opened by now.
func (x *walker) openedFDs() []int {
	var fds []int
	for i := range x.p.Nodes {
		if n := &x.p.Nodes[i]; (n.Op == protocol.Open || n.Op == protocol.Dup) && n.FD > 2 && !slices.Contains(fds, n.FD) {
			fds = append(fds, n.FD)
		}
	}
	return fds
}

// texts that a command hands to a shell are looked at as scripts too.
func (in *interest) bodies(c *syntax.CallExpr, stmt *syntax.Stmt, scope string) {
	var words []string
	for _, w := range c.Args {
		words = append(words, in.bare(w))
	}
	for i := range words {
		switch base := path.Base(words[i]); {
		case base == "su", base == "runuser", base == "ssh", base == "parallel", base == "watch", base == "script":
		default:
			if _, ok := source.ParseDialect(base); !ok {
				continue
			}
		}
		b, ok := bodyOf(words[i:], stmt)
		if !ok {
			continue
		}
		word := b.of(c.Args[i:])
		text := in.bodyText(word)
		tree, err := shell.Parse("", []byte(text), b.shell)
		if err != nil {
			return
		}
		lib := survey(tree, []byte(text))
		in.mentions.without(in.raw(word))
		if in.inner = append(in.inner, lib); lib.locks || lib.mayClaim() {
			in.anchor(scope, shell.VarsOf(in.raw(c))...)
		}
		return
	}
}

// mayClaim tells whether a script makes what it also removes.
func (in *interest) mayClaim() bool {
	return slices.ContainsFunc(in.claims, func(c claim) bool { return in.removed[c.word] || in.isRemoved(c.raw) })
}

// bodyText is the text of a word without the quotes around its parts.
func (in *interest) bodyText(w *syntax.Word) string {
	var b strings.Builder
	for _, part := range w.Parts {
		switch part := part.(type) {
		case *syntax.SglQuoted:
			b.WriteString(shell.QuotedText(part, part.Value))
		case *syntax.Lit:
			b.WriteString(shell.Unescape(part.Value))
		default:
			b.WriteString(strings.Trim(in.raw(part), `"`))
		}
	}
	return b.String()
}
