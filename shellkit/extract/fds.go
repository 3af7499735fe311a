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

// allocate is the descriptor that a shell chooses from 10 on, and the state after.
func (x *walker) allocate(s *state) (int, *state) {
	if x.effort == exact {
		return s.fds.free(10), s
	}
	t := s.clone()
	t.nextFD++
	return s.nextFD, t
}

// withFD is the state in which a descriptor is open, or closed.
func (x *walker) withFD(s *state, fd int, open bool) *state {
	if fd >= mostFDs || s.fds.has(fd) == open {
		return s
	}
	t := s.clone()
	t.fds ^= 1 << fd
	return t
}
