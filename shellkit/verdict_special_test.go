package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A function that is called like a special builtin takes its place, is never called, or
// ends the script, as the shell has it: then nothing is known of what is written in it.
func TestVerdictsOfFunctionsLikeBuiltins(t *testing.T) {
	const text = "{ flock -n 9 || exit 1\nset x\nwork\n} 9>>/srv/app/lock\n"
	for shell, want := range map[string]prove.Verdict{
		"bash": prove.Violated, "zsh": prove.Violated, "yash": prove.Unknown, "mksh": prove.Unknown, "dash": prove.Unknown,
	} {
		t.Run(shell, func(t *testing.T) { ask(t, shell, "set() { flock -u 9; }\n"+text, want) })
		t.Run(shell+", not a special one", func(t *testing.T) {
			ask(t, shell, "cd() { flock -u 9; }\n{ flock -n 9 || exit 1\ncd x\nwork\n} 9>>/srv/app/lock\n", prove.Violated)
		})
	}
}
