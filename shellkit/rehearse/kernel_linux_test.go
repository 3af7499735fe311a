//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"strings"
	"testing"
)

// Each step has what the kernel has then: a removed file that is still locked, and the
// new one of its name.
func TestTablesOfSteps(t *testing.T) {
	needsWorld(t)
	r, _ := rehearsed(t, "bash", "exec 9>/run/x.lock\nflock -n 9 || exit 1\n./work\nexec 9>&-\nrm -f /run/x.lock\n", Options{Tables: true})
	if len(r.Breaches) == 0 {
		t.Fatal("nothing was seen")
	}
	var told []string
	steps := r.Breaches[0].Steps
	for _, s := range steps {
		if s.Table == nil {
			t.Fatalf("step %d has no table", s.Number)
		}
		for _, n := range s.Table.Inodes {
			told = append(told, fmt.Sprintf("%d:%s%v", n.Inode, n.Lock, n.Deleted))
		}
	}
	last := steps[len(steps)-1].Table
	if got := fmt.Sprint(last.Inodes); got != "[{1 true exclusive} {2 false exclusive}]" {
		t.Errorf("at the end %s; %v", got, told)
	}
	if len(last.Files) != 2 || len(last.FDs) != 2 || last.FDs[0].FD != 9 || last.FDs[0].Process == last.FDs[1].Process {
		t.Errorf("descriptors %+v, descriptions %+v", last.FDs, last.Files)
	}
	first, second := steps[0].Table, steps[1].Table
	if first.FDs[0].File != second.FDs[0].File {
		t.Errorf("a descriptor that was moved has another description: %+v, %+v", first.FDs, second.FDs)
	}
	if all := strings.Join(told, " "); !strings.Contains(all, "1:exclusivefalse") {
		t.Errorf("no lock before the removal: %s", all)
	}
}
