package ignore

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// A Tree knows the .gitignore files of the folders that it is asked about, those above
// them included up to the one where a repository begins. The zero Tree is ready.
type Tree struct {
	mu   sync.Mutex
	seen map[string]*folder // by absolute path
}

// folder is what one folder says, and the one above that also has a say.
type folder struct {
	path  string
	list  []Pattern
	above *folder
}

// Ignores tells whether a file, or folder, is ignored by name; that a folder above it is,
// is for whoever walks down to it. The path is absolute and clean.
func (t *Tree) Ignores(path string, isFolder bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for f := t.of(filepath.Dir(path)); f != nil; f = f.above {
		rel := strings.TrimPrefix(strings.TrimPrefix(path, f.path), "/")
		if ignored, fits := Decides(f.list, filepath.ToSlash(rel), isFolder); fits {
			return ignored
		}
	}
	return false
}

func (t *Tree) of(dir string) *folder {
	if f, ok := t.seen[dir]; ok {
		return f
	}
	if t.seen == nil {
		t.seen = map[string]*folder{}
	}
	f := &folder{path: dir, list: Parse(read(filepath.Join(dir, ".gitignore")))}
	if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
		f.list = append(Parse(read(filepath.Join(dir, ".git", "info", "exclude"))), f.list...)
	} else if up := filepath.Dir(dir); up != dir {
		f.above = t.of(up)
	}
	t.seen[dir] = f
	return f
}

// most is more than any list of patterns has, in bytes.
const most = 1 << 20

// read is the text of a file, or nothing where there is none that can be read.
func read(name string) []byte {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return nil
	}
	return text
}
