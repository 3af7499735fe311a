package holders

import (
	"bytes"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

const errNoProcess = unix.ESRCH

// scanned is what the descriptors of all processes show.
type scanned struct {
	kept   []kept
	pids   []int
	denied map[int]bool // processes that may not be looked into, threads of the kernel left out
	hidden int
}

// scan looks at the descriptors of every process. It is the costly part, so the
// processors share it. wanted is what findable says.
func scan(proc int, wanted map[Inode]bool) (*scanned, error) {
	pids, err := newReader(proc).numbersIn(".")
	if err != nil {
		return nil, fmt.Errorf("the list of processes cannot be read: %w", err)
	}
	all := &scanned{pids: pids, denied: map[int]bool{}}
	var mu sync.Mutex
	share(len(pids), func(turns iter.Seq[int]) {
		s := scanner{reader: newReader(proc), wanted: wanted}
		for i := range turns {
			s.process(pids[i])
		}
		mu.Lock()
		defer mu.Unlock()
		all.kept = append(all.kept, s.kept...)
		for pid := range s.denied {
			all.denied[pid] = true
		}
	})
	all.hidden = len(all.denied)
	slices.SortFunc(all.kept, compareKept)
	return all, nil
}

// share has the numbers below n worked on by several workers, each of which gets
// its own turns of them.
func share(n int, work func(turns iter.Seq[int])) {
	const least = 64 // turns that are worth a worker
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, min(runtime.GOMAXPROCS(0), n/least)) {
		wg.Go(func() {
			work(func(yield func(int) bool) {
				for {
					from := int(next.Add(least)) - least
					for i := from; i < min(n, from+least); i++ {
						if !yield(i) {
							return
						}
					}
					if from >= n {
						return
					}
				}
			})
		})
	}
	wg.Wait()
}

// plain are file systems on which stat(2) names a file by the numbers that the
// kernel's list of locks has for it. On others (overlay, btrfs) it may not.
var plain = []string{"ext2", "ext3", "ext4", "f2fs", "ramfs", "tmpfs", "devtmpfs", "xfs"}

// findable is the set of locked files where stat(2) is enough to see whether a
// descriptor leads to one of them, which costs a third of reading its fdinfo. It is
// nil where that is not sure for all of them, or some are not listed.
func findable(listed []entry, mounts []Mount, nested bool) map[Inode]bool {
	if nested {
		return nil
	}
	type device struct{ major, minor uint32 }
	trusted := map[device]bool{}
	for _, m := range mounts {
		if slices.Contains(plain, m.FSType) {
			trusted[device{m.Major, m.Minor}] = true
		}
	}
	files := map[Inode]bool{}
	for _, e := range listed {
		if !trusted[device{e.inode.Major, e.inode.Minor}] {
			return nil
		}
		files[e.inode] = true
	}
	return files
}

type scanner struct {
	*reader
	wanted map[Inode]bool // nil: look at every descriptor
	fds    []int
	scanned
}

func (s *scanner) process(pid int) {
	dir := strconv.Itoa(pid)
	err := s.descriptors(dir, pid)
	switch {
	case err == nil || gone(err):
	case isKernelThread(s.reader, dir):
	default:
		if s.denied == nil {
			s.denied = map[int]bool{}
		}
		s.denied[pid] = true
	}
}

// descriptors looks at each descriptor. Where the first thread of a process has
// ended, the others still have them.
func (s *scanner) descriptors(dir string, pid int) error {
	n, err := s.table(dir, pid)
	if err != nil || n > 0 || !isZombie(s.reader, dir) {
		return err
	}
	threads, err := s.numbersIn(dir + "/task")
	if err != nil {
		return err
	}
	for _, thread := range threads {
		if thread != pid {
			if n, err = s.table(dir+"/task/"+strconv.Itoa(thread), pid); n > 0 {
				break
			}
		}
	}
	return err
}

// table reads one descriptor table and says how many descriptors there are.
func (s *scanner) table(dir string, pid int) (n int, err error) {
	list, info := dir+"/fdinfo", ""
	if s.wanted != nil {
		list, info = dir+"/fd", "../fdinfo/"
	}
	table, err := open(s.proc, list, unix.O_DIRECTORY)
	if err != nil {
		return 0, err
	}
	defer unix.Close(table)
	if s.fds, err = s.numbersAt(table, s.fds[:0]); err != nil {
		return len(s.fds), err
	}
	for _, fd := range s.fds {
		name := strconv.Itoa(fd)
		if s.wanted != nil {
			if file, err := stat(table, name); err == nil && !s.wanted[file] {
				continue
			}
		}
		text, err := s.fileAt(table, info+name)
		if gone(err) {
			continue
		}
		if err != nil {
			return len(s.fds), err
		}
		if !bytes.Contains(text, []byte("lock:")) {
			continue
		}
		locks := parseFdinfo(text).locks
		path := ""
		if s.wanted != nil {
			path = s.linkAt(table, name)
		}
		for _, e := range locks {
			s.kept = append(s.kept, kept{pid, fd, e, path})
		}
	}
	return len(s.fds), nil
}

func isKernelThread(r *reader, dir string) bool {
	text, err := r.file(dir + "/stat")
	if err != nil {
		return gone(err)
	}
	_, kernel, ok := parseStat(text, zeroTime)
	return ok && kernel
}

func isZombie(r *reader, dir string) bool {
	text, err := r.file(dir + "/stat")
	if err != nil {
		return false
	}
	p, kernel, ok := parseStat(text, zeroTime)
	return ok && !kernel && p.State == 'Z'
}
