package holders

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// Mount is a place where a file system, or a part of one, is mounted.
type Mount struct {
	ID           int
	Major, Minor uint32 // of the file system: two mounts of one are equal in these
	Root         string // which directory of the file system is mounted
	Point        string // where
	FSType       string
	Options      []string // of the mount, then of the file system
}

// parseMounts reads /proc/PID/mountinfo (proc_pid_mountinfo(5)).
func parseMounts(text []byte) []Mount {
	var mounts []Mount
	for line := range bytes.Lines(text) {
		if m, ok := parseMount(string(line)); ok {
			mounts = append(mounts, m)
		}
	}
	return mounts
}

func parseMount(line string) (m Mount, ok bool) {
	fields := strings.Fields(line)
	dash := slices.Index(fields, "-")
	if dash < 6 || len(fields) < dash+3 {
		return m, false
	}
	m.ID = atoi([]byte(fields[0]))
	major, minor, ok := strings.Cut(fields[2], ":")
	a, err1 := strconv.ParseUint(major, 10, 32)
	b, err2 := strconv.ParseUint(minor, 10, 32)
	if !ok || err1 != nil || err2 != nil {
		return m, false
	}
	m.Major, m.Minor = uint32(a), uint32(b)
	m.Root, m.Point = unescapeMount(fields[3]), unescapeMount(fields[4])
	m.FSType, m.Options = fields[dash+1], strings.Split(fields[5], ",")
	if len(fields) > dash+3 {
		m.Options = append(m.Options, strings.Split(fields[dash+3], ",")...)
	}
	return m, true
}

// unescapeMount undoes the kernel's `\040` for blanks, tabs, line ends and
// backslashes.
func unescapeMount(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
