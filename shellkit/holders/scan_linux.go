package holders

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"

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

// scan looks at every descriptor of every process. It is the costly part: three
// system calls a descriptor, spread over the processors.
func scan(root string) (*scanned, error) {
	pids, err := numbersIn(root)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", root, err)
	}
	workers := max(1, min(runtime.GOMAXPROCS(0), len(pids)/64))
	parts := make([]scanned, workers)
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			s := scanner{root: root, buf: make([]byte, 16<<10)}
			for j := i; j < len(pids); j += workers {
				s.process(pids[j])
			}
			parts[i] = s.scanned
		})
	}
	wg.Wait()
	all := &scanned{pids: pids, denied: map[int]bool{}}
	for _, part := range parts {
		all.kept = append(all.kept, part.kept...)
		for pid := range part.denied {
			all.denied[pid] = true
		}
	}
	all.hidden = len(all.denied)
	slices.SortFunc(all.kept, compareKept)
	return all, nil
}

func numbersIn(dir string) ([]int, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil && !gone(err) {
		return nil, err
	}
	numbers := make([]int, 0, len(names))
	for _, name := range names {
		if n := atoi([]byte(name)); n > 0 || name == "0" {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

type scanner struct {
	root string
	buf  []byte
	scanned
}

func (s *scanner) process(pid int) {
	dir := s.root + "/" + strconv.Itoa(pid)
	err := s.descriptors(dir+"/fdinfo", pid)
	switch {
	case err == nil || gone(err):
	case isKernelThread(dir):
	default:
		if s.denied == nil {
			s.denied = map[int]bool{}
		}
		s.denied[pid] = true
	}
}

// descriptors reads the fdinfo of each descriptor. Where the first thread of a
// process has ended, the others still have the descriptors.
func (s *scanner) descriptors(dir string, pid int) error {
	n, err := s.table(dir, pid)
	if err != nil || n > 0 {
		return err
	}
	process := dir[:len(dir)-len("/fdinfo")]
	if !isZombie(process) {
		return nil
	}
	threads, err := numbersIn(process + "/task")
	if err != nil {
		return err
	}
	for _, thread := range threads {
		if thread != pid {
			if n, err = s.table(process+"/task/"+strconv.Itoa(thread)+"/fdinfo", pid); n > 0 {
				break
			}
		}
	}
	return err
}

// table reads one descriptor table and says how many descriptors there are.
func (s *scanner) table(dir string, pid int) (n int, err error) {
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	var names []string
	for {
		size, err := unix.ReadDirent(fd, s.buf)
		if err != nil {
			return len(names), err
		}
		if size <= 0 {
			break
		}
		_, _, names = unix.ParseDirent(s.buf[:size], -1, names)
	}
	for _, name := range names {
		text, err := s.readAt(fd, name)
		if err != nil {
			if gone(err) {
				continue
			}
			return len(names), err
		}
		if !bytes.Contains(text, []byte("lock:")) {
			continue
		}
		number := atoi([]byte(name))
		for _, e := range parseFdinfo(text).locks {
			s.kept = append(s.kept, kept{pid, number, e})
		}
	}
	return len(names), nil
}

// readAt reads a whole file into the scanner's buffer.
func (s *scanner) readAt(dir int, name string) ([]byte, error) {
	fd, err := unix.Openat(dir, name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	size := 0
	for {
		n, err := unix.Read(fd, s.buf[size:])
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, err
		}
		size += n
		// The kernel gives a page at most at a time, so only 0 is the end; but a
		// text this short came whole.
		if n == 0 || size < 2048 {
			return s.buf[:size], nil
		}
		if size == len(s.buf) {
			s.buf = append(s.buf, make([]byte, len(s.buf))...)
		}
	}
}

func isKernelThread(dir string) bool {
	text, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return gone(err)
	}
	_, kernel, ok := parseStat(text, zeroTime)
	return ok && kernel
}

func isZombie(dir string) bool {
	text, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return false
	}
	p, kernel, ok := parseStat(text, zeroTime)
	return ok && !kernel && p.State == 'Z'
}
