package holders

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

const linuxPage = 4096

// kernelList is a list of locks as Linux keeps it: one part for each processor, what
// is taken goes to the front of a part, and who reads it counts from the first on.
type kernelList struct {
	parts [][]listedLock
	moves func(look int) // what others do before each look at the list
	looks int
	seen  map[entry]bool // what was held at some look
}

type listedLock struct {
	entry
	waiters []entry
}

func (l *kernelList) take(part int, e entry, waiters ...entry) {
	l.parts[part] = slices.Insert(l.parts[part], 0, listedLock{e, waiters})
}

func (l *kernelList) release(which func(entry) bool) {
	for i := range l.parts {
		l.parts[i] = slices.DeleteFunc(l.parts[i], func(o listedLock) bool { return which(o.entry) })
	}
}

func (l *kernelList) look() []listedLock {
	if l.looks++; l.moves != nil {
		l.moves(l.looks)
	}
	all := slices.Concat(l.parts...)
	for _, o := range all {
		l.seen[o.entry] = true
	}
	return all
}

func (l *kernelList) open() (io.ReadCloser, error) {
	return io.NopCloser(&listFile{list: l, size: linuxPage}), nil
}

// entries is all of the list at one moment.
func (l *kernelList) entries() (all []entry) {
	for _, o := range slices.Concat(l.parts...) {
		all = append(append(all, o.entry), o.waiters...)
	}
	return all
}

// listFile is the list opened, with the habits of Linux's seq_read.
type listFile struct {
	list *kernelList
	size int    // of its page
	next int    // the lock to go on with
	rest []byte // of the page, for the next read
}

func (f *listFile) Read(p []byte) (n int, err error) {
	n = copy(p, f.rest)
	if f.rest = f.rest[n:]; len(f.rest) > 0 {
		return n, nil
	}
	var page []byte
	all := f.list.look()
	for _, l := range all[min(f.next, len(all)):] {
		if len(page) > 0 && len(page) >= len(p)-n {
			break
		}
		text := l.text(f.next + 1)
		for len(page) == 0 && len(text) >= f.size {
			f.size *= 2
		}
		if len(page)+len(text) >= f.size {
			break
		}
		page = append(page, text...)
		f.next++
	}
	more := copy(p[n:], page)
	f.rest = page[more:]
	if n += more; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (l listedLock) text(number int) string {
	var b strings.Builder
	for _, e := range append([]entry{l.entry}, l.waiters...) {
		arrow := ""
		if e.depth > 0 {
			arrow = strings.Repeat(" ", e.depth-1) + "-> "
		}
		mode := map[Mode]string{Exclusive: "WRITE", Shared: "READ"}[e.mode]
		fmt.Fprintf(&b, "%d: %sFLOCK  ADVISORY  %s %d fe:00:%d 0 EOF\n", number, arrow, mode, e.pid, e.inode.Number)
	}
	return b.String()
}

// numbered are n different locks; every fifth is a shared one.
func numbered(from, n int) (locks []entry) {
	for i := from; i < from+n; i++ {
		e := entry{kind: Flock, mode: Exclusive, pid: 100000 + i, inode: Inode{0xfe, 0, uint64(9000000 + i)}, span: anywhere}
		if i%5 == 0 {
			e.mode = Shared
		}
		locks = append(locks, e)
	}
	return locks
}

func queue(lock entry, n int) (waiters []entry) {
	for i := range n {
		w := lock
		w.mode, w.pid, w.depth = Exclusive, 200000+i, i%7+1
		waiters = append(waiters, w)
	}
	return waiters
}

func newList(parts int, steady []entry) *kernelList {
	l := &kernelList{parts: make([][]listedLock, parts), seen: map[entry]bool{}}
	for i, e := range steady {
		l.take(i*7%11%parts, e)
	}
	return l
}

// crowd has others lock and unlock, none of which is on the list all the time.
func (l *kernelList) crowd(size int, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 0))
	others := map[entry]bool{}
	for _, e := range numbered(50000, size) {
		others[e] = true
	}
	sorted := slices.SortedFunc(maps.Keys(others), func(a, b entry) int { return a.pid - b.pid })
	l.moves = func(int) {
		l.release(func(e entry) bool { return others[e] })
		busy := random.Float64()
		for _, e := range sorted {
			if random.Float64() < busy {
				l.take(random.IntN(len(l.parts)), e)
			}
		}
	}
}

// once reads the list as cat(1) does.
func (l *kernelList) once(t *testing.T) []entry {
	t.Helper()
	f, _ := l.open()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return parseLocks(text)
}

func howOften(listed []entry) map[entry]int {
	count := map[entry]int{}
	for _, e := range listed {
		count[e]++
	}
	return count
}

func missing(listed, wanted []entry) (n int) {
	count := howOften(listed)
	for _, e := range wanted {
		if count[e] == 0 {
			n++
		}
	}
	return n
}

// 4 who: a lock that is held all the time is seen, whatever others do meanwhile; one
// that was released before the reading began is not.
func TestNoLockSlipsThroughBetweenPages(t *testing.T) {
	steady := numbered(0, 400)
	before := numbered(1000, 1)[0]
	for _, parts := range []int{1, 2, 16} {
		for _, crowd := range []int{8, 60, 250} {
			slipped := 0
			for seed := range uint64(4) {
				l := newList(parts, steady)
				l.take(0, before)
				l.release(func(e entry) bool { return e == before })
				l.crowd(crowd, seed)
				got, err := readList(linuxPage, l.open)
				if err != nil {
					t.Fatal(err)
				}
				if n := missing(got, steady); n > 0 {
					t.Errorf("%d parts, %d others, seed %d: %d locks are missing", parts, crowd, seed, n)
				}
				for _, e := range got {
					if !l.seen[e] {
						t.Errorf("%+v was never there", e)
					}
				}
				slipped += missing(l.once(t), steady)
			}
			if slipped == 0 {
				t.Errorf("%d parts, %d others: reading once misses nothing either, which proves nothing", parts, crowd)
			}
		}
	}
}

func TestAListAtRestIsReadOnceAsItIs(t *testing.T) {
	for _, n := range []int{0, 1, 30, 70, 74, 80, 110, 150, 1000} {
		l := newList(2, numbered(0, n))
		if n > 0 { // one process has one file locked several times
			first := l.parts[0][0]
			first.mode = Shared
			for _, at := range []int{0, 0, 60, 500} {
				l.parts[0] = slices.Insert(l.parts[0], min(at, len(l.parts[0])), first)
			}
			for i, at := range []int{0, 30, 34} { // the half page that is skipped ends in the midst of one
				lock := numbered(5000+i, 1)[0]
				l.parts[0] = slices.Insert(l.parts[0], min(at, len(l.parts[0])), listedLock{lock, queue(lock, 15)})
			}
		}
		got, err := readList(linuxPage, l.open)
		if want := l.entries(); err != nil || !slices.Equal(got, want) {
			t.Errorf("%d locks: got %d entries, %v; want %d", n, len(got), err, len(want))
		}
		if pages := 60*len(got)/linuxPage + 3; l.looks > 2*pages {
			t.Errorf("%d locks: looked %d times at some %d pages", n, l.looks, pages)
		}
	}
}

// A page that moved shows locks a second time.
func TestNothingIsListedTwice(t *testing.T) {
	for seed := range uint64(40) {
		steady := numbered(0, 100+int(seed))
		l := newList(2, steady)
		l.crowd(16, seed)
		got, err := readList(linuxPage, l.open)
		if err != nil {
			t.Fatal(err)
		}
		for e, n := range howOften(got) {
			if n > 1 && (e.mode == Exclusive || slices.Contains(steady, e)) {
				t.Errorf("seed %d: %d times %+v", seed, n, e)
			}
		}
	}
}

// The end of the list is looked at more than once, and may be longer then.
func TestTheEndIsListedOnce(t *testing.T) {
	steady, front := numbered(0, 120), numbered(1000, 12)
	gone := func(e entry) bool { return slices.Contains(front, e) }
	for when := range 10 {
		l := newList(1, steady)
		l.moves = func(look int) {
			l.release(gone)
			for _, e := range front {
				if look != when {
					l.take(0, e)
				}
			}
		}
		got, err := readList(linuxPage, l.open)
		if count := howOften(got); err != nil || len(count) != len(got) || missing(got, steady) > 0 {
			t.Errorf("the list is shorter at look %d: got %d entries, %d different ones, %v", when, len(got), len(count), err)
		}
	}
}

// The whole list moves by more than pages overlap, once.
func TestAListThatMovedTooFarIsReadAgain(t *testing.T) {
	steady, front := numbered(0, 300), numbered(1000, 100)
	for when := range 20 {
		l := newList(1, append(slices.Clone(steady), front...))
		l.moves = func(look int) {
			if look == when {
				l.release(func(e entry) bool { return slices.Contains(front, e) })
			}
		}
		got, err := readList(linuxPage, l.open)
		if n := missing(got, steady); err != nil || n > 0 {
			t.Errorf("before look %d: %d locks are missing, %v", when, n, err)
		}
	}
}

// For a lock with many waiters the kernel makes a page larger, and no page begins
// before it and ends behind: there is nothing to compare.
func TestALockWithManyWaiters(t *testing.T) {
	for _, n := range []int{60, 100, 700} {
		lock := numbered(150, 1)[0]
		l := newList(1, numbered(0, 150))
		l.take(0, lock, queue(lock, n)...)
		for _, e := range append(numbered(151, 150), numbered(1000, 30)...) {
			l.take(0, e)
		}
		at := 1029
		l.moves = func(int) { // one after the other goes
			l.release(func(e entry) bool { return e == numbered(at, 1)[0] })
			at--
		}
		got, err := readList(linuxPage, l.open)
		if err != nil || missing(got, numbered(0, 301)) > 0 || missing(got, queue(lock, n)) > 0 {
			t.Errorf("%d waiters: %d locks and %d waiters are missing, %v", n, missing(got, numbered(0, 301)), missing(got, queue(lock, n)), err)
		}
		for e, often := range howOften(got) {
			if often > 1 {
				t.Errorf("%d waiters: %d times %+v", n, often, e)
			}
		}
	}
}

func TestAListThatCannotBeRead(t *testing.T) {
	no := fmt.Errorf("no")
	if _, err := readList(linuxPage, func() (io.ReadCloser, error) { return nil, no }); err != no {
		t.Errorf("got %v", err)
	}
	broken := func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("x"), failing{no})), nil
	}
	if _, err := readList(linuxPage, broken); err != no {
		t.Errorf("got %v", err)
	}
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

func TestWithoutEchoes(t *testing.T) {
	exclusive := held(1, 7)
	exclusive.mode = Exclusive
	listed := []entry{exclusive, waits(5), held(2, 8), held(2, 8), waits(6), exclusive, waits(5), waits(4), held(3, 9), waits(7)}
	want := []entry{exclusive, waits(5), held(2, 8), held(2, 8), waits(6), held(3, 9), waits(7)}
	if got := withoutEchoes(slices.Clone(listed), Exclusive); !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	want = []entry{exclusive, waits(5), held(2, 8), held(3, 9), waits(7)}
	if got := withoutEchoes(slices.Clone(listed), Exclusive, Shared); !slices.Equal(got, want) {
		t.Errorf("of shared locks too: got %+v", got)
	}
}
