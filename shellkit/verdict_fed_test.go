package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// What a command is fed stands beside it in the script, or nobody knows it.
func TestFed(t *testing.T) {
	const (
		taken = "mkdir /run/l || exit\n"
		gone  = "trap 'rmdir /run/l' EXIT\nwork\n"
		held  = "exec 9>/run/x\n"
	)
	for _, c := range []struct {
		text string
		want prove.Verdict
		of   prove.Property
	}{
		{"echo /run/l | xargs mkdir || exit\n" + gone, prove.Holds, ""},
		{"L=/run/l\nprintf '%s\\n' \"$L\" | xargs -n1 mkdir || exit\ntrap 'rmdir $L' EXIT\nwork\n", prove.Holds, ""},
		{"echo $$ | xargs -I{} ln -s {} /run/l || exit\ntrap 'rm /run/l' EXIT\nwork\n", prove.Holds, ""},
		{"echo /run/l | xargs mkdir || exit\nwork\nrmdir /run/l\n", prove.Violated, prove.Stale},
		{"echo /run/x.lock | xargs mkdir\ntrap 'rmdir /run/x.lock' EXIT\nwork\n", prove.Violated, prove.Exclusion},
		{taken + "trap 'echo /run/l | xargs rmdir' EXIT\nwork\n", prove.Holds, ""},
		{taken + "trap 'echo /run/l /run/m | xargs rm -rf' EXIT\nwork\n", prove.Holds, ""},
		{"echo /run/l | xargs rm -rf\n" + taken + gone, prove.Violated, prove.Exclusion},
		{held + "read -r rc < <(flock -n 9; echo $?)\n[ \"$rc\" = 0 ] || exit\nwork\n", prove.Holds, ""},
		{held + "read -r rc < <(flock -n 9 && echo yes || echo no)\n[ \"$rc\" = yes ] || exit\nwork\n", prove.Holds, ""},
		{held + "read -r rc < <(flock -n 9 && echo yes || echo no)\n[ \"$rc\" = no ] || exit\nwork\n", prove.Violated, prove.Exclusion},
		{held + "read -r rc < <(flock -n 9; echo $?)\nwork\n", prove.Violated, prove.Exclusion},
		{"read -r rc < <(exec 9>/run/x; flock -n 9; echo $?)\n[ \"$rc\" = 0 ] || exit\nwork\n", prove.Violated, prove.Exclusion},
	} {
		askFor(t, "bash", c.text, c.want, c.of)
	}
}

// A status that is written into a file may be what keeps those away who did not get the
// lock; written there it is no work.
func TestStatusThroughAFile(t *testing.T) {
	const held = "exec 9>/run/x\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{held + "flock -n 9; echo $? >/tmp/rc.$$\n[ \"$(cat /tmp/rc.$$)\" = 0 ] || exit\nwork\n", prove.Unknown},
		{held + "flock -n 9\nrc=$?\necho \"$rc\" >/tmp/rc\nread got </tmp/rc\n[ \"$got\" -eq 0 ] || exit\nwork\n", prove.Unknown},
		{held + "flock -n 9; echo $? >/tmp/rc.$$\nwork\n", prove.Violated},
		{held + "flock -n 9\necho $(($(cat /var/n)+1)) >/var/n\n", prove.Violated},
	} {
		ask(t, "bash", c.text, c.want)
	}
}
