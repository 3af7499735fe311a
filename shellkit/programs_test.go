package shellkit_test

import (
	"go/build/constraint"
	"testing"
)

// TestOnlyLockkitIsInstalled holds that `go install ./...` puts lockkit there and nothing
// else: a program of ours that helps to build has to ask for the tag tool.
func TestOnlyLockkitIsInstalled(t *testing.T) {
	programs := 0
	for _, file := range goFiles(t, "..") {
		if file.syntax.Name.Name != "main" || file.pkg == "cmd/lockkit" || floors[file.pkg] == 0 {
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
