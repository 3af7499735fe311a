package extract

// fds is a set of descriptors that are open on every way to a point. An exact walk keeps
// ways apart that differ in it, and takes the others to be closed.
type fds uint64

const mostFDs = 64

func (s fds) has(fd int) bool { return fd < mostFDs && s>>fd&1 != 0 }

// free is the lowest descriptor from a number on that is not open.
func (s fds) free(from int) int {
	for s.has(from) {
		from++
	}
	return from
}

// allocate is the descriptor that a shell chooses from 10 on, and the state after. Where
// ways have met it may be open on some of them: one above all that were chosen is surely
// not.
func (x *walker) allocate(s *state) (int, *state) {
	if x.effort == exact {
		return s.fds.free(10), s
	}
	fd := s.fds.free(s.nextFD)
	t := s.clone()
	t.nextFD = fd + 1
	return fd, t
}

// withFD is the state in which a descriptor is open, or closed. The last one that a shell
// has chosen is chosen again once it is closed, so that a loop comes to where it began.
func (x *walker) withFD(s *state, fd int, open bool) *state {
	last := !open && fd >= 10 && fd == s.nextFD-1
	if fd >= mostFDs || s.fds.has(fd) == open && !last {
		return s
	}
	t := s.clone()
	if s.fds.has(fd) != open {
		t.fds ^= 1 << fd
	}
	if last {
		t.nextFD--
	}
	return t
}
