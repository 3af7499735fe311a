package shellkit_test

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestMap holds doc.go to the house as it stands: one sentence for each package
// that exists and none for one that does not.
func TestMap(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile(`(?m)^//   - ((?:cmd|shellkit)\S*) `).FindAllStringSubmatch(string(text), -1) {
		if slices.Contains(listed, m[1]) {
			t.Errorf("doc.go lists %s twice", m[1])
		}
		listed = append(listed, m[1])
	}
	exists := map[string]bool{}
	for _, file := range goFiles(t, "..") {
		exists[file.pkg] = true
	}
	for pkg := range exists {
		if pkg != "shellkit" && floors[pkg] < 9 && !slices.Contains(listed, pkg) {
			t.Errorf("doc.go has no sentence for %s", pkg)
		}
	}
	for _, pkg := range listed {
		if !exists[pkg] {
			t.Errorf("doc.go has a sentence for %s, which does not exist", pkg)
		}
	}
}
