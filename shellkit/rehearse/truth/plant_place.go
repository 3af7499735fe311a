package truth

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// beside makes a place for another text of a real script in which it has the neighbours
// of the script: a tree of folders of its own, in which all but the folders that lead to
// the script are links to the real ones. What the script sources by a way from its own
// folder is found there. It returns the path of the copy, which is not there yet.
func beside(file, folder string) (string, error) {
	tree := filepath.Join(folder, "planted")
	if err := os.RemoveAll(tree); err != nil {
		return "", err
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	real, own := "/", tree
	parts := strings.Split(strings.TrimPrefix(file, "/"), "/")
	for i, part := range parts {
		if err := os.MkdirAll(own, 0o700); err != nil {
			return "", err
		}
		if i > 0 { // the root folder has nothing that a script calls its neighbour
			if err := linkAll(real, own, part); err != nil {
				return "", err
			}
		}
		real, own = filepath.Join(real, part), filepath.Join(own, part)
	}
	return own, nil
}

// linkAll links all that is in a folder, but for one name, into another one.
func linkAll(from, to, but string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return nil // who cannot look into it has no neighbours there
	}
	for _, e := range entries {
		if e.Name() == but {
			continue
		}
		if err := os.Symlink(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// locksItself tells whether a script has locks of its own: what is said of it with
// another one planted would be about both. Nothing is planted in one that does not parse.
func locksItself(file string) bool {
	f, err := source.Read(file)
	if err != nil {
		return true
	}
	script, err := shellkit.Load(f, source.Other, source.Read)
	if err != nil {
		return true
	}
	p := script.Protocol
	for i := range p.Paths {
		if p.Paths[i].Kind != protocol.Data {
			return true
		}
	}
	return false
}
