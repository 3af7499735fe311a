package lockfile

import (
	"errors"
	"sync"
)

// errStopped ends a wait that a stopper was asked to end.
var errStopped = errors.New("stopped")

// stopper ends the waits that were begun with it, from another goroutine.
type stopper struct {
	mutex   sync.Mutex
	stopped bool
	rouse   map[int]func() // what breaks off a system call that waits
	next    int
}

// now ends the waits, and those that begin later.
func (s *stopper) now() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.stopped {
		return
	}
	s.stopped = true
	for _, rouse := range s.rouse {
		rouse()
	}
}

// is says whether the wait is to end. Nobody asks who has no stopper.
func (s *stopper) is() bool {
	if s == nil {
		return false
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.stopped
}

// call has rouse called when the wait is to end, at once if it is already. After forget
// it is called no more.
func (s *stopper) call(rouse func()) (forget func()) {
	if s == nil {
		return func() {}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.rouse == nil {
		s.rouse = map[int]func(){}
	}
	id := s.next
	s.next++
	s.rouse[id] = rouse
	if s.stopped {
		rouse()
	}
	return func() {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		delete(s.rouse, id)
	}
}
