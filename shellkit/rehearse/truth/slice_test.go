package truth

import (
	"context"
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
)

// slice are seeds of scripts of which everything is known, lint and prove say the right
// thing, and a rehearsal shows it too. Who changes the grammar chooses others.
var slice = []struct {
	seed uint64
	kind string
	sees prove.Property // that is broken; empty: the script is right
}{
	{58, "existence", ""},
	{181, "child left", prove.Leak},
	{353, "early", prove.Exclusion},
	{508, "no trap", prove.Stale},
	{10178, "last without it", prove.Exclusion},       // by the trace of prove alone
	{60513, "two on one descriptor", prove.Exclusion}, // by the trace with another script beside it
}

// TestSlice rehearses a few scripts with fixed seeds: the whole way of make truth.
func TestSlice(t *testing.T) {
	folder := t.TempDir()
	for _, c := range slice {
		if s := scripts.Make(c.seed); s.Kind != c.kind {
			t.Errorf("%s is no %q any more: choose another seed", &s, c.kind)
			continue
		}
		opt := Options{Scripts: 1, From: c.seed, Folder: folder}
		table, err := Run(context.Background(), opt)
		if err != nil {
			t.Fatal(err)
		}
		if table.Count(NotRun) > 0 {
			t.Skip("not rehearsed here: ", table.Places[NotRun])
		}
		if table.Followed == 0 || table.Unclear > 0 {
			t.Errorf("seed %d: %d runs were held against the protocol, %d were unknown", c.seed, table.Followed, table.Unclear)
		}
		s := scripts.Make(c.seed)
		if table.Failed() || table.Scripts != 1 || table.Rehearsed != 1 {
			t.Errorf("%s: %v", &s, table.Places)
		}
		if c.sees == "" {
			if !s.Right() || table.Verdicts[prove.Holds] != 1 {
				t.Errorf("%s is right, and the verdict is %v", &s, table.Verdicts)
			}
		} else if !s.Breaks(c.sees) || table.Count(Forced) != 1 {
			t.Errorf("%s: %s was not seen broken", &s, c.sees)
		}
	}
}

// TestGoesOn holds that what was rehearsed once is not rehearsed again, and that another
// supervisor does not use it.
func TestGoesOn(t *testing.T) {
	s := scripts.Make(slice[0].seed)
	folder := t.TempDir()
	said, err := Ask(s, folder)
	if err != nil {
		t.Fatal(err)
	}
	file := folder + "/seen.json"
	if recall(file, said, "one") != nil {
		t.Error("something is recalled before anything was kept")
	}
	want := Seen{Locks: []string{"x"}, Schedules: 3}
	if err := keep(file, said, "one", &want); err != nil {
		t.Fatal(err)
	}
	if got := recall(file, said, "one"); got == nil || got.Schedules != 3 {
		t.Errorf("recalled: %v", got)
	}
	if recall(file, said, "two") != nil {
		t.Error("what another supervisor has shown is used")
	}
	said.Script.Text += "# changed\n"
	if recall(file, said, "one") != nil {
		t.Error("what was shown of another text is used")
	}
}
