package lockfile

import (
	"errors"
	"path/filepath"
	"strings"
)

// ErrRelativeDir refuses a LOCKKIT_DIR that is another directory in another folder:
// then one name would be two locks.
var ErrRelativeDir = errors.New("a name, and LOCKKIT_DIR is not an absolute path")

// Name is what a LOCK argument stands for (CONTRACT.md, section 2).
type Name struct {
	Text string // as the user wrote it
	Path string
	// Named says that the lock was given by name. Only a named lock's file may
	// be written (2.3), and its directory is ours to create.
	Named bool
}

// Resolve says what text stands for: with a slash in it, itself; without one,
// NAME.lock in Dir. It looks at nothing on disk. The error has OpName; it may be
// ErrRelativeDir.
func Resolve(text string) (Name, error) {
	if strings.Contains(text, "/") {
		if strings.ContainsRune(text, 0) {
			return Name{}, &Error{OpName, text, errors.New("a path cannot contain a NUL byte")}
		}
		return Name{Text: text, Path: text}, nil
	}
	if !isName(text) {
		return Name{}, &Error{OpName, text, errors.New("not the name of a lock")}
	}
	if !filepath.IsAbs(Dir()) {
		return Name{}, &Error{OpName, text, ErrRelativeDir}
	}
	return Name{Text: text, Path: Dir() + "/" + text + ".lock", Named: true}, nil
}

// isName knows ASCII only, so that a name is one in every locale.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_':
		case i > 0 && (c == '.' || c == '-'):
		default:
			return false
		}
	}
	return s != ""
}
