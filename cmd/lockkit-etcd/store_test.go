package main

import (
	"fmt"
	"net"
	"sync"
	"testing"
)

// store takes writes that carry a fence and refuses those with an older one than it has
// seen, as a user's database should. A careless one takes all.
type store struct {
	careless bool
	mutex    sync.Mutex
	greatest int64
	accepted []int64
	refused  int
}

func (s *store) serve(t testing.TB, path string) {
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			wire, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer wire.Close()
				var fence int64
				if _, err := fmt.Fscan(wire, &fence); err == nil {
					s.write(fence)
				}
			}()
		}
	}()
}

func (s *store) write(fence int64) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if fence < s.greatest && !s.careless {
		s.refused++
		return
	}
	s.greatest = max(s.greatest, fence)
	s.accepted = append(s.accepted, fence)
}
