package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// complete is what the shells are told behind words, without what each word means.
func complete(t *testing.T, words ...string) (list []string, kind string) {
	t.Helper()
	var out strings.Builder
	c := &console{Out: &out, Err: &strings.Builder{}}
	if err := execute(c, append([]string{cobra.ShellCompRequestCmd}, words...)); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		word, _, _ := strings.Cut(line, "\t")
		list = append(list, word)
	}
	return list[:len(list)-1], list[len(list)-1]
}

func TestCompleteValues(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("LOCKKIT_DIR", dir)
	for _, name := range []string{"nightly.lock", "pool@0.lock", "pool@1.lock"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ line, want, kind string }{
		{"lint -f ", "tty gcc json1 checkstyle sarif", "no file"},
		{"lint --format=s", "sarif", "no file"},
		{"lint -S w", "warning", "no file"},
		{"lint --confirm ", "budget full real", "no file"},
		{"lint --baseline ", "", "files"},
		{"lint ", "", "files"},
		{"lint -e LK30", "LK301 LK302 LK303", "no file"},
		{"lint -e unlink-w", "unlink-while-locked", "no file"},
		{"lint -e LK301,LK30", "LK301,LK302 LK301,LK303", "no file"},
		{"explain LK301 LK30", "LK302 LK303", "no file"},
		{"explain cron a", "alpine", "no file"},
		{"prove --format ", "html json sarif text", "no file"},
		{"prove --property ex", "exclusion", "no file"},
		{"rehearse -s y", "yash", "no file"},
		{"init ", "bash zsh sh", "no file"},
		{"init bash --engine f", "flock", "no file"},
		{"init bash ", "", "no file"},
		{"embed --engine=p", "perl", "no file"},
		{"who --format p", "prometheus", "no file"},
		{"doctor --format ", "json", "no file"},
		{"who n", "nightly", "files"},
		{"who nightly p", "pool", "files"},
		{"run ", "nightly pool", "files"},
		{"run -n ", "nightly pool", "files"},
		{"run --sl", "--slots", "no file"},
		{"run -n nightly ", "", "files"},
		{"run -w ", "", "no file"},
		{"run --on ", "", "no file"},
		{"flock --sh", "--shared", "no file"},
		{"gc ", "", "folders"},
		{"help ex", "explain", "no file"},
		{"completion f", "fish", "no file"},
	}
	kinds := map[string]bool{}
	for _, tt := range tests {
		got, kind := complete(t, strings.Split(tt.line, " ")...)
		want := strings.Fields(tt.want)
		if len(got) < len(want) || !slices.Equal(got[:len(want)], want) || len(want) == 0 && len(got) > 0 {
			t.Errorf("%s: %q, want %q", tt.line, got, want)
		}
		switch kind {
		case ":0":
			kind = "files"
		case ":16":
			kind = "folders"
		case ":4", ":36", ":38":
			kind = "no file"
		}
		if kinds[kind] = true; kind != tt.kind {
			t.Errorf("%s: what may stand there is %s, want %s", tt.line, kind, tt.kind)
		}
	}
	if len(kinds) != 3 {
		t.Errorf("the table tries %v only", kinds)
	}
}

// tree is the command with all its subcommands, as completion has them.
func tree() *cobra.Command {
	root := newRoot(&console{})
	addAll(root)
	return root
}

// TestEveryOptionCompletes holds that the values of no option are forgotten.
func TestEveryOptionCompletes(t *testing.T) {
	known := map[string]bool{}
	for _, cmd := range tree().Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			name := cmd.Name() + " --" + f.Name
			known[name] = true
			if takesValue := f.NoOptDefVal == ""; takesValue && !f.Hidden && optionValues[name] == nil && !freeValues[name] {
				t.Errorf("%s takes a value: add it to optionValues in complete_values.go, or to freeValues where it is the user's own", name)
			}
		})
	}
	for name := range optionValues {
		if !known[name] {
			t.Errorf("optionValues has %s, which does not exist", name)
		}
	}
	for name := range freeValues {
		if !known[name] {
			t.Errorf("freeValues has %s, which does not exist", name)
		}
	}
}
