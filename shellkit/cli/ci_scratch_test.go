package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// scratch is a repository with a branch, and an origin that has the branch main.
type scratch struct {
	*testing.T
	top string
	env []string
}

func newScratch(t *testing.T, files map[string]string) *scratch {
	for _, tool := range []string{"git", "bash"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("no " + tool)
		}
	}
	s := &scratch{T: t, top: t.TempDir(), env: append(os.Environ(),
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@b.c", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@b.c")}
	s.must("git init -q -b main . && git commit -q --allow-empty -m zero && git clone -q --bare . .git/origin && git remote add origin .git/origin && git fetch -q origin && git switch -qc work")
	for name, text := range files {
		s.put(name, text)
	}
	s.must("git add -A && git commit -qm one")
	return s
}

func (s *scratch) put(name, text string) {
	s.Helper()
	name = filepath.Join(s.top, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o777); err != nil {
		s.Fatal(err)
	}
}

// bash runs a text as GitHub runs `shell: bash`, and GitLab about so.
func (s *scratch) bash(text string, env ...string) (code int, out string) {
	s.Helper()
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text)
	cmd.Dir, cmd.Env = s.top, append(s.env, env...)
	var both bytes.Buffer
	cmd.Stdout, cmd.Stderr = &both, &both
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		s.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), both.String()
}

func (s *scratch) must(text string) {
	s.Helper()
	if code, out := s.bash(text); code != 0 {
		s.Fatalf("%s: %d: %s", text, code, out)
	}
}

// fromTop reads a file of this repository.
func fromTop(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
