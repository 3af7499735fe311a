package holders

import (
	"cmp"
	"slices"
)

// kept is one `lock:` line of one descriptor.
type kept struct {
	pid, fd int
	lock    entry
	path    string // where the descriptor leads; empty where that was not looked up
}

// comparer orders open file descriptions as kcmp(2) does: negative, zero for one
// and the same, positive. ok is false where the kernel refuses to tell.
type comparer func(a, b kept) (order int, ok bool)

// join brings the two halves together: listed is /proc/locks, keepers is what
// fdinfo showed, in the order of compareKept. Processes are filled in with their
// numbers only.
func join(listed []entry, keepers []kept, compare comparer) []*File {
	files := map[Inode]*File{}
	var order []*File
	fileOf := func(i Inode) *File {
		f := files[i]
		if f == nil {
			f = &File{Inode: i}
			files[i] = f
			order = append(order, f)
		}
		return f
	}

	type group struct {
		entry
		listed  int // how often
		keepers []kept
	}
	var groups []group // equal locks are one
	number := make(map[entry]int, len(listed))
	groupOf := func(e entry) *group {
		i, ok := number[e]
		if !ok {
			i = len(groups)
			number[e] = i
			groups = append(groups, group{entry: e})
		}
		return &groups[i]
	}
	for _, e := range listed {
		if e.depth == 0 {
			groupOf(e).listed++
		}
	}
	for _, k := range keepers { // also of a lock taken meanwhile, or one that /proc/locks hides
		g := groupOf(k.lock)
		g.keepers = append(g.keepers, k)
	}

	for _, g := range groups {
		f := fileOf(g.inode)
		byDescription, apart := separate(g.keepers, g.listed, compare)
		for i := range max(g.listed, len(byDescription), 1) {
			l := &Lock{
				File: f, Kind: g.kind, Mode: g.mode, Range: g.span,
				Breaking: g.breaking, Taker: max(g.pid, -1), Apart: apart,
			}
			if g.kind == OFD {
				l.Taker = 0 // the kernel writes -1: nobody in particular
			}
			if i < len(byDescription) {
				l.Keepers = toKeepers(byDescription[i])
			}
			f.Locks = append(f.Locks, l)
		}
	}
	for _, e := range listed {
		if e.depth > 0 {
			f := fileOf(e.inode)
			f.Waiters = append(f.Waiters, &Waiter{
				File: f, Process: &Process{PID: max(0, e.pid)}, FD: -1,
				Kind: e.kind, Mode: e.mode, Range: e.span, Depth: e.depth - 1,
			})
		}
	}
	return order
}

// separate groups the keepers of n equal locks by open file description. apart is
// false where that could not be told. A list that did not come to rest names equal
// shared locks once, so the keepers of such a lock are asked all the same.
func separate(keepers []kept, n int, compare comparer) (groups [][]kept, apart bool) {
	if len(keepers) == 0 {
		return nil, true
	}
	lock := keepers[0].lock
	if len(keepers) == 1 || lock.kind == POSIX || n == 1 && lock.mode == Exclusive {
		return [][]kept{keepers}, true
	}
	apart = true
	sorted := slices.Clone(keepers)
	slices.SortStableFunc(sorted, func(a, b kept) int {
		order, ok := compare(a, b)
		apart = apart && ok
		return order
	})
	if !apart {
		return [][]kept{keepers}, n == 1
	}
	for i, k := range sorted {
		if i > 0 {
			if order, ok := compare(sorted[i-1], k); ok && order == 0 {
				groups[len(groups)-1] = append(groups[len(groups)-1], k)
				continue
			}
		}
		groups = append(groups, []kept{k})
	}
	slices.SortFunc(groups, func(a, b []kept) int { return compareKept(a[0], b[0]) })
	return groups, true
}

func toKeepers(group []kept) []Keeper {
	keepers := make([]Keeper, len(group))
	for i, k := range group {
		keepers[i] = Keeper{&Process{PID: k.pid}, k.fd, k.path}
	}
	return keepers
}

func compareKept(a, b kept) int {
	return cmp.Or(cmp.Compare(a.pid, b.pid), cmp.Compare(a.fd, b.fd))
}

// stillListed leaves out what is gone by now: held locks without a keeper, and who
// does not wait any more. Of what was listed several times as many are left as are
// listed again.
func stillListed(first, again []entry, keepers []kept) []entry {
	count := map[entry]int{}
	for _, e := range again {
		count[e.shallow()]++
	}
	for _, k := range keepers {
		count[k.lock] = max(1, count[k.lock])
	}
	return slices.DeleteFunc(slices.Clone(first), func(e entry) bool {
		count[e.shallow()]--
		return count[e.shallow()] < 0
	})
}

// shallow forgets how many wait before a waiter.
func (e entry) shallow() entry {
	e.depth = min(e.depth, 1)
	return e
}
