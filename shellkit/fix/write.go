package fix

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"

	"github.com/google/renameio/v2"
)

// Why a file was not written. It is what it was then.
var (
	ErrChanged = errors.New("has changed since it was read")
	ErrOwner   = errors.New("would lose its owner")
	ErrKind    = errors.New("is not a regular file")
)

// Write exchanges the content of the file called name, which was before when it
// was read, for after: at once, so that whoever has it open, or runs it, keeps
// the old one, and nobody ever sees a half. Mode and owner stay. A symbolic link
// stays one, and the file that it leads to is written.
func Write(name string, before, after []byte) error {
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		return bare(err)
	}
	// From here on nobody can lead us elsewhere by exchanging a folder for a link.
	dir, err := os.OpenRoot(filepath.Dir(target))
	if err != nil {
		return bare(err)
	}
	defer dir.Close()
	base := filepath.Base(target)
	info, err := unchanged(dir, base, before)
	if err != nil {
		return err
	}
	pending, err := renameio.NewPendingFile(base, renameio.WithRoot(dir))
	if err != nil {
		return bare(err)
	}
	defer pending.Cleanup()
	if _, err := pending.Write(after); err != nil {
		return bare(err)
	}
	if err := dress(pending.File, info); err != nil {
		return err
	}
	if _, err := unchanged(dir, base, before); err != nil {
		return err
	}
	return bare(pending.CloseAtomicallyReplace())
}

// Keep makes a new file called name, which holds data and which only those may read
// that may read the file called like. Nothing that is there already is written: the
// error is then fs.ErrExist.
func Keep(name string, data []byte, like string) error {
	info, err := os.Stat(like)
	if err != nil {
		return bare(err)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return bare(err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, dress(f, info), f.Close()); err != nil {
		os.Remove(name)
	}
	return bare(err)
}

// unchanged makes sure that the file is a regular one that still holds data.
func unchanged(dir *os.Root, base string, data []byte) (fs.FileInfo, error) {
	info, err := dir.Lstat(base)
	if err != nil {
		return nil, bare(err)
	}
	if !info.Mode().IsRegular() {
		return nil, ErrKind
	}
	if info.Size() != int64(len(data)) {
		return nil, ErrChanged
	}
	now, err := dir.ReadFile(base)
	if err != nil {
		return nil, bare(err)
	}
	if !bytes.Equal(now, data) {
		return nil, ErrChanged
	}
	return info, nil
}

// dress gives the new file owner, group and mode of the old one; in this order,
// because a change of owner drops set-user-ID.
func dress(f *os.File, old fs.FileInfo) error {
	now, err := f.Stat()
	if err != nil {
		return bare(err)
	}
	uid, gid, known := owner(old)
	if u, g, _ := owner(now); known && (u != uid || g != gid) {
		if err := f.Chown(uid, gid); err != nil {
			return fmt.Errorf("%w: %w", ErrOwner, bare(err))
		}
	}
	return bare(f.Chmod(old.Mode()))
}

// owner reads the ids by the names that every Unix gives them in Go; where there
// are none there is no owner to lose.
func owner(info fs.FileInfo) (uid, gid int, known bool) {
	sys := reflect.Indirect(reflect.ValueOf(info.Sys()))
	if sys.Kind() != reflect.Struct {
		return 0, 0, false
	}
	u, g := sys.FieldByName("Uid"), sys.FieldByName("Gid")
	if !u.IsValid() || !g.IsValid() || !u.CanUint() || !g.CanUint() {
		return 0, 0, false
	}
	return int(u.Uint()), int(g.Uint()), true
}

// bare drops call and path: the caller has named the file.
func bare(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
}
