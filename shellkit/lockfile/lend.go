package lockfile

import "syscall"

// Lend makes a Held of a descriptor that another process has opened and shares with us. A
// lock that is taken through it is that process's too, and stays when this one has ended:
// locks of flock(2), and those of F_OFD_SETLK in fcntl(2), belong to the open file
// description. path is what it was opened for. To close the Held leaves fd open.
//
// No lock is taken yet. The error has OpOpen.
func Lend(fd int, path string, r Request) (*Held, error) {
	h := &Held{FD: fd, Path: path, request: r, file: file{fd: fd}, lent: true}
	if err := ignoringEINTR(func() error { return syscall.Fstat(fd, &h.stat) }); err != nil {
		return nil, &Error{OpOpen, path, err}
	}
	return h, nil
}

// Lent says whether the lock is held through another process's descriptor.
func (h *Held) Lent() bool { return h.lent }

// Take takes the lock of what was lent. The error is that of Lock.
func (h *Held) Take(r Request) error {
	err := Lock(h.FD, r)
	if e, ok := err.(*Error); ok {
		e.Path = h.Path
	}
	return err
}

// leads says whether path leads to what h has open.
func (h *Held) leads(path string) bool {
	same, err := h.stillNamed(path)
	return same && err == nil
}
