package truth

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
)

var update = flag.Bool("u", false, "rewrite the lists of what is open in testdata")

// TestKnown holds lint and prove against what is known of scripts with fixed seeds. What
// is known to differ stands in testdata/open.txt, and what is answered "unknown" too:
// that list may only shrink.
func TestKnown(t *testing.T) {
	table, err := Run(context.Background(), Options{Scripts: 500, Also: scripts.Tales, Folder: t.TempDir(), Unseen: true})
	if err != nil {
		t.Fatal(err)
	}
	if table.Scripts != 500 {
		t.Fatalf("%d scripts", table.Scripts)
	}
	var differ []string
	for _, r := range append(slices.Clone(failing), Unknown) {
		for at, seeds := range table.Places[r] {
			recipe, _, _ := strings.Cut(at, ":")
			for _, seed := range seeds {
				differ = append(differ, fmt.Sprintf("%s: %s, seed %d", r, recipe, seed))
			}
		}
	}
	onlyOpen(t, "testdata/open.txt", differ)
}

// onlyOpen holds that nothing differs but what stands in a list.
func onlyOpen(t *testing.T, list string, differ []string) {
	t.Helper()
	slices.Sort(differ)
	differ = slices.Compact(differ)
	if *update {
		if err := os.WriteFile(list, []byte(strings.Join(differ, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	open, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Split(strings.TrimSpace(string(open)), "\n")
	for _, d := range differ {
		if !slices.Contains(known, d) {
			t.Errorf("new: %s", d)
		}
	}
	for _, k := range known {
		if k != "" && !slices.Contains(differ, k) {
			t.Logf("cured: %s (go test -u takes it from the list)", k)
		}
	}
}

// TestCompare shows that each row sees what it is there for.
func TestCompare(t *testing.T) {
	table := newTable()
	for i, c := range comparisons {
		c.said.Script.Seed = uint64(i)
		table.add(&c.said, c.seen)
		if table.Count(c.row) == 0 {
			t.Errorf("%s: not noticed", c.row)
		}
		if slices.Contains(failing, c.row) && !table.Failed() {
			t.Errorf("%s: does not fail", c.row)
		}
		table = newTable()
	}
}
