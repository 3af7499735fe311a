package reworded

import (
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// signalsByNumber writes the signals of traps by their numbers. It may not be applied to words
// that are expanded.
func (d *draft) signalsByNumber() bool {
	numbers := map[string]string{"EXIT": "0", "HUP": "1", "INT": "2", "QUIT": "3", "TERM": "15"}
	var list []edit
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		c, is := n.(*syntax.CallExpr)
		if is && len(c.Args) > 2 && c.Args[0].Lit() == "trap" {
			for _, w := range c.Args[2:] {
				if number := numbers[w.Lit()]; number != "" {
					list = append(list, edit{from(w), upTo(w), number})
				}
			}
		}
		return true
	})
	return d.edits(list...)
}

// namesOfOthers are variables that mean something to the shell or to programs.
var namesOfOthers = shell.SetOf(`PATH IFS HOME PWD OLDPWD TMPDIR LANG PS4 OPTIND OPTARG REPLY PPID UID EUID USER LOGNAME SHELL RANDOM
	SECONDS TERM HOSTNAME HOST GROUPS EPOCHSECONDS BASHPID TMOUT CDPATH ENV CI DEBUG VERBOSE LC_ALL path fpath status argv pipestatus
	signals options functions commands words match reply`)

var assigned = regex.Of(`(?m)(?:^|[\s;&|({])([A-Za-z_]\w*)=`)

// otherNames gives a variable of the script another name, of the same case: what is written
// in capitals may come from outside. It may not be applied to what the shell and programs
// know, and where the name stands in the text for anything but that variable.
func (d *draft) otherNames() bool {
	var names []string
	for _, m := range assigned().FindAllStringSubmatch(d.text, -1) {
		if name := m[1]; !namesOfOthers[name] && !slices.Contains(names, name) && !strings.HasPrefix(name, "LOCKKIT") && !strings.HasPrefix(name, "LC_") {
			names = append(names, name)
		}
	}
	name, ok := pick(d, names)
	if !ok || d.has(regexp.MustCompile(`\b(dd|printf -v|let|declare -n|typeset -n|nameref|eval|mapfile|readarray|source|ssh|env|sudo|export)\b|\(\(|\$\{!|\$\[|(^|[\s;&|({])\. `)) {
		return false
	}
	to := d.free("thing", "item", "value_of")
	if strings.ToLower(name) != name {
		to = d.free("THING", "ITEM", "VALUE_OF")
	}
	return d.renameWord(name, to, isVariable)
}

var (
	expandsNext = regex.Of(`\$(\{#?)?$`)
	namesNext   = regex.Of(`(^|[\s;&|({'"])(for|read|read -r|unset) $`)
	beginsWord  = regex.Of(`(^|[\s;&|({'"])((local|readonly) )?$`)
	isAssigned  = regex.Of(`^\+?=`)
)

// isVariable tells whether a name between two texts is that of a variable.
func isVariable(before, after string) bool {
	before = before[max(0, len(before)-20):]
	return expandsNext().MatchString(before) || namesNext().MatchString(before) || beginsWord().MatchString(before) && isAssigned().MatchString(after)
}

var bareWord = regex.Of(`^[A-Za-z/.][\w./-]*$`)

// quotedWords puts words in quotes that need none. It may not be applied to words that mean
// something to the shell by being bare: keywords, assignments, patterns, names of functions
// that are being defined, arguments of builtins that declare.
func (d *draft) quotedWords() bool {
	if d.has(readsOtherwise()) {
		return false
	}
	var list []edit
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.TestClause, *syntax.CaseItem, *syntax.DeclClause:
			return false
		case *syntax.Redirect:
			if w := n.Word; w != nil && n.Hdoc == nil && n.Op != syntax.DplOut && n.Op != syntax.DplIn && bareWord().MatchString(w.Lit()) && d.draw(3) == 0 {
				list = append(list, edit{from(w), upTo(w), `"` + w.Lit() + `"`})
			}
		case *syntax.CallExpr:
			if len(n.Args) == 0 || n.Args[0].Lit() == "" || !bareWord().MatchString(n.Args[0].Lit()) && n.Args[0].Lit() != "[" {
				return true
			}
			for _, w := range n.Args[1:] {
				if bareWord().MatchString(w.Lit()) && d.draw(3) == 0 {
					list = append(list, edit{from(w), upTo(w), `"` + w.Lit() + `"`})
				}
			}
		}
		return true
	})
	return d.edits(list...)
}

// testForBracket writes [ as test. It may not be applied where the script has functions of
// that name.
func (d *draft) testForBracket() bool {
	if d.has(regexp.MustCompile(`\btest\b`)) {
		return false
	}
	var list []edit
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		c, is := n.(*syntax.CallExpr)
		if is && len(c.Args) > 2 && c.Args[0].Lit() == "[" && c.Args[len(c.Args)-1].Lit() == "]" {
			last := c.Args[len(c.Args)-1]
			list = append(list, edit{from(c.Args[0]), upTo(c.Args[0]), "test"}, edit{from(last), upTo(last), ""})
		}
		return true
	})
	return d.edits(list...)
}
