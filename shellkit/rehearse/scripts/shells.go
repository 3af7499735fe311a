package scripts

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/source"
)

// everyShell are those that scripts are made for.
var everyShell = []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Mksh, source.Ksh, source.Yash, source.Ash}

// trait is something that only some shells have. Each was asked of the shells.
type trait []source.Dialect

func (t trait) has(d source.Dialect) bool { return slices.Contains(t, d) }

var (
	// exec {fd}>f gives a free descriptor that programs inherit.
	braceDescriptor = trait{source.Bash, source.Zsh}
	// 200>f is a redirect.
	manyDigits = trait{source.Bash, source.Yash, source.Ash}
	// exec 9>f is closed for programs.
	closesForPrograms = trait{source.Mksh, source.Ksh}
	// What exec closes or opens anew for the first time in sh -c TEXT stays open, out of reach.
	keepsFirst = trait{source.Mksh}
	// (( )) is arithmetic.
	arithmetic = trait{source.Bash, source.Zsh, source.Mksh, source.Ksh}
	// The status of each part of a pipeline is known.
	pipeStatus = trait{source.Bash, source.Zsh, source.Mksh}
	// local is there, and local x=$(false) succeeds.
	hasLocal = trait{source.Bash, source.Dash, source.Zsh, source.Mksh, source.Yash, source.Ash}
	// There is a trap on ERR.
	hasErr = trait{source.Bash, source.Zsh, source.Mksh, source.Ksh}
	// A failing exec 9>f ends the shell.
	failingExecEnds = trait{source.Dash, source.Ash, source.Mksh, source.Ksh}
	// prog 9>&- & leaves nobody with the descriptor.
	freesBackground = trait{source.Bash, source.Dash, source.Zsh, source.Mksh, source.Ksh, source.Ash}
	// { prog; } 9>&- & leaves nobody with the descriptor; f 9>&- & does so in fewer.
	freesGroup    = trait{source.Bash, source.Dash, source.Zsh, source.Ksh, source.Ash}
	freesFunction = trait{source.Bash, source.Zsh, source.Ksh}
	// Nobody waits for the first parts of a pipeline at the end of a subshell.
	leavesParts = trait{source.Ksh, source.Yash}
	// A command may have another one in the place of a file: <(COMMAND), >(COMMAND).
	hasAsides = trait{source.Bash, source.Zsh, source.Ksh}
	// The last program of a subshell takes its place, with what its redirects close.
	lastInPlace = trait{source.Dash, source.Zsh, source.Ksh, source.Ash}
)

func (t trait) without(d source.Dialect) trait {
	return slices.DeleteFunc(slices.Clone(t), func(x source.Dialect) bool { return x == d })
}
