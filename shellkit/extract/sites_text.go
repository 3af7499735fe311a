package extract

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Some texts are run by what no walk follows: a shell that reads them, a program in
// another language, another machine, an alias. A tool for locks in such a text is a
// site all the same.

var (
	// toolWord is a tool for locks as a word of shell.
	toolWord = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile("(?m)(?:^|[\\s;&|(\"'/=])(" + strings.Join(namesOf(meansTool), "|") + ")(?:[\\s;&|)\"']|$)")
	})
	// lockCall is a call that locks a file in another language.
	lockCall = regex.Of(`\b(flock|lockf|LOCK_EX|LOCK_SH|F_SETLK|F_SETLKW|F_OFD_SETLK)\b`)
)

// text is a piece of script that something is given to run.
func (c *sites) text(n syntax.Node, text, to string, at place) {
	find := toolWord()
	if isA(to, isLanguage) {
		find = lockCall()
	}
	m := find.FindStringSubmatch(text)
	if m == nil {
		return
	}
	s := c.site(m[1], n, at)
	s.given = to
	*c.list = append(*c.list, s)
}

// texts looks at what a command is given to run.
func (c *sites) texts(n *syntax.CallExpr, words []string, at place) {
	switch name := path.Base(words[0]); {
	case c.funcs[name]:
	case name == "alias", name == "ssh":
		for i, w := range words[1:] {
			c.text(n.Args[i+1], w, name, at)
		}
		if name == "ssh" {
			c.optionsInValue(n, words, at)
		}
	case isA(name, isLanguage):
		for i, w := range words[1:] {
			c.text(n.Args[i+1], w, name, at)
		}
	}
}

// optionsInValue looks at ssh $OPTIONS HOST COMMAND: the words of a value that is not
// written down may be options, and then another word is the host than it seems.
func (c *sites) optionsInValue(n *syntax.CallExpr, words []string, at place) {
	i := operandOf(words, takenBySSH)
	if i >= len(words) {
		return
	}
	if _, quoted := n.Args[i].Parts[0].(*syntax.DblQuoted); quoted || shell.ParamOf(n.Args[i]) == "" || len(c.values[shell.ParamOf(n.Args[i])]) > 0 {
		return
	}
	command := i + operandOf(words[i:], takenBySSH) + 1
	if command >= len(words) {
		return
	}
	if base := path.Base(words[command]); isA(base, takesLocks) || takes(words[command:]) || isA(base, runsWords) && takes(words[command+1:]) {
		s := c.site(base, n, at)
		s.given = "ssh"
		*c.list = append(*c.list, s)
	}
}

// document looks at a here-document.
func (c *sites) document(s *syntax.Stmt, r *syntax.Redirect, at place) {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return
	}
	switch words := c.words(call); {
	case c.isShell(s):
		c.text(r.Hdoc, wordText(r.Hdoc.Parts, c.src), "a shell", at)
	case path.Base(words[0]) == "ssh":
		c.text(r.Hdoc, wordText(r.Hdoc.Parts, c.src), "ssh", at)
	case isA(path.Base(words[0]), isLanguage):
		c.text(r.Hdoc, wordText(r.Hdoc.Parts, c.src), path.Base(words[0]), at)
	default:
		if to := c.runsInput(s); to != "" {
			c.text(r.Hdoc, wordText(r.Hdoc.Parts, c.src), to, at)
		}
	}
}

// isShell tells whether a statement is a shell that reads its script from its input.
func (c *sites) isShell(s *syntax.Stmt) bool {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	words := c.words(call)
	for len(words) > 1 && isA(words[0], runsWords) {
		words = slices.DeleteFunc(words[1:], func(w string) bool { return w != "-" && w != "-s" && len(w) > 1 && w[0] == '-' })
		if len(words) == 0 {
			return false
		}
	}
	return isA(path.Base(words[0]), runsText) && words[0] != "flock" && !slices.ContainsFunc(words[1:], func(w string) bool { return w != "-" && w != "-s" && (w == "-c" || w[:min(1, len(w))] != "-") })
}
