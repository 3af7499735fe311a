package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// break and continue keep nobody away where there is no loop that they could leave, and
// what that is, is a matter of the shell.
func TestJumpsOutOfNoLoop(t *testing.T) {
	const (
		holds, violated, unknown = prove.Holds, prove.Violated, prove.Unknown

		on     = "exec 9>/srv/app/lock\n"
		try    = "flock -n 9 || { echo busy; break; }\n"
		each   = "for part in a b; do\n"
		inside = "take() {\n" + try + "}\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", on + try + "work\n", violated},
		{"dash", on + "flock -n 9 || continue\nwork\n", violated},
		{"zsh", on + try + "work\n", holds},
		{"yash", on + try + "work\n", violated},
		{"yash", "set -e\n" + on + "if flock -n 9; then :; else break; fi\nwork\n", holds},
		{"bash", "set -e\n" + on + "if flock -n 9; then :; else break; fi\nwork\n", violated},
		{"bash", on + "if ! flock -n 9; then break; fi\n" + each + "work\ndone\n", violated},
		{"bash", on + each + try + "work\ndone\n", holds},
		{"bash", on + each + "case $part in a) { if ! flock -n 9; then continue 3; fi; }; esac\nwork\ndone\n", violated}, // b is not asked
		{"bash", on + each + "case $part in *) { if ! flock -n 9; then continue 3; fi; }; esac\nwork\ndone\n", holds},

		{"bash", inside + on + each + "take\nwork\ndone\n", violated},
		{"mksh", inside + "exec 9>/srv/app/lock\n" + each + "take 9<&9\nwork\ndone\n", violated},
		{"zsh", inside + on + each + "take\nwork\ndone\n", holds},
		{"ash", inside + on + each + "take\nwork\ndone\n", holds},
		{"dash", inside + on + each + "take\nwork\ndone\n", violated},
		{"ash", "gone() { echo busy; break; }\n" + on + each + "flock -n 9 || gone\nwork\ndone\n", holds},
		{"bash", "gone() { echo busy; break; }\n" + on + each + "flock -n 9 || gone\nwork\ndone\n", violated},

		{"bash", each + "( flock -n 9 || break; work ) 9>/srv/app/lock\ndone\n", violated},
		{"dash", each + "( flock -n 9 || break; work ) 9>/srv/app/lock\ndone\n", holds},
		{"dash", "( flock -n 9 || break; work ) 9>/srv/app/lock\n", violated},
		{"ksh", each + "( flock -n 9 9<&9 || continue; work ) 9>/srv/app/lock\ndone\n", holds},
		{"dash", "once() { ( flock -n 9 || break; work ) 9>/srv/app/lock; }\n" + each + "once\ndone\n", violated},
		{"bash", each + "{ flock -n 9 || break; work; } 9>/srv/app/lock\ndone\n", holds},

		{"bash", on + each + "eval 'flock -n 9 || break'\nwork\ndone\n", holds},
		{"bash", on + "flock -n 9 || exit\ntrap break INT\nwork\n", unknown},
		{"mksh", on + "flock -n 9 9<&9 || exit\ntrap break INT\nwork\n", holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
