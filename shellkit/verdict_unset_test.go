package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// An expansion that finds nothing may end the shell: where no EXIT trap gives the lock up,
// it stays. Each script that is wrong stands beside one that is right and one detail apart.
func TestExpansionsThatEnd(t *testing.T) {
	const folder = "mkdir /srv/app/l || exit 1\n"
	const signals, exit = "trap 'rmdir /srv/app/l; exit 1' HUP INT TERM\n", "trap 'rmdir /srv/app/l' EXIT\n"
	const free = "trap - EXIT\nrmdir /srv/app/l\n"
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
	}{
		{"an argument is asked for", "sh", folder + signals + "to=${1:?usage}\n./work \"$to\"\n" + free, prove.Violated},
		{"before the lock", "sh", "to=${1:?usage}\n" + folder + signals + "./work \"$to\" \"${1:?}\"\n" + free, prove.Holds},
		{"with an EXIT trap", "sh", folder + exit + "trap 'exit 1' HUP INT TERM\nto=${1:?usage}\n./work \"$to\"\n" + free, prove.Holds},
		{"in a condition", "bash", folder + signals + "if [[ -d ${DEST:?not set} ]]; then ./work; fi\n" + free, prove.Violated},
		{"in a loop without a lock", "dash", folder + signals + "for f in a b; do ./work \"${DEST:?}/$f\"; done\n" + free, prove.Violated},
		{"a value that is there", "dash", "dest=/srv/dest\n" + folder + signals + "./work \"${dest:?}\"\n" + free, prove.Holds},
		{"asked for something else", "dash", folder + signals + "./work \"${DEST:-/srv}\" \"${1-x}\"\n" + free, prove.Holds},
		{"an unset argument", "sh", "set -u\n" + folder + signals + "./work \"$1\" \"$2\"\n" + free, prove.Violated},
		{"an unset argument, and it does not matter", "sh", folder + signals + "./work \"$1\" \"$2\"\n" + free, prove.Holds},
		{"an unset argument of a function", "bash", "set -u\nf() { ./work \"$1\"; rmdir /srv/app/l; }\n" + folder + signals + "f\n", prove.Violated},
		{"an argument of a function", "bash", "set -u\nf() { ./work \"$1\"; rmdir /srv/app/l; }\n" + folder + signals + "f x\n", prove.Holds},
		{"the arguments are counted", "sh", "set -u\n[ $# -eq 2 ] || exit 64\n" + folder + signals + "./work \"$1\" \"$2\"\n" + free, prove.Holds},
		{"the environment", "sh", "set -u\n" + folder + signals + "./work \"$DEST\"\n" + free, prove.Violated},
		{"what every environment has", "sh", "set -u\n" + folder + signals + "./work \"$HOME\"\n" + free, prove.Holds},
		{"all arguments", "sh", "set -u\n" + folder + signals + "./work \"$@\" \"$$\" \"$?\"\n" + free, prove.Holds},
		{"in a subshell", "sh", "set -u\n" + folder + signals + "( ./work \"$1\" )\n" + free, prove.Holds},
		{"in a function of zsh no EXIT trap runs", "zsh", "f() { ./work \"${1:?usage}\"; }\n" + folder + exit + "trap 'exit 1' HUP INT TERM\nf \"$1\"\n", prove.Violated},
		{"in a function of bash it does", "bash", "f() { ./work \"${1:?usage}\"; }\n" + folder + exit + "trap 'exit 1' HUP INT TERM\nf \"$1\"\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
