//go:build linux

package lockfile

import (
	"errors"
	"os"
	"syscall"
	"testing"
)

// lends opens path as another process does that lends it.
func lends(t *testing.T, path string) *Held {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	h, err := Lend(int(f.Fd()), path, Request{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// 3.10: who lends the gate keeps its place there until it has opened its slot, and then has
// the slot through its own descriptor.
func TestSlotsThroughLentDescriptors(t *testing.T) {
	s := slotsOf(t, 1)
	gate := lends(t, s.Lock.Path)
	found, err := s.Through(gate, nil).Acquire(Request{Wait: Forever})
	if err != nil || found.Lent() || found.Path != s.Path(1) {
		t.Fatalf("at the gate: %v, %v", found, err)
	}
	found.free()
	if _, err := s.Try(); err != ErrBusy {
		t.Fatalf("somebody came between: %v", err)
	}
	slot := lends(t, s.Path(1))
	held, err := s.Through(gate, slot).Acquire(Request{Wait: Forever})
	if err != nil || !held.Lent() || held.FD != slot.FD {
		t.Fatalf("in the slot: %v, %v", held, err)
	}
	if !s.gateIsFree() {
		t.Error("the gate is not left")
	}
	held.Close()
	if _, err := s.Acquire(Request{}); err != ErrBusy {
		t.Errorf("the slot is not held through the descriptor that was lent: %v", err)
	}
	held.Unlock()
	s.mustHave(t)
}

// 3.10: a slot that somebody else has taken meanwhile is not the one, and another one is told.
func TestSlotsThroughOneThatIsTaken(t *testing.T) {
	s := slotsOf(t, 2)
	s.mustHave(t)
	gate, slot := lends(t, s.Lock.Path), lends(t, s.Path(1))
	found, err := s.Through(gate, slot).Acquire(Request{Wait: Forever})
	if err != nil || found.Lent() || found.Path != s.Path(2) {
		t.Fatalf("%v, %v", found, err)
	}
	found.free()
	if _, err := s.Through(gate, slot).Acquire(Request{}); err != nil {
		t.Errorf("who does not wait takes its own gate for somebody's: %v", err)
	}
}

// A gate that was replaced while who lent it stood there is none.
func TestSlotsThroughALostGate(t *testing.T) {
	s := slotsOf(t, 1)
	gate, slot := lends(t, s.Lock.Path), lends(t, s.Path(1))
	if err := os.Remove(s.Lock.Path); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Through(gate, slot).Acquire(Request{Wait: Forever}); !errors.Is(err, syscall.ESTALE) {
		t.Errorf("%v", err)
	}
	s.mustHave(t)
}

// 3.10: a lock of fcntl(2) that is taken through a descriptor stays when ours is closed.
func TestLentRange(t *testing.T) {
	path := slotsOf(t, 1).Lock.Path
	r := Request{Range: &Range{}}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	held, err := Lend(int(f.Fd()), path, r)
	if err == nil {
		err = held.Take(r)
	}
	if err == nil {
		err = held.Excludes()
	}
	if err != nil {
		t.Fatal(err)
	}
	held.Close()
	if _, err := Acquire(path, r); err != ErrBusy {
		t.Errorf("it is not held: %v", err)
	}
	if err := lends(t, path).Take(r); !errors.Is(err, syscall.EBADF) {
		t.Errorf("a descriptor that is only read gets an exclusive one: %v", err)
	}
}
