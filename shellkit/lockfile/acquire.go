package lockfile

import "syscall"

// Held is a lock that this process took by path.
type Held struct {
	// FD is close-on-exec: a command gets the lock only from one who hands it on.
	FD   int
	Path string
	file
	request Request
	lent    bool // FD is another process's too, which has opened it
}

// Acquire opens path, locks it, and makes sure that path still leads to what it
// locked (2.2): if the file was removed or replaced meanwhile, it lets go and
// starts again, within the same Request.Wait. So the lock is the one that
// everybody gets who comes now by the same path.
//
// The error is ErrBusy, ErrTimeout, or an *Error with OpOpen, OpCreate or OpLock;
// then nothing is left open.
func Acquire(path string, r Request) (*Held, error) {
	deadline := r.deadline()
	access := syscall.O_RDONLY
	for {
		f, err := open(path, access, r.Devices)
		if err != nil {
			return nil, err
		}
		if err = r.lock(f.fd, deadline); err == nil {
			var same bool
			if same, err = f.stillNamed(path); same {
				return &Held{FD: f.fd, Path: path, file: f, request: r}, nil
			}
			unlock(f.fd, r.Range)
		}
		syscall.Close(f.fd)
		if access == syscall.O_RDONLY && !r.Shared && wantsWritable(err) {
			access = syscall.O_RDWR
			continue
		}
		if err != nil {
			if e, ok := err.(*Error); ok {
				e.Path = path
			}
			return nil, err
		}
	}
}

// wantsWritable recognises the file systems (NFS) and kinds of lock (fcntl) that
// give an exclusive lock to a writable descriptor only.
func wantsWritable(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Op == OpLock && (e.Errno() == syscall.EBADF || e.Errno() == syscall.EIO)
}

// Unlock frees the lock even if children still have the descriptor.
func (h *Held) Unlock() error { return Unlock(h.FD, h.request.Range) }

// Close closes this process's descriptor. The lock ends with the last one.
func (h *Held) Close() {
	if !h.lent {
		syscall.Close(h.FD)
	}
}

// Open opens path as Acquire does, and locks nothing. The caller closes it.
func Open(path string, r Request) (fd int, err error) {
	f, err := open(path, syscall.O_RDONLY, r.Devices)
	if err != nil {
		return -1, err
	}
	return f.fd, nil
}
