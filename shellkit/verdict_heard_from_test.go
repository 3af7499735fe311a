package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// How a lock command has ended may be heard from the loop around it, from let, and in
// busybox from [[, which is a command there.
func TestHeardFromOthers(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
	}{
		{"a loop fails as its last turn", "bash", open + "for i in 1 2; do flock -n 9 && break; done\n[ $? -eq 0 ] || exit 1\n./work\n", prove.Holds},
		{"a loop fails as its last command", "dash", open + "for i in 1 2; do flock -n 9 && break; false; done || exit 1\n./work\n", prove.Holds},
		{"a loop ends well with a message", "bash", open + "for i in 1 2; do flock -n 9 && break; echo busy; done || exit 1\n./work\n", prove.Violated},
		{"the turns of a loop inside are its own", "bash", open + "for i in 1 2; do for f in a b; do ./look $f; done; flock -n 9 && break; done || exit 1\n./work\n", prove.Holds},
		{"a loop inside says nothing of its own", "bash", open + "for i in 1 2; do flock -n 9; for f in a b; do :; done && break; false; done || exit 1\n./work\n", prove.Violated},
		{"let", "bash", open + "flock -n 9\nrc=$?\nlet \"rc == 0\" || exit 1\n./work\n", prove.Holds},
		{"let, the other way round", "bash", open + "flock -n 9\nrc=$?\nlet rc==0 && exit 1\n./work\n", prove.Violated},
		{"let, the last of two", "bash", open + "flock -n 9\nrc=$?\nlet n=1 'rc == 0' || exit 1\n./work\n", prove.Holds},
		{"brackets of busybox", "ash", open + "flock -n 9\n[[ $? -ne 0 ]] && exit 1\n./work\n", prove.Holds},
		{"brackets of busybox, a variable", "ash", open + "flock -n 9\nrc=$?\n[[ $rc == 0 ]] || exit 1\n./work\n", prove.Holds},
		{"brackets that are not there", "dash", open + "flock -n 9\n[[ $? -ne 0 ]] && exit 1\n./work\n", prove.Violated},
		{"all parts of a job close it", "bash", open + "flock -n 9 || exit 1\n./serve 9>&- | ./note 9>&- &\n", prove.Holds},
		{"one part of a job keeps it", "bash", open + "flock -n 9 || exit 1\n./serve 9>&- | ./note &\n", prove.Violated},
		{"all parts of a longer job close it", "dash", open + "flock -n 9 || exit 1\n./serve 9>&- | ./sort 2>&1 9>&- | ./note 9<&- &\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
