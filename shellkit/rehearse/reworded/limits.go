package reworded

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What may stand in a text that a rewrite does not follow. Each pattern would rather find
// too much.
var (
	// How what follows is read hangs on what has run.
	readsOtherwise = regex.Of(`\b(alias|unalias|shopt|setopt|unsetopt|emulate|enable|posix)\b`)
	// It is told in which line or function it runs.
	knowsItsPlace = regex.Of(`\b(DEBUG|RETURN|ERR|ZERR|LINENO|FUNCNAME|BASH_SOURCE|BASH_ARGV|caller|funcstack|funcfiletrace|errtrace|functrace|TRAP[A-Z]+)\b|set -\w*[ET]`)
	lastStatus    = regex.Of(`\$\?|\$\{\?|PIPESTATUS|pipestatus|\$_\b|\$status\b`)
	arguments     = regex.Of(`\$[@*#1-9]|\$\{[@*#1-9!]|\bargv\b|\bshift\b|\bgetopts\b|\bset -- |\bfor \w+(;| do|\n)`)
	setsArguments = regex.Of(`\bshift\b|\bset (-- |[^-+\s;])|\bset x\b|\bgetopts\b`)
	scriptName    = regex.Of(`\$0|\$\{0`)
	traps         = regex.Of(`\btrap\b`)
	scopes        = regex.Of(`\b(local|declare|typeset|nameref|integer|float)\b`)
	hereDocument  = regex.Of(`<<[^<]`)
	background    = regex.Of(`(^|[^&>|<])&($|[^&>\d-])|\bcoproc\b|\|&`)
	jumps         = regex.Of(`\b(break|continue|return)\b`)
	otherTexts    = regex.Of(`\b(eval|source|sh|bash|dash|zsh|ksh|ksh93|mksh|yash|ash|su|ssh|env|sudo|xargs|find|parallel|watch|script|ex|ed|perl|python3?)\b|(^|[\s;&|({])\. |<\(|-c '`)
)

// isLibrary tells whether somebody else calls what is defined here: nothing runs in it, or a
// function is called by nobody.
func (d *draft) isLibrary() bool {
	runs := false
	for _, s := range d.tree.Stmts {
		if f, is := s.Cmd.(*syntax.FuncDecl); is {
			if f.Name == nil || d.named(f.Name.Value) < 2 {
				return true
			}
			continue
		}
		runs = runs || !onlyAssigns(s)
	}
	return !runs
}

func onlyAssigns(s *syntax.Stmt) bool {
	c, is := s.Cmd.(*syntax.CallExpr)
	return is && len(c.Args) == 0 && len(s.Redirs) == 0
}

// named counts how often a word stands in the text.
func (d *draft) named(word string) int {
	return len(regexp.MustCompile(`(^|[^\w.-])`+regexp.QuoteMeta(word)+`($|[^\w.-])`).FindAllStringIndex(d.text, -1))
}

// placed tells whether the text hangs on where in the script it stands.
func (d *draft) placed() bool { return d.has(readsOtherwise(), knowsItsPlace()) }

// inPlace tells whether the last program of the script takes the place of its shell, so that
// what stands behind it matters.
func (d *draft) inPlace() bool { return d.shell == source.Ksh }

// topJumps tells whether something at the top level jumps out of a loop or function that is
// not there.
func (d *draft) topJumps() bool { return d.has(jumps()) && d.jumpsOutside() }

// topReturns tells whether a return stands outside of functions, as in what is sourced.
func (d *draft) topReturns() bool {
	return regexp.MustCompile(`\breturn\b`).MatchString(d.text) && d.jumpsOutside()
}

// jumpsOutside looks for a jump with no loop and no function around it.
func (d *draft) jumpsOutside() bool {
	found := false
	for _, s := range d.tree.Stmts {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.FuncDecl, *syntax.WhileClause, *syntax.ForClause:
				return false
			case *syntax.CallExpr:
				found = found || jumps().MatchString(d.piece(n)) && len(n.Args) > 0 && jumps().MatchString(d.piece(n.Args[0]))
			}
			return true
		})
	}
	return found
}

// callOf returns the call and the name of a program or function that a statement runs by
// its written name, where it means the same anywhere in the script.
func callOf(s *syntax.Stmt) (*syntax.CallExpr, string) {
	c, is := s.Cmd.(*syntax.CallExpr)
	if !is || len(c.Args) == 0 || len(c.Assigns) > 0 || s.Background || s.Coprocess || s.Disown {
		return nil, ""
	}
	name := c.Args[0].Lit()
	if name == "" || ofTheShell[name] || strings.ContainsAny(name, `\{}[]*?~$=`) && name != "[" {
		return nil, ""
	}
	return c, name
}

// ofTheShell are commands that do something to the shell which a function around them, or a
// quote in them, would change.
var ofTheShell = shell.SetOf(`exec command builtin eval . source set shift unset trap return exit break continue local
	declare typeset readonly export integer float nameref getopts read mapfile readarray wait jobs fg bg disown cd pushd popd
	alias unalias hash umask ulimit times let test [ [[ enable shopt setopt unsetopt emulate zmodload autoload coproc noglob
	nocorrect time whence print printf vared sysopen exit suspend logout bind complete`)
