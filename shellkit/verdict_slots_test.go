package shellkit

import (
	"fmt"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// The last of several slots is taken only when the others are: more runs are explored then
// than are without, and where even those are too few, or a number was asked for, nothing is
// claimed, least of all that nobody gets in.
func TestSlots(t *testing.T) {
	const (
		flocks = "for i in %s; do exec {fd}>/srv/app/slot.$i; if flock -n $fd; then got=$i; break; fi; exec {fd}>&-; done\n[ -n \"$got\" ] || exit 75\n./work\n"
		folder = "for i in %s; do mkdir /srv/app/slot.$i && { got=/srv/app/slot.$i; break; }; done\n[ -n \"$got\" ] || exit 75\ntrap 'rmdir \"$got\"' EXIT\ntrap 'exit 1' HUP INT TERM\n./work\n"
		beside = "exec 8>/srv/app/a 9>/srv/app/b\nif ! flock -n 8; then\n  flock -n 9 || exit 75\nfi\n./work\n"
	)
	for _, c := range []struct {
		name, text string
		runs       int
		want       prove.Verdict
		took       int
	}{
		{"two", fmt.Sprintf(flocks, "1 2"), 0, prove.Holds, 3},
		{"four", fmt.Sprintf(flocks, "1 2 3 4"), 0, prove.Holds, 4},
		{"six", fmt.Sprintf(flocks, "1 2 3 4 5 6"), 0, prove.Holds, 6},
		{"seven", fmt.Sprintf(flocks, "1 2 3 4 5 6 7"), 0, prove.Unknown, 6},
		{"four folders", fmt.Sprintf(folder, "1 2 3 4"), 0, prove.Holds, 3},
		{"five folders", fmt.Sprintf(folder, "1 2 3 4 5"), 0, prove.Holds, 3},
		{"four, with so many runs", fmt.Sprintf(flocks, "1 2 3 4"), 3, prove.Unknown, 3},
		{"five folders, which kill -9 fills, with two runs", fmt.Sprintf(folder, "1 2 3 4 5"), 2, prove.Holds, 2},
		{"one beside the other", beside, 0, prove.Holds, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.want == prove.Holds && c.runs == 0 { // lint's budget ends before six runs do
				ask(t, "bash", c.text, c.want)
			}
			p := loadedAs(t, source.Bash, c.text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: c.runs})
			if got.Verdict != c.want || got.Processes != c.took {
				t.Errorf("%s with %d runs, want %s with %d; %v", got.Verdict, got.Processes, c.want, c.took, got.Doubts)
			}
		})
	}
}
