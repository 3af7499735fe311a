package changes

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository is a new one, into which the test goes.
type repository struct {
	*testing.T
	top string
}

func newRepository(t *testing.T) repository {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git")
	}
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Chdir(top)
	r := repository{t, top}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r repository) git(args ...string) {
	r.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=A", "-c", "user.email=a@b.c"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		r.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
}

func (r repository) put(name, text string) {
	r.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		r.Fatal(err)
	}
}

// touched lists the lines of a file, of ten, that have changed.
func (r repository) touched(s *Set, name string) string {
	var b strings.Builder
	for n := 1; n <= 10; n++ {
		if s.Touches(filepath.Join(r.top, name), Lines{n, n}) {
			b.WriteByte("0123456789X"[n])
		}
	}
	return b.String()
}

func (r repository) since(revision string) *Set {
	r.Helper()
	s, err := Since(revision)
	if err != nil {
		r.Fatal(err)
	}
	return s
}

const ten = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"

// What differs from the last commit has changed: in the index, beside it, and what is new.
func TestSinceTheLastCommit(t *testing.T) {
	r := newRepository(t)
	for _, name := range []string{"same", "changed", "shorter", "longer", "staged", "gone", "sub/ü \"x\"", "+++ b", "minus"} {
		r.put(name, ten)
	}
	r.put(".gitignore", "ignored\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	r.put("changed", strings.Replace(ten, "4\n", "four\n", 1))
	r.put("shorter", strings.Replace(ten, "4\n", "", 1))
	r.put("longer", strings.Replace(ten, "4\n", "4\n4a\n4b\n", 1))
	r.put("staged", strings.Replace(ten, "7\n", "seven\n", 1))
	r.git("add", "staged")
	r.git("rm", "-q", "gone")
	r.put("sub/ü \"x\"", "0\n"+ten)
	r.put("+++ b", strings.NewReplacer("2\n", "++ b/same\n@@ -1 +1 @@\n", "9\n", "nine\n").Replace(ten))
	r.put("minus", strings.Replace(ten, "2\n", "-- a/same\n", 1))
	r.put("new", ten)
	r.put("ignored", ten)
	s := r.since("")
	for name, want := range map[string]string{
		"same": "", "changed": "4", "shorter": "34", "longer": "56", "staged": "7", "gone": "", "sub/ü \"x\"": "1",
		"+++ b": "23X", "minus": "2", "new": "123456789X", "ignored": "", "../outside": "",
	} {
		if got := r.touched(s, name); got != want {
			t.Errorf("%s: lines %q have changed, want %q", name, got, want)
		}
		if got := s.Has(filepath.Join(r.top, name)); got != (want != "") {
			t.Errorf("%s: has changed is %t", name, got)
		}
	}
	if s.Holds(filepath.Dir(r.top)) || !s.Holds(filepath.Join(r.top, "any")) {
		t.Error("what lies in the repository is not known")
	}
}

// A revision counts from where the work has left it: what it has got since is not ours.
func TestSinceARevision(t *testing.T) {
	r := newRepository(t)
	r.put("a", ten)
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	r.git("switch", "-qc", "work")
	r.put("a", strings.Replace(ten, "4\n", "four\n", 1))
	r.git("commit", "-qam", "two")
	r.git("switch", "-q", "main")
	r.put("a", strings.Replace(ten, "8\n", "eight\n", 1))
	r.git("commit", "-qam", "three")
	r.git("switch", "-q", "work")
	if got := r.touched(r.since("main"), "a"); got != "4" {
		t.Errorf("since main: %q, want 4", got)
	}
	if got := r.touched(r.since(""), "a"); got != "" {
		t.Errorf("since the last commit: %q", got)
	}
	for revision, want := range map[string]string{
		"nowhere": `git knows no revision "nowhere"`, "-x": `git knows no revision "-x"`, "--output=x": `git knows no revision "--output=x"`,
	} {
		if _, err := Since(revision); err == nil || err.Error() != want {
			t.Errorf("%s: %v", revision, err)
		}
	}
	r.git("switch", "-q", "--orphan", "apart")
	r.git("commit", "-qm", "other", "--allow-empty")
	if _, err := Since("main"); err == nil || !strings.Contains(err.Error(), "in common") {
		t.Errorf("nothing in common: %v", err)
	}
}

// Before the first commit everything has changed; without a repository nothing can be said.
func TestWithoutACommit(t *testing.T) {
	r := newRepository(t)
	r.put("a", ten)
	r.put("b", ten)
	r.git("add", "a")
	s := r.since("")
	if got := r.touched(s, "a") + r.touched(s, "b"); got != "123456789X123456789X" {
		t.Errorf("%q", got)
	}
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(filepath.Dir(r.top)))
	t.Chdir(t.TempDir())
	if _, err := Since(""); err == nil || !strings.HasPrefix(err.Error(), "git says: not a git repository") {
		t.Errorf("no repository: %v", err)
	}
}

// No program that the repository names is run.
func TestRunsNothing(t *testing.T) {
	r := newRepository(t)
	r.put("a", ten)
	r.put(".gitattributes", "* diff=mine\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	r.put("a", ten+"11\n")
	for key, value := range map[string]string{"diff.mine.command": "touch ran", "diff.mine.textconv": "touch ran", "diff.external": "touch ran", "core.fsmonitor": "touch ran", "core.pager": "touch ran"} {
		r.git("config", key, value)
	}
	r.since("")
	if _, err := os.Stat("ran"); err == nil {
		t.Error("a program that the repository names was run")
	}
}
