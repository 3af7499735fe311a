package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// ksh93 and mksh close at exec what exec has opened: for a program in the shell's place
// that is so whatever it is, also a shell whose text is followed. 9<&9 at the program
// hands the descriptor to it, in both; at a group, a subshell or a function in ksh93 alone.
func TestBecomesWithoutDescriptors(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	const take = open + "flock -n 9 9<&9 || exit 75\n"
	again := func(s string) string { return "if [ \"$1\" = again ]; then ./work; exit; fi\n" + s }
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
		only        prove.Property
	}{
		{"mksh", take + "exec sh -c './work; ./more'\n", prove.Violated, prove.Exclusion},
		{"ksh", take + "exec env sh -c './work; ./more'\n", prove.Violated, prove.Exclusion},
		{"mksh", again(take + "exec \"$0\" again\n"), prove.Violated, prove.Exclusion},
		{"ksh", again(take + "exec \"$0\" again\n"), prove.Violated, prove.Exclusion},
		{"mksh", take + "exec flock /srv/app/other ./work\n", prove.Violated, prove.Exclusion},
		{"bash", again("exec 9>/srv/app/lock\nflock -n 9 || exit 75\nexec \"$0\" again\n"), prove.Holds, ""},
		{"mksh", take + "sh -c './work; ./more'\n", prove.Holds, ""},
		{"mksh", again(take + "\"$0\" again\n"), prove.Holds, ""},
		{"mksh", take + "exec sh -c './work; ./more' 9<&9\n", prove.Holds, ""},
		{"ksh", take + "exec sh -c './work; ./more' 9<&9\n", prove.Holds, ""},
		{"mksh", take + "exec ./work 9<&9\n", prove.Holds, ""},
		{"mksh", again(take + "exec \"$0\" again 9<&9\n"), prove.Holds, ""},
		{"mksh", open + "{ flock -n 9 || exit 75; } 9<&9\n./work\n", prove.Violated, prove.Entry},
		{"ksh", open + "{ flock -n 9 || exit 75; } 9<&9\n./work\n: done\n", prove.Holds, ""},
		{"mksh", open + "f() { flock -n 9; }\nf 9<&9 || exit 75\n./work\n", prove.Violated, prove.Entry},
		{"mksh", open + "eval 'flock -n 9' 9<&9 || exit 75\n./work\n", prove.Violated, prove.Entry},
		{"mksh", open + "command flock -n 9 9<&9 || exit 75\n./work\n", prove.Holds, ""},
		{"mksh", open + "sh -c 'flock -n 9' 9<&9 || exit 75\n./work\n", prove.Holds, ""},
		{"mksh", open + "sh -c 'flock -n 9' || exit 75\n./work\n", prove.Violated, prove.Entry},
	} {
		t.Run(c.shell+": "+c.text, func(t *testing.T) {
			if c.only == "" {
				ask(t, c.shell, c.text, c.want)
				return
			}
			askFor(t, c.shell, c.text, c.want, c.only)
		})
	}
}
