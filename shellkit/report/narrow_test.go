package report

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

// On a terminal no line of text is wider than it, and nothing of the text is lost.
func TestNarrow(t *testing.T) {
	for _, width := range []int{50, 60, 80, 100} {
		f := example(t)
		wide := write(t, "tty", f)
		f.Width = width
		f.Tally = &Tally{Files: 12, Locking: 3}
		narrow := write(t, "tty", f)
		for line := range strings.Lines(narrow) {
			if n := cells(strings.TrimSuffix(line, "\n")); n > width && !strings.Contains(line, " | ") {
				t.Errorf("%d: %d cells: %s", width, n, line)
			}
		}
		for _, word := range strings.Fields(wide) {
			if !strings.Contains(word, "~") && !strings.Contains(word, "…") && !strings.Contains(narrow, word) && !strings.Contains(narrow, "…") {
				t.Errorf("%d: %q is not there", width, word)
			}
		}
		if !strings.HasSuffix(narrow, "\n\n12 files, 3 with locks, "+count(len(f.List), "finding", "findings")+"\n") {
			t.Errorf("%d: the last line is another one: %s", width, narrow)
		}
	}
}

// Where the columns of a schedule do not fit, the steps stand below each other: all are
// there, in their order, with their bars.
func TestTraceStacked(t *testing.T) {
	trace := &diag.Trace{Property: "exclusion", Lock: "/run/x", Processes: 3, Steps: []diag.Step{
		{Process: 1, Op: "mkdir /run/lock/a/long/path/x", Effect: "creates inode 1", Inside: []int{1}},
		{Process: 2, Op: "rmdir /run/lock/a/long/path/x", Effect: "inode 1 loses its name, and a newcomer makes another one", Inside: []int{1}},
		{Process: 3, Op: "mkdir /run/lock/a/long/path/x", Inside: []int{1, 3}},
	}}
	const want = `      A B C
   1  ┃      A  mkdir /run/lock/a/long/path/x  creates inode 1
   2  ┃      B  rmdir /run/lock/a/long/path/x
      ┃           inode 1 loses its name, and a newcomer makes
      ┃           another one
   3  ┃   ┃  C  mkdir /run/lock/a/long/path/x
      ┃ inside: thinks that it has /run/x
`
	got := Trace(trace, map[string]*source.File{}, false, 64)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if wide := Trace(trace, nil, false, 0); wide != Trace(trace, nil, false, 400) || strings.Count(wide, "\n") != 5 {
		t.Errorf("where there is room:\n%s", wide)
	}
}

// What prove and rehearse say around a schedule is no wider than the terminal either, and
// says the same.
func TestAnswersNarrow(t *testing.T) {
	const long = "a reason that goes on for some time, so that it does not stand in a single line of a terminal"
	deep := strings.NewReplacer("/a", "/run/lock/a/folder/with/a/long/name.lock")
	p := proofOf(t, deep.Replace(lock(locksNothing)), deep.Replace(lock(locksWell))+"\nunknown \""+long+"\" @1:1-1:2")
	p.Result.Notes = append(p.Result.Notes, long)
	p.Replay = "not confirmed: " + long
	r := &Rehearsal{Name: "a.sh", Locks: []string{"/run/one.lock"}, Notes: []string{long}, StoodIn: strings.Fields(long), Schedules: 40, Runs: 2}
	for name, text := range map[string]func(width int) string{
		"prove": func(width int) string {
			var b strings.Builder
			p.Width = width
			if err := writeProof(&b, p); err != nil {
				t.Fatal(err)
			}
			return b.String()
		},
		"rehearse": func(width int) string {
			var b strings.Builder
			r.Width = width
			if err := writeRehearsal(&b, r); err != nil {
				t.Fatal(err)
			}
			return b.String()
		},
	} {
		wide := text(0)
		for _, width := range []int{50, 80} {
			narrow := text(width)
			for line := range strings.Lines(narrow) {
				if n := cells(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("%s: %d cells of %d: %s", name, n, width, line)
				}
			}
			if strings.Join(strings.Fields(narrow), " ") != strings.Join(strings.Fields(wide), " ") && name != "prove" {
				t.Errorf("%s says another thing at %d:\n%s\n%s", name, width, narrow, wide)
			}
			for _, line := range []string{"not understood:", "replayed on the very script:", "bounds:", "note:"} {
				if strings.Contains(wide, "\n"+line) != strings.Contains(narrow, "\n"+line) {
					t.Errorf("%s: %q at %d:\n%s", name, line, width, narrow)
				}
			}
		}
	}
}
