package doctor

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/holders"
	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// Place looks at the directory of path, or at path itself where that is a
// directory: what is mounted there, what endangers lock files there, and whether
// locks really exclude, tried on a file that is made and removed again.
func Place(path string) Section {
	dir := path
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		dir = filepath.Dir(path)
	}
	s := Section{Title: "locks in " + dir}
	if info, err = os.Stat(dir); err != nil {
		s.add(Problem, "access", "cannot be looked at: "+err.Error(), "run doctor as a user who may")
		return s
	}
	_, mount, err := holders.Find(dir)
	if err == nil {
		s.Findings = append(s.Findings, judge(mount))
	} else {
		s.add(Note, "mount", "what is mounted here cannot be told on this system", "")
	}
	s.surroundings(dir, path, info)
	s.trials(dir, mount)
	return s
}

func (s *Section) trials(dir string, mount holders.Mount) {
	f, err := os.CreateTemp(dir, ".lockkit-doctor-*.lock")
	if err != nil {
		s.noTrial(err)
		return
	}
	defer os.Remove(f.Name())
	f.Close()
	for _, trial := range []struct {
		about, fine string
		try         func(path string) error
	}{
		{"two opens", "the second waits for the first", twoOpensExclude},
		{"shared and exclusive", "shared locks go together, an exclusive one waits for them", sharedAndExclusive},
		{"read-only descriptor", "can be locked as well", readOnly},
		{"fork", "a child that inherited the lock keeps it", childKeepsIt},
	} {
		if err := trial.try(f.Name()); err != nil {
			level, hint := Problem, elsewhere
			if errors.Is(err, errNoMatter) {
				level, hint = Note, ""
			}
			s.add(level, trial.about, err.Error(), hint)
		} else {
			s.add(Fine, trial.about, trial.fine, "")
		}
	}
	s.otherMounts(f.Name(), mount)
}

// noTrial says why no file could be made to try locks on.
func (s *Section) noTrial(err error) {
	why := err
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		why = path.Err // the name was ours
	}
	hint := "give a directory in which files can be created"
	switch {
	case errors.Is(err, unix.EROFS):
		hint = "files that are here already can be locked; for new ones take another place"
	case errors.Is(err, fs.ErrPermission):
		hint = "run doctor as a user who can write there"
	}
	s.add(Note, "trial", "not made, since no file can be created here: "+why.Error(), hint)
}

const elsewhere = "lock a file on a local file system"

// errNoMatter marks what lockkit gets along with.
var errNoMatter = errors.New("lockkit opens it writable then")

// handle is an open file description of its own.
type handle struct{ *os.File }

func openTwice(path string) (a, b handle, done func(), err error) {
	files := make([]*os.File, 2)
	for i := range files {
		if files[i], err = os.OpenFile(path, os.O_RDWR, 0); err != nil {
			return a, b, func() {}, err
		}
	}
	return handle{files[0]}, handle{files[1]}, func() { files[0].Close(); files[1].Close() }, nil
}

func (h handle) lock(shared bool) error {
	return lockfile.Lock(int(h.Fd()), lockfile.Request{Shared: shared})
}

func (h handle) unlock() error { return lockfile.Unlock(int(h.Fd()), nil) }

// mustBeBusy is nil if the lock was refused as held by another.
func mustBeBusy(err error, what string) error {
	if err == nil {
		return errors.New(what)
	}
	if !errors.Is(err, lockfile.ErrBusy) {
		return fmt.Errorf("locking fails: %w", err)
	}
	return nil
}

func twoOpensExclude(path string) error {
	a, b, done, err := openTwice(path)
	defer done()
	if err != nil {
		return err
	}
	return exclude(a, b)
}

// exclude takes an exclusive lock on one and expects that the other cannot have
// it before it was released.
func exclude(a, b handle) error {
	if err := a.lock(false); err != nil {
		return fmt.Errorf("locking fails: %w", err)
	}
	if err := mustBeBusy(b.lock(false), "two exclusive locks were granted at once: locks do not exclude here"); err != nil {
		return err
	}
	if err := a.unlock(); err != nil {
		return fmt.Errorf("unlocking fails: %w", err)
	}
	if err := b.lock(false); err != nil {
		return fmt.Errorf("a released lock cannot be taken: %w", err)
	}
	return b.unlock()
}

func sharedAndExclusive(path string) error {
	a, b, done, err := openTwice(path)
	defer done()
	if err != nil {
		return err
	}
	if err := a.lock(true); err != nil {
		return fmt.Errorf("a shared lock fails: %w", err)
	}
	if err := b.lock(true); err != nil {
		return fmt.Errorf("two shared locks exclude each other: %w", err)
	}
	b.unlock()
	return mustBeBusy(b.lock(false), "an exclusive lock was granted beside a shared one")
}

func readOnly(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	err = handle{f}.lock(false)
	switch {
	case errors.Is(err, unix.EBADF) || errors.Is(err, unix.EIO):
		return fmt.Errorf("an exclusive lock needs a writable descriptor here (%w); %w", err, errNoMatter)
	case err != nil:
		return fmt.Errorf("locking fails: %w", err)
	}
	return nil
}

// childKeepsIt lets a child inherit a locked descriptor, closes it here, and
// expects the lock to last until the child ends.
func childKeepsIt(path string) error {
	a, b, done, err := openTwice(path)
	defer done()
	if err != nil {
		return err
	}
	if err := a.lock(false); err != nil {
		return fmt.Errorf("locking fails: %w", err)
	}
	cmd := exec.Command("/bin/sh", "-c", "echo; read x")
	cmd.ExtraFiles = []*os.File{a.File}
	gate, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	ready, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	io.ReadFull(ready, make([]byte, 1))
	a.Close()
	busy := mustBeBusy(b.lock(false), "the lock was gone although a child still had the descriptor")
	gate.Close()
	cmd.Wait()
	if busy != nil {
		return busy
	}
	if err := b.lock(false); err != nil {
		return fmt.Errorf("the lock outlived its last descriptor: %w", err)
	}
	return nil
}

// otherMounts tries the same file through other mounts of its file system.
func (s *Section) otherMounts(path string, mount holders.Mount) {
	mounts, err := holders.Mounts()
	if err != nil || mount.Point == "" {
		return
	}
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return
	}
	inside, ok := below(mount.Point, real)
	if !ok {
		return
	}
	inside = filepath.Join(mount.Root, inside) // from the root of the file system
	for _, m := range mounts {
		if m.Major != mount.Major || m.Minor != mount.Minor || m.ID == mount.ID {
			continue
		}
		rest, ok := below(m.Root, inside)
		if !ok {
			continue
		}
		other := filepath.Join(m.Point, rest)
		if !sameFile(real, other) {
			continue // something else is mounted over it
		}
		about := "through " + m.Point
		if err := throughBoth(real, other); err != nil {
			s.add(Problem, about, err.Error(), elsewhere)
		} else {
			s.add(Fine, about, "the same file by another mount: locks exclude", "")
		}
	}
}

func throughBoth(one, other string) error {
	a, err := os.OpenFile(one, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := os.Open(other) // the other mount may be read-only
	if err != nil {
		return err
	}
	defer b.Close()
	return exclude(handle{a}, handle{b})
}

func sameFile(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// below is the part of path that follows dir.
func below(dir, path string) (rest string, ok bool) {
	if dir == "/" {
		return path, true
	}
	rest, ok = strings.CutPrefix(path, dir)
	return rest, ok && (rest == "" || rest[0] == '/')
}
