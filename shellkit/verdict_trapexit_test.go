package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// In zsh a substitution runs the function TRAPEXIT of its shell where it ends, and no EXIT
// trap that was set by trap; subshells, jobs and parts of pipelines run neither.
func TestTrapExitInSubstitutions(t *testing.T) {
	const (
		taken     = "mkdir /run/l || exit 1\nTRAPHUP() { exit 1 }\nTRAPINT() { exit 1 }\nTRAPTERM() { exit 1 }\n"
		byName    = taken + "TRAPEXIT() { rmdir /run/l }\n"
		byBuiltin = taken + "trap 'rmdir /run/l' EXIT\n"
	)
	for _, c := range []struct {
		text string
		want prove.Verdict
		of   prove.Property
	}{
		{byName + "work\n", prove.Holds, ""},
		{byName + "x=$(hostname)\nwork\n", prove.Violated, prove.Exclusion},
		{byName + "if true; then x=`hostname`; fi\nwork\n", prove.Violated, prove.Exclusion},
		{byName + "f() { echo $(hostname) }\nf\nwork\n", prove.Violated, prove.Exclusion},
		{byName + "( true )\nwork\n", prove.Holds, ""},
		{byName + "echo a | cat\nwork\n", prove.Holds, ""},
		{byName + "x=$(</etc/hostname)\nwork\n", prove.Holds, ""},
		{byBuiltin + "x=$(hostname)\nwork\n", prove.Holds, ""},
	} {
		askFor(t, "zsh", c.text, c.want, c.of)
	}
}
