package shellkit_test

import (
	"go/build/constraint"
	"os"
	"path/filepath"
	"testing"
)

// TestOnlyLockkitIsInstalled holds that `go install ./...` puts lockkit there and nothing
// else: a program of ours that helps to build has to ask for the tag tool, and one that needs
// libraries of its own is a module of its own.
func TestOnlyLockkitIsInstalled(t *testing.T) {
	programs := 0
	for _, file := range goFiles(t, "..") {
		if file.syntax.Name.Name != "main" || file.pkg == "cmd/lockkit" || floors[file.pkg] == 0 {
			continue
		}
		if _, err := os.Stat(filepath.Join("..", file.pkg, "go.mod")); err == nil {
			continue
		}
		programs++
		asks := false
		for _, comments := range file.syntax.Comments {
			for _, line := range comments.List {
				if expr, err := constraint.Parse(line.Text); err == nil && line.Pos() < file.syntax.Package {
					asks = asks || !expr.Eval(func(tag string) bool { return tag != "tool" })
				}
			}
		}
		if !asks {
			t.Errorf("%s/%s: a program without the tag tool is installed by go install ./...", file.pkg, file.name)
		}
	}
	if programs == 0 {
		t.Error("no program was found: the test looks in the wrong place")
	}
}
