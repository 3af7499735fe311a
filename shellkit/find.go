package shellkit

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/ignore"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A candidate is a file that may be a script.
type candidate struct {
	name  string
	given bool   // it was named, and is to be looked at whatever it is
	named bool   // it was named
	under string // the path that led to it
	twice bool   // another path has led to it before
	err   error  // why it cannot even be opened
}

// A search finds the files to look at.
type search struct {
	config  *configs
	set     *Settings // of options: what they leave out, seen from the working folder
	ifShell bool      // files that are named are like those in folders

	leftOut func(top string) // is told of each folder that was given of which something is left out
	ignored ignore.Tree
}

// candidates yields the files that paths name and the regular files below the
// folders among them, in order, each once. In folders no symbolic link is
// followed, so that a search ends and stays inside; what .gitignore or exclude-path names
// is passed over, and what a version control system keeps for itself, but for the hooks of
// git. Names "-" are yielded as they are.
func (s *search) candidates(paths []string, yield func(candidate) bool) {
	seen := map[string]bool{}
	for _, path := range paths {
		if path == "-" {
			if !seen[path] && !yield(candidate{name: path, given: true, under: path}) {
				return
			}
			seen[path] = true
			continue
		}
		real, err := realPath(path)
		info, statErr := os.Stat(path)
		switch {
		case err != nil || statErr != nil || !info.IsDir():
			// What is wrong with it shows when it is read.
			if !seen[real] && !(s.ifShell && s.leavesOutBelow(path, real)) && !yield(candidate{name: path, given: !s.ifShell, named: true, under: path}) {
				return
			}
			seen[real] = true
		case !s.walk(path, real, seen, yield):
			return
		}
	}
}

// walk searches one folder; real is where it really is.
func (s *search) walk(top, real string, seen map[string]bool, yield func(candidate) bool) bool {
	// A link that is named itself is followed: the slash makes the system do it.
	err := filepath.WalkDir(top+string(filepath.Separator), func(name string, entry fs.DirEntry, err error) error {
		name = filepath.Clean(name)
		if err != nil {
			if !yield(candidate{name: name, err: bare(err), under: top}) {
				return fs.SkipAll
			}
			return nil
		}
		rel, err := filepath.Rel(filepath.Clean(top), name)
		where := filepath.Join(real, rel)
		if entry.IsDir() {
			if rel != "." && (isPrivate(name) || s.passesOver(top, name, where, true)) {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || isPrivate(name) || s.passesOver(top, name, where, false) {
			return nil
		}
		if err == nil {
			if seen[where] {
				if !yield(candidate{name: name, under: top, twice: true}) {
					return errStop
				}
				return nil
			}
			seen[where] = true
		}
		if !yield(candidate{name: name, under: top}) {
			return errStop
		}
		return nil
	})
	return err == nil
}

var errStop = io.EOF

// isPrivate tells of a file or folder that a version control system keeps it for itself:
// all but the hooks in .git, of which those that end in .sample are never run.
func isPrivate(name string) bool {
	switch filepath.Base(name) {
	case ".hg", ".svn", ".bzr", "CVS":
		return true
	}
	dir := filepath.Dir(name)
	if filepath.Base(dir) == ".git" {
		return filepath.Base(name) != "hooks"
	}
	return filepath.Base(filepath.Dir(dir)) == ".git" && filepath.Ext(name) == ".sample"
}

// passesOver is leavesOut below a folder that was given, and remembers it.
func (s *search) passesOver(top, name, real string, folder bool) bool {
	out := s.leavesOut(name, real, folder)
	if out {
		s.leftOut(top)
	}
	return out
}

// leavesOut tells whether a file or folder is not to be looked at, unless it is named.
func (s *search) leavesOut(name, real string, folder bool) bool {
	if s.ignored.Ignores(real, folder) {
		return true
	}
	if full, err := filepath.Abs(name); s.set.excludesPaths && err == nil {
		return excludes(s.set.ExcludePath, "", full, folder)
	}
	return s.config.excludes(real, folder)
}

// realPath is where a path leads, or where it would be if it led anywhere.
func realPath(path string) (string, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return path, err
	}
	real, err := filepath.EvalSymlinks(full)
	if err != nil {
		return full, err
	}
	return real, nil
}

// leavesOutBelow tells whether a file that is named, or a folder that it lies in, below the
// working folder, is one that a search leaves out.
func (s *search) leavesOutBelow(name, real string) bool {
	if isPrivate(real) || s.leavesOut(name, real, false) {
		return true
	}
	here, err := realPath(".")
	if err != nil {
		return false
	}
	for dir := filepath.Dir(real); strings.HasPrefix(dir, here+string(filepath.Separator)); dir = filepath.Dir(dir) {
		if s.leavesOut(dir, dir, true) {
			return true
		}
	}
	return false
}

// read returns the script of a candidate; nil, nil for a file that was found in
// a folder and is no script by its extension and first line, nor the host of one, or is
// binary.
func (c candidate) read(stdin io.Reader, stdinName string) (*source.File, error) {
	switch {
	case c.err != nil:
		return nil, c.err
	case c.name == "-" && c.given:
		if stdin == nil {
			return source.New(stdinName, nil)
		}
		return source.ReadFrom(stdinName, stdin)
	case c.given:
		return source.Read(c.name)
	}
	if info, err := os.Stat(c.name); c.named && err == nil && !info.Mode().IsRegular() {
		return nil, source.ErrNotRegular // a FIFO is not waited for
	}
	known := source.DialectOfName(c.name) != source.Other
	host := hosts.MayHost(c.name)
	h, err := os.Open(c.name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !c.named: // it went while we searched
		return nil, nil
	case err != nil:
		return nil, bare(err)
	}
	defer h.Close()
	head := make([]byte, 256)
	if host {
		head = make([]byte, hosts.HeadSize)
	}
	n, err := io.ReadFull(h, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, bare(err)
	}
	head = head[:n]
	if d, ok := source.Shebang(head); ok {
		known, host = d != source.Other, true // the line may name what runs a host
	}
	if host && !known && hosts.Sniff(c.name, head, false) != nil {
		return source.ReadFrom(c.name, io.MultiReader(bytes.NewReader(head), h))
	}
	if !known || bytes.IndexByte(head, 0) >= 0 {
		return nil, nil
	}
	f, err := source.ReadFrom(c.name, io.MultiReader(bytes.NewReader(head), h))
	if err == source.ErrBinary {
		return nil, nil
	}
	return f, err
}
