package hosts

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// TestAgainstMake asks make itself what it would give to a shell, of makefiles in which all
// is known, and holds the lines of the recipes against that.
func TestAgainstMake(t *testing.T) {
	tool, err := exec.LookPath("make")
	if err != nil {
		t.Skip("there is no make")
	}
	tests := []struct {
		name, text string
		targets    []string
	}{
		{"variables", "A = x\nB := $(A)y\nC = $(B)$$\n${A}: one\n\techo $(C)$A ${B} $$HOME $$$$ $(A)$(B)\none:\n\techo '$(A)'\n", []string{"one", "x"}},
		{"continued", "A = a \\\n   b\nall:\n\techo $(A) \\\n\t  more \\\n\tlast\n\techo 'a\\\n\tb'\n", []string{"all"}},
		{"prefixes", "Q = @\nall:\n\t@echo a\n\t-echo b\n\t@-echo c\n\t - @ echo d\n\t$(Q)echo e\n", []string{"all"}},
		{"comments", "# first\nall: # of a rule\n# at the margin\n\techo a # of the shell\n\n\t\n\techo b # \\\n\tgoes on\nA = b # not c\nlast:\n\techo $(A).\n", []string{"all", "last"}},
		{"on one line", "all: one ; echo a\n\techo b\none: ; @echo c; echo d\n", []string{"one", "all"}},
		{"prefix", ".RECIPEPREFIX = >\nall:\n>echo a\n> echo b \\\n> c\n", []string{"all"}},
		{"define", "define X\nno: recipe\n\techo no\nendef\nall:\n\techo a\n", []string{"all"}},
		{"double", "all::\n\techo a\nall::\n\techo b\n", []string{"all"}},
		{"one by another", "A = $(B)\nB = $(C)\nC = end\nall:\n\techo $(A)\n", []string{"all"}},
		{"export", "export A = b\nexport\nall:\n\techo $$A $(A)\n", []string{"all"}},
		{"own variable", "x: A = b\nx:\n\techo a\n", []string{"x"}},
		{"line ends", "all:\n\techo a\\\\\n\techo b\n", []string{"all"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "Makefile"), []byte(tt.text), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(tool, append([]string{"-n", "--no-print-directory"}, tt.targets...)...)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C", "MAKEFLAGS=", "MAKELEVEL=")
			said, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("make: %v\n%s", err, said)
			}
			f, err := source.New("Makefile", []byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			r := &makeReader{file: f, rows: lines(f.Data), vars: map[string]*makeVar{}, prefix: '\t'}
			r.read()
			var want, got []string
			for _, one := range r.recipes {
				for _, l := range one.lines {
					if text, _ := makePrefix(r.expanded(l.text, nil)); !isEmptyRecipe(text) {
						got = append(got, strings.Split(string(text.data), "\n")...)
					}
				}
			}
			for line := range strings.Lines(string(said)) {
				want = append(want, strings.TrimSuffix(line, "\n"))
			}
			slices.Sort(want) // make goes from target to target, and we from rule to rule
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("got %q, make says %q", got, want)
			}
		})
	}
}
