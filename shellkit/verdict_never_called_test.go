package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A function that takes a lock and that nothing calls is dead code where the script is a
// program; where something may call it after all, or the script is a library, it is not.
func TestFunctionsThatNothingCalls(t *testing.T) {
	const unused = "unused() {\n  mkdir /run/lock/old.d || return 1\n  trap \"rmdir /run/lock/old.d\" EXIT\n}\n"
	const lock = "exec 9>/run/lock/new\nflock -n 9 || exit 1\n/opt/x\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"nothing calls it", unused + lock, prove.Holds},
		{"what calls it is called by nothing", unused + "helper() { unused && other; }\nother() { helper; }\n" + lock, prove.Holds},
		{"beside a function that is called", unused + "main() { " + lock + "}\nmain \"$@\"\n", prove.Holds},
		{"it speaks of itself", "unused() { echo \"unused: busy\" >&2; mkdir /run/lock/old.d || return 1; rmdir /run/lock/old.d; }\n" + lock, prove.Holds},
		{"a trap of a signal that is not followed", unused + "trap unused USR1\n" + lock, prove.Unknown},
		{"the same in a text", unused + "trap 'unused; exit' USR2\n" + lock, prove.Unknown},
		{"a text that is kept", unused + "PROMPT_COMMAND=unused\n" + lock, prove.Unknown},
		{"a shell that is handed its name", unused + "export -f unused\n" + lock + "bash -c unused\n", prove.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", "#!/bin/bash\n"+c.text, c.want) })
	}
	t.Run("a library alone", func(t *testing.T) { ask(t, "bash", unused, prove.Holds) })
}
