package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A text is a script for whoever runs it: a shell behind other words, somebody else's
// shell, a service that runs it later. It is looked for as it is written down in the
// script: in a here-document, in what is printed into a pipe, in a file that is made.

// runsInput returns what a statement is called that runs its input as a script, or "".
func (c *sites) runsInput(s *syntax.Stmt) string {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return ""
	}
	var words []string
	for _, w := range c.words(call) {
		words = append(words, strings.Fields(w)...)
	}
	if len(words) == 0 || isA(path.Base(words[0]), tellsWords) || c.funcs[words[0]] {
		return ""
	}
	for i, w := range words {
		base, rest := path.Base(w), words[i+1:]
		switch {
		case isA(base, runsText) && base != "flock" && base != "su" && base != "runuser":
			if fromStandardInput(rest) {
				return "a shell"
			}
		case i > 0 && !isA(path.Base(words[0]), runsWords): // an operand
		case base == "crontab":
			if len(rest) == 0 || slices.Contains(rest, "-") {
				return base
			}
		case base == "make", base == "gmake":
			if slices.Contains(rest, "-f") && slices.Contains(rest, "-") || slices.Contains(rest, "-f-") || slices.Contains(rest, "--file=-") {
				return base
			}
		case base == "ssh", base == "rsh", base == "mosh":
			if operand := operandOf(words[i:], takenBySSH); operand+1 >= len(words[i:]) {
				return base
			}
		case isA(base, runsInput):
			if !slices.ContainsFunc(rest, func(w string) bool {
				return w == "-f" || w == "-l" || w == "-c" || w == "--command" || w == "-r" || w == "-d"
			}) {
				return base
			}
		case isA(base, isLanguage):
			if len(rest) == 0 || rest[0] == "-" {
				return base
			}
		}
	}
	return ""
}

// fromStandardInput tells whether a shell with these words reads its script from its input.
func fromStandardInput(rest []string) bool {
	for i := 0; i < len(rest); i++ {
		switch a := rest[i]; {
		case a == "-o" || a == "+o" || a == "-O" || a == "+O":
			i++
		case a == "-s" || a == "/dev/stdin":
			return true
		case a == "-" || strings.HasPrefix(a, "--"):
		case a[0] == '-' && strings.Contains(a, "s") && !strings.Contains(a, "c"):
			return true
		case a[0] != '-' && a[0] != '+' || strings.Contains(a, "c"):
			return false
		}
	}
	return true
}

// said is all that is written down in a part of a pipeline to be passed on: what it
// prints, and here-documents.
func (c *sites) said(n syntax.Node) string {
	var out strings.Builder
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			if words := c.words(n); len(words) > 0 && (words[0] == "echo" || words[0] == "printf" || words[0] == "print") {
				out.WriteString(strings.Join(words[1:], " ") + "\n")
			}
		case *syntax.Redirect:
			if n.Hdoc != nil {
				out.WriteString(wordText(n.Hdoc.Parts, c.src) + "\n")
			} else if n.Op == syntax.WordHdoc {
				out.WriteString(wordText(n.Word.Parts, c.src) + "\n")
			}
		}
		return true
	})
	return out.String()
}

// keptScripts returns the sites in texts that are put into a file which is run then.
func (c *sites) keptScripts(file *syntax.File) []site {
	var list []site
	made, ran := map[string][]site{}, map[string]bool{}
	sub := *c
	sub.list = &list
	syntax.Walk(file, func(n syntax.Node) bool {
		s, ok := n.(*syntax.Stmt)
		if !ok {
			return true
		}
		for _, name := range c.writtenBy(s) {
			list = nil
			sub.text(s, c.said(s), "a shell", c.src.place(s))
			made[name] = append(made[name], list...)
		}
		if call, ok := s.Cmd.(*syntax.CallExpr); ok {
			c.filesRun(c.words(call), ran)
		}
		return true
	})
	var out []site
	for _, name := range sortedKeys(made) {
		if ran[name] {
			out = append(out, made[name]...)
		}
	}
	return out
}

// writtenBy lists the files that a statement writes to.
func (c *sites) writtenBy(s *syntax.Stmt) (names []string) {
	for _, r := range s.Redirs {
		switch r.Op {
		case syntax.RdrOut, syntax.RdrClob, syntax.AppOut, syntax.RdrAll:
			if r.N == nil || r.N.Value == "1" {
				names = append(names, nameOf(wordText(r.Word.Parts, c.src)))
			}
		}
	}
	if call, ok := s.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 1 {
		if words := c.words(call); path.Base(words[0]) == "tee" {
			for _, w := range words[1:] {
				names = append(names, nameOf(w))
			}
		}
	}
	return names
}

// filesRun notes the files that a command runs, or has run, as scripts.
func (c *sites) filesRun(words []string, ran map[string]bool) {
	if len(words) == 0 || c.funcs[words[0]] {
		return
	}
	ran[nameOf(words[0])] = true
	first := path.Base(words[0])
	for i, w := range words {
		base := path.Base(w)
		runs := isA(base, runsText) && base != "flock" || i == 0 && (isA(base, runsInput) || isA(base, runsWords) || base == "." || base == "source")
		if !runs || i > 0 && !isA(first, runsWords) {
			continue
		}
		for _, operand := range words[i+1:] {
			ran[nameOf(operand)] = true
		}
	}
}
