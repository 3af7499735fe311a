package changes

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Lines are the lines from First to Last of a file.
type Lines struct{ First, Last int }

// Set is what has changed in a repository.
type Set struct {
	Top   string // where the repository lies, as the system names it
	files map[string]file
}

// file is what has changed in one file.
type file struct {
	whole bool // it is new
	lines []Lines
}

// Since asks git what has changed since a revision, up to the files as they lie there:
// since the last commit where it is empty, else since the work has left that revision. New
// files that are not ignored count wholly. The error says in git's words what it cannot do.
func Since(revision string) (*Set, error) {
	top, err := git("rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	s := &Set{Top: strings.TrimSuffix(top, "\n"), files: map[string]file{}}
	if real, err := filepath.EvalSymlinks(s.Top); err == nil {
		s.Top = real
	}
	base, err := s.base(revision)
	if err != nil {
		return nil, err
	}
	diff, err := s.git("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--unified=0",
		"--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=all", base, "--")
	if err != nil {
		return nil, err
	}
	s.read(diff)
	fresh, err := s.git("ls-files", "-z", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(fresh, "\x00"), "\x00") {
		if name != "" {
			s.files[name] = file{whole: true}
		}
	}
	return s, nil
}

// base is the commit that files are compared with; in a repository without one, the tree
// with nothing in it.
func (s *Set) base(revision string) (string, error) {
	if revision == "" {
		if head, err := s.git("rev-parse", "--verify", "--quiet", "HEAD^{commit}"); err == nil {
			return strings.TrimSpace(head), nil
		}
		empty, err := s.git("hash-object", "-t", "tree", os.DevNull)
		return strings.TrimSpace(empty), err
	}
	commit, err := s.git("rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("git knows no revision %q", revision)
	}
	commit = strings.TrimSpace(commit)
	common, err := s.git("merge-base", commit, "HEAD")
	if err != nil {
		return "", fmt.Errorf("git finds no commit that %q and HEAD have in common", revision)
	}
	return strings.TrimSpace(common), nil
}

func (s *Set) git(args ...string) (string, error) {
	return git(append([]string{"-C", s.Top}, args...)...)
}

// git runs git so that its answer has one form, and that no setting of the repository has
// other programs run.
func git(args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"-c", "core.quotePath=true", "-c", "core.fsmonitor=false", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false"}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_EXTERNAL_DIFF=")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("there is no git here")
	case err != nil:
		line, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(said.String()), "fatal: "), "\n")
		if line == "" {
			line = err.Error()
		}
		return "", fmt.Errorf("git says: %s", line)
	}
	return out.String(), nil
}
