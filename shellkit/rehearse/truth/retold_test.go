package truth

import (
	"context"
	"fmt"
	"slices"
	"testing"
)

// TestRetold holds that known scripts have the verdict that they have in other words too. What
// is known to differ, or to be lost, stands in testdata/retold.txt: that list may only shrink.
func TestRetold(t *testing.T) {
	const scripts = 250
	table, err := Run(context.Background(), Options{Retold: scripts, Folder: t.TempDir(), Unseen: true})
	if err != nil {
		t.Fatal(err)
	}
	if table.Retold != scripts || table.Scripts != 0 {
		t.Fatalf("%d scripts in other words, %d generated", table.Retold, table.Scripts)
	}
	var differ []string
	for _, r := range append(slices.Clone(failing), Lost) {
		for _, seeds := range table.Places[r] {
			for _, seed := range seeds {
				differ = append(differ, fmt.Sprintf("%s: seed %d", r, seed))
			}
		}
	}
	onlyOpen(t, "testdata/retold.txt", differ)
}
