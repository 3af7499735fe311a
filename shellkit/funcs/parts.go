package funcs

import (
	"embed"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

//go:embed bash/*.bash sh/*.sh zsh/*.zsh
var files embed.FS

// A dialect is a set of files that together define the functions for one shell.
type dialect struct {
	// checked is the dialect as which shellcheck reads it, which knows no zsh.
	checked string
	lang    syntax.LangVariant
	// guarded are the builtins to keep functions of the user away from.
	guarded []string
	// digits says that with_lock may need a descriptor of one digit.
	digits bool
	// parts are read in this order; lesser ones only belong to code that has
	// to stand alone, and the loadable ones only where lockkit is installed and
	// the names are its own.
	parts, lesser, loadable []string
}

var dialects = map[string]dialect{
	"bash": {
		checked: "bash",
		lang:    syntax.LangBash,
		guarded: slices.Concat(guarded, []string{"command", "declare", "enable", "export", "lock_fd", "shopt", "unlock"}),
		parts: []string{
			"bash/lock.bash", "bash/command.bash", "bash/take.bash", "bash/engine.bash",
			"bash/words.bash", "bash/run.bash", "bash/who.bash", "bash/say.bash",
		},
		lesser:   []string{"sh/perl.sh", "bash/lesser.bash"},
		loadable: []string{"bash/builtin.bash"},
	},
	"sh": {
		checked: "sh",
		lang:    syntax.LangPOSIX,
		digits:  true,
		parts: []string{
			"sh/lock.sh", "sh/command.sh", "sh/open.sh", "sh/opened.sh", "sh/wait.sh",
			"sh/engine.sh", "sh/words.sh", "sh/run.sh", "sh/who.sh", "sh/say.sh",
		},
		lesser: []string{"sh/perl.sh", "sh/lesser.sh"},
	},
	"zsh": {
		checked: "bash",
		lang:    syntax.LangZsh,
		guarded: slices.Concat(guarded, []string{"command", "emulate", "eval", "exit", "trap", "typeset"}), digits: true,
		parts: []string{
			"zsh/lock.zsh", "zsh/open.zsh", "sh/command.sh", "sh/opened.sh", "sh/wait.sh",
			"sh/engine.sh", "sh/words.sh", "sh/run.sh", "sh/who.sh", "sh/say.sh",
		},
		lesser: []string{"sh/perl.sh", "sh/lesser.sh"},
	},
}

// Shells lists the shells that Init knows.
var Shells = []string{"bash", "zsh", "sh"}

// Public are the functions that users call; all other names begin with __lockkit_.
var Public = []string{"with_lock", "lock_fd", "unlock"}

// source is the text of all parts, each without its first line, which speaks to
// shellcheck only, and what those lines tell shellcheck to leave alone.
func (d dialect) source(standalone bool) (text string, disabled []string) {
	names := d.parts
	if standalone {
		names = append(names[:len(names):len(names)], d.lesser...)
	}
	var b strings.Builder
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err) // the list above is wrong: every test sees that
		}
		first, rest, _ := strings.Cut(string(text), "\n")
		if _, codes, ok := strings.Cut(first, " disable="); ok {
			disabled = append(disabled, strings.Split(codes, ",")...)
		}
		b.WriteString(strings.TrimPrefix(rest, "#\n"))
		b.WriteString("\n")
	}
	slices.Sort(disabled)
	return strings.TrimRight(b.String(), "\n") + "\n", slices.Compact(disabled)
}
