package report

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

func TestInclusion(t *testing.T) {
	file, err := source.New("job.sh", []byte("work\n"))
	if err != nil {
		t.Fatal(err)
	}
	at := source.Span{File: "job.sh", Start: source.Pos{Line: 3, Column: 7}}
	r := &Rehearsal{Name: "job.sh", File: file, Schedules: 2, Runs: 3, Locks: []string{"/run/x"}, Lacking: []string{"lockfile"},
		Inclusion: &Inclusion{Runs: 8, Inside: 6, Unknown: 1, Unclear: []Unclear{{"flock is not here", 1}}, Outside: []Stray{{
			Schedule: "alone", Process: 2, Step: "unlink /run/x", Why: "rm: unlink /run/x\x1b, which the protocol does not have here", Near: []source.Span{at, at}}}}}
	for name, want := range map[string][]string{
		"text": {"trace inclusion: of 8 runs 6 are paths of the protocol, 1 are outside, 1 unknown\n", "unknown: 1 runs: flock is not here\n", "\nlockfile is not here: nothing stands in", "outside: B in alone: rm: unlink /run/x", "; it stood at 3:7, 3:7\n"},
		"json": {`"unknown": 1`, `"why": "flock is not here"`, `"lacking": [`, `"process": 2`, `"step": "unlink /run/x"`, `"3:7"`},
		"html": {"trace inclusion: of 8 runs", "lockfile is not here"},
	} {
		var b strings.Builder
		if err := RehearsalFormats[name](&b, r); err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(b.String(), w) {
				t.Errorf("%s: no %q in\n%s", name, w, b.String())
			}
		}
		if strings.Contains(b.String(), "\x1b") {
			t.Errorf("%s: an escape reaches the reader", name)
		}
	}
	r.Inclusion = nil
	var b strings.Builder
	if err := writeRehearsalJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "inclusion") {
		t.Errorf("it is said though nobody asked:\n%s", b.String())
	}
}
