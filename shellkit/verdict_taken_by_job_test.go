package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A job that does nothing but lock a descriptor of its shell takes the lock for that shell,
// which goes on without asking: what &> means to dash most of all.
func TestTakenByJob(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
		of                prove.Property
	}{
		{"&> in dash", "sh", open + "flock -n 9 &>/dev/null || exit 1\n./work\n", prove.Violated, prove.Exclusion},
		{"&> in bash", "bash", open + "flock -n 9 &>/dev/null || exit 1\n./work\n", prove.Holds, ""},
		{"&>> in dash", "dash", open + "if flock 9 &>>/var/log/app; then ./work; fi\n", prove.Violated, prove.Exclusion},
		{"&> in dash, the other way round", "dash", open + "if ! flock -n 9 &>/dev/null; then exit 1; fi\n./work\n", prove.Violated, prove.Entry},
		{"&> within a subshell", "sh", "(\nflock -w 10 9 &>/dev/null || exit 1\n./work\n) 9>/srv/app/lock\n", prove.Violated, prove.Exclusion},
		{"in a group", "bash", open + "{ flock 9; } &\n./work\n", prove.Violated, prove.Exclusion},
		{"in a function", "bash", "take() { flock 9; }\n" + open + "take &\n./work\n", prove.Violated, prove.Exclusion},
		{"&> of a program under a lock", "sh", "flock -n /srv/app/lock ./work &>/dev/null\n", prove.Holds, ""},
		{"who waits for it asks", "bash", open + "flock 9 & wait $! || exit 1\n./work\n", prove.Holds, ""},
		{"the job works itself", "bash", open + "( flock 9 || exit; ./work ) &\n", prove.Unknown, ""},
		{"a descriptor of the job's own", "bash", "( flock 9 || exit; ./work ) 9>/srv/app/lock &\n", prove.Holds, ""},
	} {
		t.Run(c.name, func(t *testing.T) { askFor(t, c.shell, c.text, c.want, c.of) })
	}
}
