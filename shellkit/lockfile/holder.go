package lockfile

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"
)

// Holder is who has a lock.
type Holder struct {
	PID   int
	Since time.Time // to the second; zero where it is not known
	Name  string    // what it runs, fit for a terminal; may be empty
}

// A holder line is `PID SECONDS NAME`, SECONDS since 1970, and ends the first line
// of the file; the shell functions write the same. Nothing after it is read.
const longestLine = 512

// Write notes h in the file of a lock that is held and was given by name. It
// writes over the earlier line and then cuts off what is left of it, through a
// descriptor of its own, which no child gets. The error has OpWrite.
func (held *Held) Write(h Holder) error { return held.rewrite(h.line()) }

// rewrite makes text, a line, what the file says; an earlier one is written over.
func (held *Held) rewrite(text string) error {
	var f file
	err := openAndStat(held.Path, syscall.O_WRONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, &f)
	if err != nil {
		return &Error{OpWrite, held.Path, err}
	}
	defer syscall.Close(f.fd)
	if f.stat.Dev != held.stat.Dev || f.stat.Ino != held.stat.Ino || f.stat.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return &Error{OpWrite, held.Path, syscall.ESTALE}
	}
	line := []byte(text)
	if _, err = syscall.Pwrite(f.fd, line, 0); err == nil {
		err = syscall.Ftruncate(f.fd, int64(len(line)))
	}
	if err != nil {
		return &Error{OpWrite, held.Path, err}
	}
	return nil
}

func (h Holder) line() string {
	return strconv.Itoa(h.PID) + " " + strconv.FormatInt(h.Since.Unix(), 10) + " " + printable(h.Name) + "\n"
}

// ReadHolder says who holds the lock at path, if that is known for certain: the
// line is there, and the process that it names has this very file locked now. A
// holder that died, one that let go without a word, and one on a system that does
// not show who holds what, are not named.
func ReadHolder(path string) (Holder, bool) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return Holder{}, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return Holder{}, false
	}
	text := make([]byte, longestLine)
	n, _ := f.ReadAt(text, 0)
	h, ok := parseHolder(string(text[:n]))
	if !ok || !Keeps(h.PID, info, Request{}) {
		return Holder{}, false
	}
	return h, true
}

// FindHolder says who stands in the way of a request for path: the holder that the
// file of a named lock tells of, else some process, other than this one, that keeps
// the lock alive. A holder of a shared lock is in nobody's way who is for one.
func FindHolder(path string, named bool, r Request) (Holder, bool) {
	if named {
		if h, ok := ReadHolder(path); ok {
			return h, true
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return Holder{}, false
	}
	return findKeeper(info, r)
}

func parseHolder(text string) (h Holder, ok bool) {
	line, _, whole := strings.Cut(text, "\n")
	fields := strings.SplitN(line, " ", 3)
	if !whole || len(fields) < 2 {
		return h, false
	}
	pid, err := strconv.ParseUint(fields[0], 10, 31)
	if err != nil || pid == 0 {
		return h, false
	}
	seconds, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil || seconds <= 0 {
		return h, false
	}
	h = Holder{PID: int(pid), Since: time.Unix(seconds, 0)}
	if len(fields) == 3 {
		h.Name = printable(fields[2])
	}
	return h, true
}

// String is the holder as messages name it: `pid 4242 (rotate.sh) since 10:00:05`.
// The date stands before a time that is not within the last day; a time that is
// not known is left out.
func (h Holder) String() string { return h.describe(time.Now()) }

func (h Holder) describe(now time.Time) string {
	s := "pid " + strconv.Itoa(h.PID)
	if h.Name != "" {
		s += " (" + h.Name + ")"
	}
	if h.Since.IsZero() {
		return s
	}
	layout := time.TimeOnly
	if age := now.Sub(h.Since); age < 0 || age >= 24*time.Hour {
		layout = time.DateTime
	}
	return s + " since " + h.Since.Format(layout)
}

// printable makes text from outside fit for one line of a terminal: what cannot
// be printed becomes `?`, and what is too long is cut.
func printable(s string) string {
	const longest = 64
	if utf8.RuneCountInString(s) > longest {
		s = string([]rune(s)[:longest-1]) + "…"
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}
