package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A job that asks for the lock of a descriptor of its shell, and is waited for at once.
func TestLockedByAJobThatIsWaitedFor(t *testing.T) {
	const held = "exec 9>/run/x\n"
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
		of          prove.Property
	}{
		{"bash", held + "flock 9 & wait $! || exit\nwork\n", prove.Holds, ""},
		{"bash", held + "flock -n 9 &\nwait $!\n[ $? -eq 0 ] || exit\nwork\n", prove.Holds, ""},
		{"bash", held + "flock 9 &\npid=$!\nwait \"$pid\" || exit\nwork\n", prove.Holds, ""},
		{"dash", "trap 'exit 1' TERM\n" + held + "flock 9 &\nif ! wait $!; then exit 1; fi\nwork\n", prove.Holds, ""},
		{"zsh", held + "flock -n 9 &\nif wait $!; then work; fi\n", prove.Holds, ""},
		{"bash", held + "flock -n 9 &\nwait $! || echo busy\nwork\n", prove.Violated, prove.Exclusion},
		{"bash", held + "flock -n 9 &\nwait $! && exit\nwork\n", prove.Violated, prove.Exclusion},
		{"bash", held + "flock -n 9 &\nwait $!\nwork\n", prove.Violated, prove.Exclusion},
		{"mksh", held + "flock -n 9 &\nwait $! || exit\nwork\n", prove.Violated, prove.Entry},
		{"bash", held + "flock -n 9 &\nprepare\nwait $! || exit\nwork\n", prove.Unknown, ""},
	} {
		askFor(t, c.shell, c.text, c.want, c.of)
	}
}
