package doctor

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// reasons runs GC and lists why each file of dir was kept, or "removed".
func reasons(t *testing.T, dir string, remove bool) map[string]string {
	t.Helper()
	list, err := GC(dir, remove)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, l := range list {
		all[l.Name] = l.Why
		if l.Removed {
			all[l.Name] = "removed"
		}
	}
	return all
}

// 3.10: what belongs to one lock with slots goes or stays together.
func TestGCKeepsSlotsTogether(t *testing.T) {
	dir := lockDirectory(t)
	for _, name := range []string{"a.lock", "a@1.lock", "a@2.lock", "b.lock", "b@1.lock", "c@1.lock", "d.lock", "d@2.lock"} {
		put(t, dir, name, "")
	}
	put(t, dir, "a@0.lock", "2 slots\n")
	put(t, dir, "b@0.lock", "1 slots\n\n")
	put(t, dir, "d@0.lock", "mine")
	hold(t, dir+"/a@2.lock", unix.LOCK_EX)
	want := map[string]string{
		"a.lock": besideHeld, "a@0.lock": besideHeld, "a@1.lock": besideHeld, "a@2.lock": "held",
		"b.lock": "removed", "b@0.lock": "removed", "b@1.lock": "removed", "c@1.lock": "removed",
		"d.lock": besideHeld, "d@0.lock": "has content that lockkit did not write", "d@2.lock": besideHeld,
	}
	for _, remove := range []bool{false, true} {
		if got := reasons(t, dir, remove); !maps.Equal(got, want) {
			t.Errorf("remove %v: %v\nwant %v", remove, got, want)
		}
	}
	if left := listOf(t, dir); !slices.Equal(left, []string{"a.lock", "a@0.lock", "a@1.lock", "a@2.lock", "d.lock", "d@0.lock", "d@2.lock"}) {
		t.Errorf("left: %v", left)
	}
}

// 3.10: files may be removed at any time, and never are more inside than N.
func TestGCBesideSlots(t *testing.T) {
	dir := lockDirectory(t)
	name, err := lockfile.Resolve("busy")
	if err != nil {
		t.Fatal(err)
	}
	const n = 3
	s, err := lockfile.NewSlots(name, n)
	if err != nil {
		t.Fatal(err)
	}
	var inside, removed atomic.Int32
	var users, collector sync.WaitGroup
	stop := make(chan struct{})
	collector.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			list, err := GC(dir, true)
			if err != nil {
				t.Error(err)
			}
			for _, l := range list {
				if l.Removed {
					removed.Add(1)
				}
			}
		}
	})
	for worker := range 6 {
		users.Go(func() {
			// Until enough was removed under them, and so many times in any case.
			for turn := 0; turn < 100 || removed.Load() < 50 && turn < 100000; turn++ {
				r := lockfile.Request{Wait: lockfile.Forever}
				if worker == 0 {
					r.Wait = 0
				}
				held, err := s.Acquire(r)
				if errors.Is(err, lockfile.ErrBusy) && worker == 0 {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if now := inside.Add(1); now > n {
					t.Errorf("%d inside", now)
				}
				inside.Add(-1)
				held.Close()
			}
		})
	}
	users.Wait()
	close(stop)
	collector.Wait()
	if removed.Load() == 0 {
		t.Error("nothing was ever removed")
	}
}
