package fix

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestDiff(t *testing.T) {
	got := Diff("jobs/x.sh", []byte("1\n2\n3\n4\n5\n6\nlast"), []byte("1\n2\n3\n4\nfive\n6\nlast"))
	want := "--- a/jobs/x.sh\n+++ b/jobs/x.sh\n@@ -2,6 +2,6 @@\n 2\n 3\n 4\n-5\n+five\n 6\n last\n\\ No newline at end of file\n"
	if got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
	if got := Diff("x", []byte("a"), []byte("a")); got != "" {
		t.Errorf("equal files differ: %s", got)
	}
}

// What Diff writes is what git applies, for every kind of content and name.
func TestDiffApplies(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git")
	}
	for name, c := range map[string][2]string{
		"crlf.sh":             {"a\r\nb\r\nc", "a\r\nB\r\nc"},
		"newline at the end":  {"a\nb", "a\nb\n"},
		"no newline":          {"a\nb\n", "a\nb"},
		"invalid \xff":        {"\xff\xfe\nb\n\xfd\n", "\xff\xfe\nB\n\xfd\n"},
		"quote\" back\\slash": {"a\n", "b\n"},
		"tab\tline\nend":      {"a\nb\nc\n", "a\nc\n"},
		"all":                 {"a\nb\n", "c\n"},
		"twice":               {"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", "one\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n"},
		"emptied":             {"a\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, name)
			if err := os.WriteFile(file, []byte(c[0]), 0o644); err != nil {
				t.Fatal(err)
			}
			patch := filepath.Join(t.TempDir(), "patch")
			if err := os.WriteFile(patch, []byte(Diff(name, []byte(c[0]), []byte(c[1]))), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(git, "apply", "--whitespace=nowarn", patch)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if got, err := os.ReadFile(file); err != nil || string(got) != c[1] {
				t.Errorf("%q, %v; want %q", got, err, c[1])
			}
		})
	}
}
