package holders

import (
	"fmt"
	"strings"
	"testing"
)

// world makes files from lines such as "a held by 1 2, wanted by 3 4".
func world(lines ...string) []*File {
	var files []*File
	known := map[int]*Process{}
	process := func(word string) *Process {
		var pid int
		fmt.Sscan(word, &pid)
		if known[pid] == nil {
			known[pid] = &Process{PID: pid}
		}
		return known[pid]
	}
	for _, line := range lines {
		name, rest, _ := strings.Cut(line, " held by ")
		holders, waiters, _ := strings.Cut(rest, ", wanted by ")
		f := &File{Path: name}
		l := &Lock{File: f, Kind: Flock, Mode: Exclusive, Range: anywhere}
		for _, pid := range strings.Fields(holders) {
			l.Keepers = append(l.Keepers, Keeper{Process: process(pid), FD: 9})
		}
		f.Locks = []*Lock{l}
		for _, pid := range strings.Fields(waiters) {
			f.Waiters = append(f.Waiters, &Waiter{File: f, Process: process(pid), Kind: Flock, Mode: Exclusive, Range: anywhere})
		}
		files = append(files, f)
	}
	return files
}

func TestFindDeadlocks(t *testing.T) {
	// parents says who waits for whom: 10 waits for 1.
	parents := map[int]int{1: 10, 2: 20}
	above := func(pid int) []*Process {
		chain := []*Process{{PID: pid}}
		if parent := parents[pid]; parent != 0 {
			chain = append(chain, &Process{PID: parent})
		}
		return chain
	}
	tests := []struct {
		name  string
		files []*File
		want  string // "KEEPS:file>waiter …" of each deadlock, then its outsiders
	}{
		{"only waiting", world("a held by 1, wanted by 2 3"), ""},
		{"opposite order", world("a held by 1, wanted by 2", "b held by 2, wanted by 1"), "2:b>2 1:a>1"},
		{"held by the scripts, waited for by their children", world("a held by 10, wanted by 2", "b held by 20, wanted by 1"), "20:b>2 10:a>1"},
		{"itself", world("a held by 1, wanted by 1"), "1:a>1"},
		{"its own parent", world("a held by 10, wanted by 1"), "10:a>1"},
		{"three, and one who waits outside", world("a held by 3, wanted by 4 7", "b held by 4, wanted by 5", "c held by 5, wanted by 3"), "4:b>4 3:a>3 5:c>5"},
		{"a daemon keeps one as well", world("a held by 3 8, wanted by 4", "b held by 4, wanted by 3"), "4:b>4 3:a>3 unless 8"},
		{"two circles", world("a held by 3, wanted by 3", "b held by 4, wanted by 4"), "3:a>3; 4:b>4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var all []string
			for _, d := range findDeadlocks(tt.files, above) {
				var parts []string
				for i, s := range d.Steps {
					parts = append(parts, fmt.Sprintf("%d:%s>%d", s.Keeps.PID, s.Lock.File.Path, s.Waiter.Process.PID))
					if n := len(s.Through); s.Through[0].PID != s.Keeps.PID || s.Through[n-1].PID != s.Waiter.Process.PID {
						t.Errorf("step %d goes through %+v", i, s.Through)
					}
					next := d.Steps[(i+1)%len(d.Steps)]
					if s.Waiter.File != next.Lock.File {
						t.Errorf("step %d waits for %s, the next keeps %s", i, s.Waiter.File.Path, next.Lock.File.Path)
					}
				}
				for _, p := range d.Unless {
					parts = append(parts, fmt.Sprintf("unless %d", p.PID))
				}
				all = append(all, strings.Join(parts, " "))
			}
			if got := strings.Join(all, "; "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSharedLocksMakeNoDeadlock(t *testing.T) {
	files := world("a held by 3, wanted by 4", "b held by 4, wanted by 3")
	files[0].Locks[0].Mode, files[0].Waiters[0].Mode = Shared, Shared
	if got := findDeadlocks(files, func(pid int) []*Process { return []*Process{{PID: pid}} }); got != nil {
		t.Errorf("got %+v", got)
	}
}

// A subshell that waits for a lock of the shell that it was forked from waits for
// a shell that goes on, and will release it.
func TestChildOfARunningHolderIsNoDeadlock(t *testing.T) {
	files := world("a held by 3 4, wanted by 4")
	files[0].Waiters[0].Process.Parent = 3
	alone := func(pid int) []*Process { return []*Process{{PID: pid}} }
	if got := findDeadlocks(files, alone); got != nil {
		t.Errorf("got %+v", got)
	}
	stuck := func(pid int) []*Process { return []*Process{{PID: pid}, {PID: 3}} }
	if got := findDeadlocks(files, stuck); len(got) != 1 || got[0].Steps[0].Keeps.PID != 3 {
		t.Errorf("got %+v, want one through process 3", got)
	}
}
