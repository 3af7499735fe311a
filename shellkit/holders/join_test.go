package holders

import (
	"slices"
	"testing"
)

var anywhere = Range{0, ToEOF}

func held(pid int, inode uint64) entry {
	return entry{kind: Flock, mode: Shared, pid: pid, inode: Inode{1, 0, inode}, span: anywhere}
}

// waits is a line of who waits for a lock on file 7.
func waits(pid int) entry {
	e := held(pid, 7)
	e.depth = 1
	return e
}

// byDescription pretends that descriptors 1–9 share a description, 10–19 another.
func byDescription(a, b kept) (int, bool) { return a.fd/10 - b.fd/10, true }

func refused(a, b kept) (int, bool) { return 0, false }

func keepersOf(l *Lock) (fds []int) {
	for _, k := range l.Keepers {
		fds = append(fds, k.FD)
	}
	return fds
}

func TestJoin(t *testing.T) {
	two := []entry{held(5, 7), held(5, 7)} // one process locked the file twice, shared
	keepers := []kept{{5, 3, held(5, 7), ""}, {5, 12, held(5, 7), ""}, {6, 3, held(5, 7), ""}}
	tests := []struct {
		name    string
		listed  []entry
		keepers []kept
		compare comparer
		want    [][]int // descriptors of each lock
		apart   bool
	}{
		{"one lock, many keepers", two[:1], keepers, refused, [][]int{{3, 12, 3}}, true},
		{"equal locks told apart by kcmp", two, keepers, byDescription, [][]int{{3, 3}, {12}}, true},
		{"equal locks of a list without rest", two[:1], keepers, byDescription, [][]int{{3, 3}, {12}}, true},
		{"kcmp refused", two, keepers, refused, [][]int{{3, 12, 3}, nil}, false},
		{"nobody to be seen", two[:1], nil, refused, [][]int{nil}, true},
		{"hidden in /proc/locks", nil, keepers[:1], refused, [][]int{{3}}, true},
		{"hidden and several", nil, keepers, byDescription, [][]int{{3, 3}, {12}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := join(tt.listed, tt.keepers, tt.compare)
			if len(files) != 1 || len(files[0].Locks) != len(tt.want) {
				t.Fatalf("got %d files, locks %+v", len(files), files[0].Locks)
			}
			for i, l := range files[0].Locks {
				if got := keepersOf(l); !slices.Equal(got, tt.want[i]) || l.Apart != tt.apart {
					t.Errorf("lock %d: keepers %v, apart %v", i, got, l.Apart)
				}
			}
		})
	}
}

func TestJoinKeepsTheOrderOfWaiters(t *testing.T) {
	listed := []entry{held(5, 7), held(5, 8)}
	for i, pid := range []int{9, 3, 6} {
		w := held(pid, 7)
		w.depth = i + 1
		listed = append(listed, w)
	}
	files := join(listed, nil, refused)
	var got []int
	for _, w := range files[0].Waiters {
		got = append(got, w.Process.PID*10+w.Depth)
	}
	if want := []int{90, 31, 62}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestStillListed(t *testing.T) {
	deeper := waits(5)
	deeper.depth = 2 // it has come closer since
	first := []entry{held(1, 7), held(2, 7), held(2, 7), held(3, 7), deeper, deeper, waits(6)}
	again := []entry{held(2, 7), waits(5)}
	got := stillListed(first, again, []kept{{9, 9, held(3, 7), ""}})
	if want := []entry{held(2, 7), held(3, 7), deeper}; !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestBlockedBy(t *testing.T) {
	w := func(k Kind, m Mode, from, to int64) *Waiter { return &Waiter{Kind: k, Mode: m, Range: Range{from, to}} }
	l := func(k Kind, m Mode, from, to int64) *Lock { return &Lock{Kind: k, Mode: m, Range: Range{from, to}} }
	tests := []struct {
		w    *Waiter
		l    *Lock
		want bool
	}{
		{w(Flock, Exclusive, 0, ToEOF), l(Flock, Shared, 0, ToEOF), true},
		{w(Flock, Shared, 0, ToEOF), l(Flock, Shared, 0, ToEOF), false},
		{w(Flock, Exclusive, 0, ToEOF), l(POSIX, Exclusive, 0, ToEOF), false},
		{w(OFD, Exclusive, 0, 9), l(POSIX, Exclusive, 9, ToEOF), true},
		{w(OFD, Exclusive, 0, 9), l(POSIX, Exclusive, 10, ToEOF), false},
		{w(OFD, Exclusive, 20, ToEOF), l(POSIX, Exclusive, 0, 19), false},
	}
	for _, tt := range tests {
		if got := tt.w.blockedBy(tt.l); got != tt.want {
			t.Errorf("%+v by %+v: %v", tt.w, tt.l, got)
		}
	}
}
