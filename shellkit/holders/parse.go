package holders

import (
	"bytes"
	"math"
	"strconv"
)

// entry is one line of /proc/locks, or what follows `lock:` in fdinfo. Two
// entries that are equal but for depth cannot be told apart by their text.
type entry struct {
	kind     Kind
	mode     Mode
	breaking bool
	pid      int
	inode    Inode
	span     Range
	depth    int // 0 is held, 1 and more waits
}

// parseLocks reads /proc/locks. Lines that it does not know are left out: a
// kernel may add kinds.
func parseLocks(text []byte) []entry {
	entries := make([]entry, 0, bytes.Count(text, []byte("\n")))
	for line := range bytes.Lines(text) {
		if e, ok := parseLock(line); ok {
			entries = append(entries, e)
		}
	}
	return entries
}

// parseLock reads one line, in the kernel's format (fs/locks.c,
// lock_get_status):
//
//	1:   -> FLOCK  ADVISORY  WRITE 18545 fe:00:9995294 0 EOF
func parseLock(line []byte) (e entry, ok bool) {
	_, line, ok = bytes.Cut(line, []byte(":"))
	if !ok {
		return e, false
	}
	if arrow := bytes.Index(line, []byte("-> ")); arrow >= 0 && len(bytes.TrimSpace(line[:arrow])) == 0 {
		e.depth = max(1, arrow) // the kernel indents by one blank a level
		line = line[arrow+3:]
	}
	var field [7][]byte
	if !splitFields(line, field[:]) {
		return e, false
	}
	if e.kind, ok = kinds[string(field[0])]; !ok {
		return e, false
	}
	e.breaking = string(field[1]) == "BREAKING"
	if e.mode, ok = modes[string(field[2])]; !ok {
		return e, false
	}
	pid, err := strconv.ParseInt(string(field[3]), 10, 32)
	if err != nil {
		return e, false
	}
	e.pid = int(pid)
	if e.inode, ok = parseInode(field[4]); !ok {
		return e, false
	}
	e.span, ok = parseRange(field[5], field[6])
	return e, ok
}

var kinds = map[string]Kind{
	"FLOCK": Flock, "OFDLCK": OFD, "POSIX": POSIX, "ACCESS": POSIX, "LEASE": Lease, "DELEG": Delegation,
}

var modes = map[string]Mode{"WRITE": Exclusive, "READ": Shared, "UNLCK": Unlocking, "RW": Exclusive, "NONE": Unlocking}

// splitFields fills fields with the words of line; it fails unless there are
// exactly as many.
func splitFields(line []byte, fields [][]byte) bool {
	for i := range fields {
		fields[i], line = firstWord(line)
		if len(fields[i]) == 0 {
			return false
		}
	}
	word, _ := firstWord(line)
	return len(word) == 0
}

// firstWord is the first word of a line and what follows it; the word is empty where
// there is none.
func firstWord(line []byte) (word, rest []byte) {
	isBlank := func(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
	from := 0
	for from < len(line) && isBlank(line[from]) {
		from++
	}
	to := from
	for to < len(line) && !isBlank(line[to]) {
		to++
	}
	return line[from:to], line[to:]
}

// parseInode reads `fe:00:9995294`, device numbers in hexadecimal.
func parseInode(text []byte) (i Inode, ok bool) {
	major, rest, ok1 := bytes.Cut(text, []byte(":"))
	minor, number, ok2 := bytes.Cut(rest, []byte(":"))
	if !ok1 || !ok2 {
		return i, false
	}
	a, err1 := strconv.ParseUint(string(major), 16, 32)
	b, err2 := strconv.ParseUint(string(minor), 16, 32)
	c, err3 := strconv.ParseUint(string(number), 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return i, false
	}
	return Inode{uint32(a), uint32(b), c}, true
}

// parseRange reads `0 EOF` or `100 199`.
func parseRange(from, to []byte) (r Range, ok bool) {
	start, err := strconv.ParseUint(string(from), 10, 63)
	if err != nil {
		return r, false
	}
	if string(to) == "EOF" {
		return Range{int64(start), ToEOF}, true
	}
	end, err := strconv.ParseUint(string(to), 10, 63)
	if err != nil || end < start {
		return r, false
	}
	return Range{int64(start), int64(end)}, true
}

// fdinfo is /proc/PID/fdinfo/N: the locks of that descriptor's open file
// description, and which file it is.
type fdinfo struct {
	mount int    // mnt_id, a line of mountinfo; 0 where it is not said
	inode uint64 // 0 before Linux 5.14
	locks []entry
}

// parseFdinfo reads what it knows and passes over the rest.
func parseFdinfo(text []byte) (f fdinfo) {
	for line := range bytes.Lines(text) {
		key, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		value = bytes.TrimSpace(value)
		switch string(key) {
		case "mnt_id":
			f.mount = atoi(value)
		case "ino":
			f.inode, _ = strconv.ParseUint(string(value), 10, 64)
		case "lock":
			if e, ok := parseLock(value); ok {
				f.locks = append(f.locks, e)
			}
		}
	}
	return f
}

// atoi is a number from 0 on, or 0.
func atoi(text []byte) int {
	n := int64(0)
	for _, c := range text {
		if n = 10*n + int64(c-'0'); c < '0' || c > '9' || n > math.MaxInt32 {
			return 0
		}
	}
	return int(n)
}
