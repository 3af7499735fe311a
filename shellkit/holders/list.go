package holders

import (
	"io"
	"slices"
)

// readings is how often a list that does not come to rest is read.
const readings = 5

// readList reads the kernel's list of locks, which open opens. The kernel hands it out
// in pages of so many bytes.
//
// A page is true of one moment. Between two of them, what others take and release moves
// all that stands behind, and a lock that is held all the time can come to stand on a
// page that was read already. But locks that stay keep their order: none is missed
// between two pages that have locks in common. So pages are read that overlap; where
// the list has moved too far for that, it is read again. If it never comes to rest, the
// answer is all that was seen.
func readList(pageSize int, open func() (io.ReadCloser, error)) ([]entry, error) {
	var all []entry
	for range readings {
		list, whole, err := readOnce(pageSize, open)
		if err != nil {
			return nil, err
		}
		if whole {
			return withoutEchoes(list, Exclusive), nil
		}
		all = withoutEchoes(append(all, list...), Exclusive, Shared)
	}
	return all, nil
}

// readOnce has two readers of the list take turns, one half a page ahead of the other.
// whole says that no two pages had too little in common.
func readOnce(pageSize int, open func() (io.ReadCloser, error)) (list []entry, whole bool, err error) {
	var readers [2]pageReader
	for i := range readers {
		from, err := open()
		if err != nil {
			return nil, false, err
		}
		defer from.Close()
		readers[i] = pageReader{from: from, buf: make([]byte, 4*pageSize)}
	}
	ahead, behind := &readers[0], &readers[1]
	before := newSeam()
	for whole = true; ; {
		if ahead.at < behind.at {
			ahead, behind = behind, ahead
		}
		if ahead.at-behind.at < pageSize/4 {
			if err := ahead.skip(pageSize / 2); err != nil {
				return nil, false, err
			}
		}
		size, page, err := behind.page()
		if err != nil {
			return nil, false, err
		}
		if size == 0 {
			return list, whole && before.end, nil
		}
		var sewn bool
		list, sewn = before.sew(list, page)
		before.end = size < pageSize*3/4
		whole = whole && sewn
	}
}

// pageReader reads the list page by page.
type pageReader struct {
	from io.Reader
	at   int // how many bytes were read
	buf  []byte
}

// page reads on, and says how many bytes that were. A lock of which only waiters are
// on the page, because the reader began in its midst, is left out.
func (r *pageReader) page() (size int, page []entry, err error) {
	for {
		n, err := r.from.Read(r.buf[size:])
		if err != nil && err != io.EOF {
			return 0, nil, err
		}
		if size += n; size < len(r.buf) {
			break
		}
		r.buf = append(r.buf, make([]byte, len(r.buf))...) // the page was made larger for a lock with many waiters
	}
	r.at += size
	page = parseLocks(r.buf[:size])
	for len(page) > 0 && page[0].depth > 0 {
		page = page[1:]
	}
	return size, page, nil
}

// skip leaves out the next bytes, if there are so many.
func (r *pageReader) skip(bytes int) error {
	n, err := r.from.Read(r.buf[:bytes])
	if r.at += n; err == io.EOF {
		return nil
	}
	return err
}

// seam is where the next page joins those that were read.
type seam struct {
	locks []entry       // of the page before; at the end of the list, of all the last ones
	lines int           // of the page before
	end   bool          // the page before was no full one, and so most likely the last
	both  map[entry]int // how often a lock is on the page before, where that overlaps the next
}

func newSeam() *seam { return &seam{end: true, both: map[entry]int{}} }

// sew adds to the list the locks of a page that are not on the one before, with who
// waits for them. sewn says that the two have enough in common: a few locks may have
// been taken anew meanwhile, and be on two pages that do not overlap.
func (s *seam) sew(list, page []entry) (longer []entry, sewn bool) {
	const enough = 4 // a quarter of the shorter one
	clear(s.both)
	for _, e := range page {
		if i := slices.Index(s.locks, e); i >= 0 {
			for _, e := range s.locks[i:] {
				s.both[e]++
			}
			break
		}
	}
	if !s.end {
		s.locks = s.locks[:0]
	}
	common, known := 0, false
	for _, e := range page {
		if e.depth == 0 {
			if known = s.both[e] > 0; known {
				s.both[e]--
			}
			s.locks = append(s.locks, e)
		}
		if known {
			common++
		} else {
			list = append(list, e)
		}
	}
	sewn = common*enough >= min(s.lines, len(page))
	s.lines = len(page)
	return list, sewn
}

// withoutEchoes leaves out what is listed more than once, with who waits for it, of
// locks of these modes. Of an exclusive lock there are no two.
func withoutEchoes(listed []entry, modes ...Mode) []entry {
	seen := make(map[entry]bool, len(listed))
	echo := false
	return slices.DeleteFunc(listed, func(e entry) bool {
		if e.depth == 0 {
			echo = seen[e] && slices.Contains(modes, e.mode)
			seen[e] = true
		}
		return echo
	})
}
