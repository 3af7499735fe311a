//go:build linux

package lockfile

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// slotsOf is a lock by path in a directory of its own.
func slotsOf(t *testing.T, n int) Slots {
	t.Helper()
	s, err := NewSlots(Name{Text: "./f", Path: filepath.Join(t.TempDir(), "f")}, n)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s Slots) mustHave(t *testing.T) *Held {
	t.Helper()
	held, err := s.Acquire(Request{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(held.free)
	return held
}

// blocked returns when so many threads of ours wait in flock(2), and stand in the kernel's
// queues: who is in the call may not have come that far. The kernel's list of those comes in
// pages, and what moves meanwhile may be on two of them, so that it alone says too much.
func blocked(t *testing.T, want int) {
	t.Helper()
	for range 100000 {
		if inFlock(t) >= want && queued(t, want) {
			return
		}
	}
	t.Fatalf("%d do not wait", want)
}

// inFlock is how many threads of ours are in a call of flock(2) that waits.
func inFlock(t *testing.T) (number int) {
	t.Helper()
	threads, err := filepath.Glob("/proc/self/task/*/syscall")
	if err != nil {
		t.Fatal(err)
	}
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if errors.Is(err, os.ErrPermission) {
			t.Skip("system calls do not show here")
		}
		call := strings.Fields(string(text)) // the number of the call, descriptor, operation
		if len(call) < 3 || call[0] != strconv.Itoa(syscall.SYS_FLOCK) {
			continue
		}
		if how, err := strconv.ParseInt(call[2], 0, 64); err == nil && how&syscall.LOCK_NB == 0 {
			number++
		}
	}
	return number
}

// queued tells whether the kernel lists so many waiters of ours, or shows none of our locks.
func queued(t *testing.T, want int) bool {
	t.Helper()
	text, err := os.ReadFile("/proc/locks")
	if err != nil {
		t.Skip("locks do not show here")
	}
	ours, waiting := 0, 0
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if !slices.Contains(fields, strconv.Itoa(os.Getpid())) {
			continue
		}
		ours++
		if slices.Contains(fields, "->") {
			waiting++
		}
	}
	return ours == 0 || waiting >= want
}

// 3.10: N come in and no more; who leaves makes room.
func TestSlotsLetNIn(t *testing.T) {
	for _, n := range []int{1, 3, 10} {
		s := slotsOf(t, n)
		var inside []*Held
		for range n {
			inside = append(inside, s.mustHave(t))
		}
		for _, ask := range []func() (*Held, error){
			func() (*Held, error) { return s.Acquire(Request{}) },
			s.Try,
			func() (*Held, error) { return s.Acquire(Request{Wait: 20 * time.Millisecond}) },
		} {
			if held, err := ask(); err != ErrBusy && err != ErrTimeout {
				t.Fatalf("%d slots, one more: %v, %v", n, held, err)
			}
		}
		inside[n-1].free()
		s.mustHave(t)
		if _, err := s.Try(); err != ErrBusy {
			t.Errorf("%d slots, the slot given up was had twice: %v", n, err)
		}
		for number := range n {
			if !exists(s.Path(number + 1)) {
				t.Errorf("no file of slot %d", number+1)
			}
		}
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// 3.10: who waits is served in order of arrival, whichever slot becomes free.
func TestSlotsAreServedInOrder(t *testing.T) {
	const waiters = 24
	for _, n := range []int{1, 3, 10} {
		s := slotsOf(t, n)
		var inside []*Held
		for range n {
			inside = append(inside, s.mustHave(t))
		}
		type entry struct {
			who  int
			held *Held
		}
		entered := make(chan entry)
		for who := range waiters {
			go func() {
				held, err := s.Acquire(Request{Wait: time.Hour})
				if err != nil {
					t.Error(err)
				}
				entered <- entry{who, held}
			}()
			blocked(t, n+who) // the first one waits for all slots at once
		}
		for who := range waiters {
			leaves := who * 7 % n
			inside[leaves].free()
			e := <-entered
			if e.who != who {
				t.Errorf("%d slots: %d came in, and it was the turn of %d", n, e.who, who)
			}
			inside[leaves] = e.held
		}
		for _, held := range inside {
			held.free()
		}
	}
}

// 3.10: another number is refused with both numbers, until nobody is inside.
func TestSlotsAgreeOnTheirNumber(t *testing.T) {
	three := slotsOf(t, 3)
	five := Slots{Lock: three.Lock, N: 5}
	held := three.mustHave(t)
	var other *SlotsError
	if _, err := five.Acquire(Request{}); !errors.As(err, &other) || *other != (SlotsError{3, 5}) {
		t.Fatalf("5 beside 3: %v", err)
	}
	if _, err := five.Acquire(Request{Wait: Forever}); !errors.As(err, &other) {
		t.Fatalf("5 beside 3, waiting: %v", err)
	}
	held.free()
	five.mustHave(t).free()
	last := five.Path(5)
	for range 4 {
		five.mustHave(t)
	}
	fifth := five.mustHave(t)
	if fifth.Path != last {
		t.Fatalf("%s, not %s", fifth.Path, last)
	}
	if _, err := three.Acquire(Request{}); !errors.As(err, &other) || *other != (SlotsError{5, 3}) {
		t.Fatalf("3 beside 5: %v", err)
	}
}

// 3.10: of two who name a number at once one is right, and those who are inside together
// have all named the same.
func TestSlotsRaceForTheirNumber(t *testing.T) {
	one := slotsOf(t, 2)
	var inside [6]atomic.Int32
	var done sync.WaitGroup
	for worker := range 8 {
		s := Slots{Lock: one.Lock, N: 2 + worker%2*3}
		done.Go(func() {
			for turn := range 200 {
				r := Request{Wait: Forever}
				if turn%3 == 0 {
					r.Wait = 0
				}
				held, err := s.Acquire(r)
				var other *SlotsError
				switch {
				case errors.As(err, &other), err == ErrBusy:
					continue
				case err != nil:
					t.Error(err)
					return
				}
				if now := inside[s.N].Add(1); int(now) > s.N {
					t.Errorf("%d inside with -j %d", now, s.N)
				}
				if now := inside[7-s.N].Load(); now != 0 {
					t.Errorf("%d inside with another number", now)
				}
				inside[s.N].Add(-1)
				held.free()
			}
		})
	}
	done.Wait()
}

// 3.10: who comes without waiting while others come in is not told that all is full, the
// very first time too.
func TestSlotsAreNotFullWhileOthersComeIn(t *testing.T) {
	for range 50 {
		s := slotsOf(t, 8)
		var done sync.WaitGroup
		for worker := range 8 {
			done.Go(func() {
				for range 4 {
					r := Request{Wait: time.Duration(worker%2-1) * time.Hour} // half of them wait for ever, which is negative
					held, err := s.Acquire(r)
					if err != nil {
						t.Error(err)
						return
					}
					held.free()
				}
			})
		}
		done.Wait()
	}
}

// 3.10: who does not wait leaves the last free slot to who is at the gate, and no other.
func TestSlotsLeaveOneToWhoIsFirst(t *testing.T) {
	s := slotsOf(t, 3)
	s.mustHave(t).free()
	gate := acquire(t, s.Lock.Path, Request{})
	for want := 2; want > 0; want-- {
		s.mustHave(t)
	}
	if held, err := s.Acquire(Request{}); err != ErrBusy {
		t.Errorf("the last one: %v, %v", held, err)
	}
	gate.free()
	s.mustHave(t)
}

// 3.10: of several slots that become free at once the first waiter keeps one.
func TestSlotsThatAreFreeAtOnce(t *testing.T) {
	const n = 4
	s := slotsOf(t, n)
	for range 50 {
		var inside []*Held
		for range n {
			inside = append(inside, s.mustHave(t))
		}
		got := make(chan *Held)
		go func() {
			held, err := s.Acquire(Request{Wait: Forever})
			if err != nil {
				t.Error(err)
			}
			got <- held
		}()
		blocked(t, n)
		var together sync.WaitGroup
		for _, held := range inside {
			together.Go(held.free)
		}
		together.Wait()
		waiter := <-got
		for range n - 1 {
			held, err := s.Acquire(Request{})
			if err != nil {
				t.Fatal(err)
			}
			defer held.free()
			inside = append(inside, held)
		}
		waiter.free()
		for _, held := range inside[n:] {
			held.free()
		}
	}
}

// 3.10: one who uses the lock without slots and those with slots keep each other out.
func TestSlotsApartFromWhoHasNone(t *testing.T) {
	s := slotsOf(t, 4)
	plain := Slots{Lock: s.Lock, N: 0}
	if err := plain.Apart(); err != nil {
		t.Fatal(err)
	}
	held := s.mustHave(t)
	gate := acquire(t, s.Lock.Path, Request{})
	var other *SlotsError
	if err := plain.Apart(); !errors.As(err, &other) || *other != (SlotsError{4, 0}) {
		t.Fatalf("beside one who is inside: %v", err)
	}
	held.free()
	if err := plain.Apart(); err != nil {
		t.Fatal(err)
	}
	if held, err := s.Acquire(Request{}); err != ErrBusy {
		t.Fatalf("beside one without slots: %v, %v", held, err)
	}
	gate.free()
	s.mustHave(t)
}

// 3.10: a file that is not ours is left alone, and a path beside which slots would be
// others than those of the file itself is refused.
func TestSlotsDamageNothing(t *testing.T) {
	s := slotsOf(t, 2)
	const mine = "three words here\n"
	if err := os.WriteFile(s.Path(0), []byte(mine), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Acquire(Request{}); !errors.Is(err, errNoDoor) {
		t.Errorf("a file in the place of the door: %v", err)
	}
	if text, _ := os.ReadFile(s.Path(0)); string(text) != mine {
		t.Errorf("it was changed to %q", text)
	}
	plain := Slots{Lock: s.Lock, N: 0}
	if err := plain.Apart(); err != nil {
		t.Errorf("without slots it is in nobody's way: %v", err)
	}
	os.Symlink(s.Lock.Path, s.Lock.Path+".link")
	for _, path := range []string{"/", "./", "a/..", s.Lock.Path + ".link"} {
		if _, err := NewSlots(Name{Text: path, Path: path}, 2); err == nil {
			t.Errorf("%s was taken", path)
		}
	}
}

// 3.10: a lock has the same slots by its name and by its path.
func TestSlotsHaveOneName(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("LOCKKIT_DIR", dir)
	want := dir + "/deploy@3.lock"
	for _, text := range []string{"deploy", dir + "/deploy.lock", dir + "/./deploy.lock"} {
		name, err := Resolve(text)
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewSlots(name, 5)
		if err != nil || filepath.Clean(s.Path(3)) != want {
			t.Errorf("%s: %s, %v", text, s.Path(3), err)
		}
	}
	for file, want := range map[string]string{"deploy@3.lock": "deploy 3 true", "deploy@0.lock": "deploy 0 true",
		"deploy@03.lock": "false", "deploy@x.lock": "false", "@1.lock": "false", "deploy@1": "false", "deploy.lock": "false"} {
		lock, number, ok := SlotFile(file)
		if got := lock + " " + strconv.Itoa(number) + " true"; ok && got != want || !ok && want != "false" {
			t.Errorf("%s: %s, %v", file, got, ok)
		}
	}
}

// 3.10: a signal of Go's own runtime costs nobody the place in the queue.
func TestWaitersKeepTheirPlace(t *testing.T) {
	for _, wait := range []time.Duration{Forever, time.Hour} {
		path := filepath.Join(t.TempDir(), "f")
		held := acquire(t, path, Request{})
		order, thread := make(chan int), make(chan int)
		var threads [2]int
		for who := range threads {
			go func() {
				runtime.LockOSThread()
				thread <- syscall.Gettid()
				waiter, err := Acquire(path, Request{Wait: wait})
				if err != nil {
					t.Error(err)
				}
				order <- who
				waiter.free()
			}()
			threads[who] = <-thread
			blocked(t, who+1)
		}
		for range 100 {
			if err := unix.Tgkill(os.Getpid(), threads[0], unix.SIGURG); err != nil {
				t.Fatal(err)
			}
			runtime.Gosched()
		}
		held.free()
		if who := <-order; who != 0 {
			t.Errorf("%v: the second came first", wait)
		}
		<-order
	}
}
