package ignore

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What is ignored is what git ignores: git itself is asked, where it is there.
func TestAsGit(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git")
	}
	files := []string{
		"a.sh", "b.txt", "sub/a.sh", "sub/b.sh", "sub/deep/a.sh", "build/x.sh", "sub/build/x.sh", "build2/x.sh",
		"a b.sh", "#c.sh", "!d.sh", "x[1].sh", "foo/bar/a.sh", "foo/x/bar/a.sh", "bar", "trailing ", "été.sh", "abc", "a-c", "log/1.log", "log/2.log",
	}
	top := t.TempDir()
	if real, err := filepath.EvalSymlinks(top); err == nil {
		top = real
	}
	if out, err := exec.Command(git, "init", "-q", top).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, name := range files {
		put(t, filepath.Join(top, name), "")
	}
	for _, c := range []struct{ name, top, sub string }{
		{"name", "a.sh\n", ""},
		{"star", "*.sh\n", ""},
		{"taken back", "*.sh\n!a.sh\n", ""},
		{"taken back below", "*.sh\n", "!a.sh\n"},
		{"anchored", "/a.sh\n", ""},
		{"anchored below", "", "/a.sh\n"},
		{"folder", "build/\n", ""},
		{"folder or file", "build\n", ""},
		{"folder, anchored", "/build/\n", ""},
		{"folder that is a file", "bar/\n", ""},
		{"path", "sub/a.sh\n", ""},
		{"path of a middle", "deep/a.sh\n", ""},
		{"any depth", "**/a.sh\n", ""},
		{"all below", "sub/**\n", ""},
		{"any middle", "foo/**/bar\n", ""},
		{"star and slash", "foo/*/a.sh\n", ""},
		{"stars that are one", "s**b/a.sh\n", ""},
		{"question mark", "?.sh\n", ""},
		{"class", "[ab].sh\n", ""},
		{"class, not", "[!a].sh\n", ""},
		{"range", "a[a-c]c\n", ""},
		{"class with a minus", "a[-x]c\n", ""},
		{"open bracket", "[ab.sh\n", ""},
		{"comment", "#c.sh\n\n", ""},
		{"hash", "\\#c.sh\n", ""},
		{"exclamation mark", "\\!d.sh\n", ""},
		{"quoted bracket", "x\\[1\\].sh\n", ""},
		{"blank inside", "a b.sh\n", ""},
		{"blanks at the end", "a.sh   \n", ""},
		{"kept blank", "trailing\\ \n", ""},
		{"carriage return", "a.sh\r\n", ""},
		{"accents", "?t?.sh\n", ""},
		{"accents, star", "*t*.sh\n", ""},
		{"only a slash", "/\n", ""},
		{"the last one decides", "!a.sh\na.sh\n", ""},
		{"some of a folder", "log/*\n!log/2.log\n", ""},
		{"BOM", "\ufeffa.sh\n", ""},
		{"named class", "[[:alpha:]].sh\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			put(t, filepath.Join(top, ".gitignore"), c.top)
			put(t, filepath.Join(top, "sub/.gitignore"), c.sub)
			cmd := exec.Command(git, "-C", top, "-c", "core.excludesFile=", "ls-files", "-z", "--others", "--exclude-standard")
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, name := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
				if filepath.Base(name) != ".gitignore" {
					want = append(want, name)
				}
			}
			got := seen(t, top)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%q, below %q: looked at\n%q, git at\n%q", c.top, c.sub, got, want)
			}
		})
	}
}

// seen walks as lint does, and lists what is not ignored.
func seen(t *testing.T, top string) (list []string) {
	var tree Tree
	err := filepath.WalkDir(top, func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == top:
			return nil
		case entry.Name() == ".git", tree.Ignores(path, entry.IsDir()):
			if entry.IsDir() {
				return filepath.SkipDir
			}
		case !entry.IsDir() && entry.Name() != ".gitignore":
			rel, _ := filepath.Rel(top, path)
			list = append(list, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A repository ends what a folder above it says; without one all folders above count.
func TestWhereItEnds(t *testing.T) {
	top := t.TempDir()
	put(t, filepath.Join(top, ".gitignore"), "*.sh\n")
	put(t, filepath.Join(top, "own/.git"), "gitdir: elsewhere\n")
	put(t, filepath.Join(top, "own/x.sh"), "")
	put(t, filepath.Join(top, "plain/x.sh"), "")
	put(t, filepath.Join(top, "kept/.git/info/exclude"), "y.sh\n")
	var tree Tree
	for name, want := range map[string]bool{"own/x.sh": false, "plain/x.sh": true, "kept/x.sh": false, "kept/y.sh": true} {
		if got := tree.Ignores(filepath.Join(top, name), false); got != want {
			t.Errorf("%s: ignored is %t, want %t", name, got, want)
		}
	}
}
