package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Many commands beside an assignment set variables: read, printf -v, getopts, let,
// declare "$name=…". What each of them may set is told here by the text alone, rather
// too much than too little.

// assignsInText finds what looks like an assignment in a text that is run or computed.
var assignsInText = regex.Of(`([A-Za-z_][A-Za-z0-9_]*)(?:\[[^]]*\])?[ \t]*(?:[-+*/%&|^]|<<|>>)?=|([A-Za-z_][A-Za-z0-9_]*)(?:\+\+|--)|(?:\+\+|--)([A-Za-z_][A-Za-z0-9_]*)`)

// namesSet lists the names in a text that it may set.
func namesSet(text string) (names []string) {
	for _, m := range assignsInText().FindAllStringSubmatch(text, -1) {
		for _, name := range m[1:] {
			if name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// setBy lists the variables that a command may set. madeUp tells that it sets one
// whose name is not written down.
func setBy(name string, words []string) (names []string, madeUp bool) {
	switch name {
	case "builtin", "command":
		for len(words) > 0 && strings.HasPrefix(words[0], "-") {
			words = words[1:]
		}
		if len(words) == 0 {
			return nil, false
		}
		return setBy(words[0], words[1:])
	case "eval":
		text := strings.Join(words, " ")
		return namesSet(text), strings.Contains(text, "$") || strings.Contains(text, "`")
	case "let":
		return namesSet(strings.Join(words, " ")), false
	case "printf", "print":
		if len(words) == 0 || !strings.HasPrefix(words[0], "-v") {
			return nil, false
		}
		if words[0] != "-v" {
			words = []string{words[0][2:]}
		} else {
			words = words[1:min(2, len(words))]
		}
	}
	if !isA(name, setsOperands) {
		return nil, false
	}
	if name == "wait" { // wait -p name
		if i := slices.Index(words, "-p"); i < 0 || i+1 >= len(words) {
			return nil, false
		} else {
			words = words[i+1 : i+2]
		}
	}
	names = append(names, commands()[name].sets...)
	for i, w := range words {
		option := strings.HasPrefix(w, "-")
		switch {
		case name == "set" && (i == 0 || words[i-1] != "-A"): // set -A array word…
			continue
		case name == "getopts" && i != 1, option && len(w) <= 2:
			continue
		case option: // mapfile -tARR, read -ra ARR
			w = w[2:]
		}
		w, _, _ = strings.Cut(w, "=")
		w, _, _ = strings.Cut(w, "?") // ksh: read name?prompt
		w, _, _ = strings.Cut(strings.TrimSuffix(w, "+"), "[")
		switch {
		case syntax.ValidName(w):
			names = append(names, w)
		case strings.ContainsAny(w, "$`"):
			madeUp = true
		}
	}
	return names, madeUp
}

// sets notes what a command sets.
func (in *interest) sets(name string, c *syntax.CallExpr, scope string) {
	words := make([]string, 0, len(c.Args)-1)
	for _, w := range c.Args[1:] {
		words = append(words, in.bare(w))
	}
	names, madeUp := setBy(name, words)
	in.madeUp = in.madeUp || madeUp && !(name == "eval" && namesAreWritten(c.Args[1:]))
	text := "$(" + name + ")"
	if name == "unset" || isA(name, declares) {
		text = "" // it puts nothing into what it names
	}
	for _, n := range names {
		in.note(n, assignment{scope: scope, vars: shell.VarsOf(in.raw(c)), text: text})
	}
}

// namesAreWritten tells of the words of eval, which are written down, whether every variable
// that they set is too: what is in single quotes is expanded when the text is run.
func namesAreWritten(words []*syntax.Word) bool {
	if slices.ContainsFunc(words, func(w *syntax.Word) bool { return !shell.IsWritten(w) }) {
		return false
	}
	var text []string
	for _, w := range words {
		text = append(text, shell.PlainText(w))
	}
	tree, err := shell.Parse("", []byte(strings.Join(text, " ")), shell.Widest)
	if err != nil {
		return false
	}
	written := true
	syntax.Walk(tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			if len(n.Args) > 0 {
				_, madeUp := setBy(n.Args[0].Lit(), spelled(n.Args[1:]))
				written = written && n.Args[0].Lit() != "" && !madeUp
			}
		case *syntax.Assign:
			written = written && n.Name != nil
		}
		return written
	})
	return written
}

// spelled are words as far as they are written down; $ stands for what is not.
func spelled(words []*syntax.Word) []string {
	out := make([]string, len(words))
	for i, w := range words {
		if out[i] = "$"; shell.IsWritten(w) {
			out[i] = shell.PlainText(w)
		}
	}
	return out
}

// note adds an assignment to those that are known.
func (in *interest) note(name string, a assignment) {
	in.values, in.ofJobs = nil, nil
	in.assigned[name] = append(in.assigned[name], a)
}
