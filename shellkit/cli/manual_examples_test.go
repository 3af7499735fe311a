package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/manual"
)

// TestManualExamples runs each block of lines in the pages that are written down, in bash
// unless the page says otherwise, in a folder with what they are about.
func TestManualExamples(t *testing.T) {
	examples := 0
	for _, name := range manual.Names() {
		p, err := manual.Written(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range p.Sections {
			for i, b := range s.Blocks {
				if b.Kind != manual.Verbatim || s.Heading == "SYNOPSIS" || b.Check == "table" {
					continue
				}
				examples++
				t.Run(name+"/"+s.Heading+"/"+strconv.Itoa(i), func(t *testing.T) {
					t.Parallel()
					runExample(t, b)
				})
			}
		}
	}
	if examples < 60 {
		t.Errorf("there are %d examples only", examples)
	}
}

// example is what a page tells its test: `file NAME; then COMMAND; shell S; status N;
// prints TEXT; needs PROGRAM`, or `needs rehearsal`; a table is not run.
type example struct {
	file, then, shell, prints string
	status                    int
}

func runExample(t *testing.T, b manual.Block) {
	e := example{shell: "bash"}
	for _, word := range strings.Split(b.Check, "; ") {
		key, value, _ := strings.Cut(word, " ")
		switch key {
		case "":
		case "file":
			e.file = value
		case "then":
			e.then = value
		case "shell":
			e.shell = value
		case "prints":
			e.prints = value
		case "status":
			e.status, _ = strconv.Atoi(value)
		case "needs":
			if value == "rehearsal" && !rehearsal() {
				t.Skip("scripts cannot be rehearsed here")
			}
			if _, err := exec.LookPath(value); err != nil && value != "rehearsal" {
				t.Skipf("%s is not here", value)
			}
		default:
			t.Fatalf("what does %q ask for?", word)
		}
	}
	if _, err := exec.LookPath(e.shell); err != nil {
		t.Skipf("%s is not here", e.shell)
	}
	dir, environment := exampleWorld(t)
	words := []string{e.shell, "-c", b.Text}
	switch {
	case e.file != "":
		put(t, filepath.Join(dir, e.file), b.Text+"\n", 0o755)
		words = []string{"bash", "-c", e.then}
	case strings.HasPrefix(b.Text, "#!"):
		put(t, filepath.Join(dir, "script"), b.Text+"\n", 0o755)
		words = []string{"./script"}
	}
	// Who runs the tests may have descriptors open that an example wants for itself.
	closed := "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec \"$@\""
	cmd := exec.Command("sh", append([]string{"-c", closed, "sh"}, words...)...)
	cmd.Dir, cmd.Env = dir, environment
	out, err := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); err != nil && cmd.ProcessState == nil || got != e.status {
		t.Errorf("status %d, want %d (%v)\n%s\n%s", got, e.status, err, b.Text, out)
	}
	if !strings.Contains(string(out), e.prints) {
		t.Errorf("prints no %q:\n%s\n%s", e.prints, b.Text, out)
	}
}

// exampleWorld is a folder with a script whose lock is broken, and one whose is not.
func exampleWorld(t *testing.T) (dir string, environment []string) {
	t.Helper()
	dir = t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for to, from := range map[string]string{"rotate.sh": "rotate.sh", "scripts/rotate.sh": "rotate-locked.sh"} {
		text, err := os.ReadFile(filepath.Join("../../scripts/demo", from))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, to), string(text), 0o755)
	}
	put(t, filepath.Join(dir, "job.sh"), "#!/bin/sh\n[ -e job.lock ] && exit\ntouch job.lock\nwork\nrm job.lock\n", 0o755)
	put(t, filepath.Join(dir, "clean.sh"), "exec 9>/run/lock/clean.lock\nflock 9 || exit\nwork\n", 0o644)
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	// testscript.Main runs a command when the test is started under its name.
	if err := os.Symlink(self, filepath.Join(dir, "bin/lockkit")); err != nil {
		t.Fatal(err)
	}
	bats, err := filepath.Abs("../../bats")
	if err != nil {
		t.Fatal(err)
	}
	return dir, []string{
		"BATS_LIB_PATH=" + bats,
		"PATH=" + filepath.Join(dir, "bin") + ":/usr/local/bin:/usr/bin:/bin", "HOME=" + dir, "USER=root",
		"LOCKKIT_DIR=" + filepath.Join(dir, "locks"), "LC_ALL=C", "LOCKKIT_ENGINE=flock lockkit",
	}
}

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}
