package machine

import (
	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Facts for which the table of dialects has no column yet. Each is read off columns that
// the same shells have; where that would not do, what differs is not known.

// hasIndirection: ${!x} is the variable whose name stands in x (bash).
func hasIndirection(d *shell.Dialect) bool { return d.ReturnTrap }

// countsFields: ${#@} is a number, ${@-x} is x where there are none, and what is done to a
// list is done to each of it (bash, ksh93, mksh, zsh).
func countsFields(d *shell.Dialect) bool { return d.Braces }

// countsBack: ${a[-1]} is the last element (bash, ksh93, zsh).
func countsBack(d *shell.Dialect) bool { return d.BraceFD }

// holdsExpressions: a variable may hold what is calculated, and 16#ff is a number (bash,
// ksh93, mksh, zsh, ash).
func holdsExpressions(d *shell.Dialect) bool { return d.Braces || d.Brackets == shell.BracketsTest }

// readsOctal: 010 is 8 (bash, dash, ash, yash).
func readsOctal(d *shell.Dialect) bool { return !d.Braces || hasIndirection(d) }

// calculatesAll: what stands behind && and in ?: assigns also where it is not come to (ash).
func calculatesAll(d *shell.Dialect) bool { return d.Brackets == shell.BracketsTest }

// takesTexts: a variable that stands alone is what it holds, which must be a number without
// blanks elsewhere (yash).
func takesTexts(d *shell.Dialect) bool { return d.PlainNames }

// failsInside: a name that a variable holds must be set (ksh93).
func failsInside(d *shell.Dialect) bool { return d.Subshells == shell.SubshellsInside }

// unsetReturns: ${x?} leaves the function that it stands in, and no more (mksh).
func unsetReturns(d *shell.Dialect) bool { return d.TrapStatusStays }

// bindsAsInC: << and & bind as in C (all but zsh).
func bindsAsInC(d *shell.Dialect) bool { return d.SplitsWords }

// isWide: numbers have 64 bits (all but mksh).
func isWide(d *shell.Dialect) bool { return d.BraceFD || !d.Braces }

// anchors: ${x/#a/b} replaces at the beginning alone (bash, ksh93, mksh, zsh).
func anchors(d *shell.Dialect) bool { return d.Braces }

// isAnyShell: the text is meant for a shell that has what stands in it (/bin/sh).
func isAnyShell(d *shell.Dialect) bool {
	return d.Locals == shell.LocalOuter && d.Brackets == shell.BracketsOpen
}

// hasParentheses: (( )) is a command (bash, ksh93, mksh, zsh).
func hasParentheses(d *shell.Dialect) bool { return d.Braces || isAnyShell(d) }

// hasOperator tells of an operator of arithmetic that not all shells have.
func hasOperator(d *shell.Dialect, op string) bool {
	switch op {
	case "**", "**=":
		return !d.FewExpansions || isAnyShell(d) // dash, mksh, yash
	case ",":
		return d.Braces || !d.FewExpansions || isAnyShell(d) // dash, yash
	case "++_", "_++", "--_", "_--":
		return d.Locals != shell.LocalOuter || isAnyShell(d) // dash
	}
	return true
}

// hasExpansion tells of an expansion that not all shells have.
func hasExpansion(d *shell.Dialect, op program.ParamOp) bool {
	isDash := d.Locals == shell.LocalOuter && !isAnyShell(d)
	switch op {
	case program.Slice:
		return !isDash && !d.PlainNames // dash, yash
	case program.Replace:
		return !isDash
	}
	return true
}
