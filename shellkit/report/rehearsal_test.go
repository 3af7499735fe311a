package report

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// The page of a rehearsal has what the kernel had at each step, of locks alone: a log that
// a run writes beside them is left out.
func TestRehearsalPageHasTables(t *testing.T) {
	file, err := source.New("job.sh", []byte("work\n"))
	if err != nil {
		t.Fatal(err)
	}
	table := prove.Table{
		Names:  []prove.NameRow{{Name: 1, Path: "/run/x", Inode: 1}, {Name: 2, Path: "/var/log/x", Inode: 2}},
		Inodes: []prove.InodeRow{{Inode: 1, Lock: "exclusive"}, {Inode: 2}, {Inode: 3, Deleted: true, Lock: "shared"}},
		Files:  []prove.FileRow{{File: 1, Inode: 1, Lock: "exclusive"}, {File: 2, Inode: 2}, {File: 3, Inode: 3, Lock: "shared"}},
		FDs:    []prove.FDRow{{Process: 1, FD: 9, File: 1}, {Process: 1, FD: 5, File: 2}, {Process: 2, FD: 9, File: 3}},
	}
	trace := &diag.Trace{Processes: 2, Steps: []diag.Step{{Process: 1, Op: "lock /run/x", Effect: "ok"}}}
	r := &Rehearsal{Name: "job.sh", File: file, Schedules: 2, Runs: 2, Locks: []string{"/run/x"}, Alone: &Seen{Schedule: "alone", Trace: trace, Tables: []prove.Table{table}}}
	var b strings.Builder
	if err := writeRehearsalHTML(&b, r); err != nil {
		t.Fatal(err)
	}
	for want, there := range map[string]bool{
		"a run alone, as it happened": true, `"Path":"/run/x"`: true, `{"Inode":1,"Deleted":false,"Lock":"exclusive"}`: true,
		`{"Inode":3,"Deleted":true,"Lock":"shared"}`: true, `{"Process":2,"FD":9,"File":3,"Fcntl":""}`: true,
		"/var/log/x": false, `"Inode":2,`: false, `"FD":5`: false,
	} {
		if strings.Contains(b.String(), want) != there {
			t.Errorf("%s: there is %v", want, !there)
		}
	}
}
