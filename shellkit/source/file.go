package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
)

// MaxSize is the largest script, in bytes, that is read: far above any script
// that a person wrote, far below what would exhaust a machine.
const MaxSize = 10 << 20

// Why a file is not a script. Callers report them as "cannot be read".
var (
	ErrNoName     = errors.New("the name is empty")
	ErrDirectory  = errors.New("is a directory")
	ErrNotRegular = errors.New("is not a regular file")
	ErrTooLarge   = fmt.Errorf("is larger than %d MB", MaxSize>>20)
	ErrBinary     = errors.New("is a binary file (it contains NUL bytes)")
)

// File is one script: its name as the user gave it and its unchanged bytes.
type File struct {
	Name string
	Data []byte

	lines []int // offset at which each line begins
}

// New returns the file of that name and content. It fails with [ErrTooLarge]
// or [ErrBinary] when the content is no script.
func New(name string, data []byte) (*File, error) {
	if len(data) > MaxSize {
		return nil, ErrTooLarge
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, ErrBinary
	}
	f := &File{Name: name, Data: data, lines: []int{0}}
	for i, b := range data {
		if b == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
	return f, nil
}

// Read reads the script called name. A FIFO or device is refused, not waited
// for; process substitutions (/dev/fd/N) are read like standard input.
func Read(name string) (*File, error) {
	if name == "" {
		return nil, ErrNoName
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, bare(err)
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return nil, ErrDirectory
	case mode&os.ModeNamedPipe != 0 && isDevFD(name):
	case !mode.IsRegular():
		return nil, ErrNotRegular
	case info.Size() > MaxSize:
		return nil, ErrTooLarge
	}
	h, err := os.Open(name)
	if err != nil {
		return nil, bare(err)
	}
	defer h.Close()
	return ReadFrom(name, h)
}

// ReadFrom reads a script from r, which is not closed.
func ReadFrom(name string, r io.Reader) (*File, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, bare(err)
	}
	return New(name, data)
}

func isDevFD(name string) bool {
	return len(name) > 8 && name[:8] == "/dev/fd/" || len(name) > 14 && name[:14] == "/proc/self/fd/"
}

// bare drops operation and path, which every caller prints anyway.
func bare(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Lines is the number of lines; a last line without newline counts.
func (f *File) Lines() int {
	n := len(f.lines)
	if n > 1 && f.lines[n-1] == len(f.Data) {
		n--
	}
	return n
}

// Line returns line n (from 1) without its line end, or "" when there is none.
func (f *File) Line(n int) string {
	if n < 1 || n > len(f.lines) {
		return ""
	}
	end := len(f.Data)
	if n < len(f.lines) {
		end = f.lines[n]
	}
	return string(bytes.TrimRight(f.Data[f.lines[n-1]:end], "\r\n"))
}

// Pos returns the position of the byte at offset; an offset outside of the
// file is moved to its nearest end.
func (f *File) Pos(offset int) Pos {
	offset = max(0, min(offset, len(f.Data)))
	line := sort.Search(len(f.lines), func(i int) bool { return f.lines[i] > offset })
	return Pos{Offset: offset, Line: line, Column: offset - f.lines[line-1] + 1}
}
