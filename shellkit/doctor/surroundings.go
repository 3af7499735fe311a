package doctor

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// surroundings looks at what endangers lock files in dir without being about
// locks: sticky directories and who sweeps them.
func (s *Section) surroundings(dir, path string, info fs.FileInfo) {
	if info.Mode()&fs.ModeSticky != 0 && info.Mode().Perm()&0o002 != 0 {
		s.sticky(dir, path)
	} else if info.Mode().Perm()&0o002 != 0 {
		s.add(Problem, "mode", "everybody can remove and replace files here", "use a directory of your own")
	}
	for _, c := range cleaners("/", dir) {
		s.add(Note, "cleaner", c, "use a directory that nobody sweeps, or open the lock file anew each time and look again after locking, as with_lock does")
	}
}

func (s *Section) sticky(dir, path string) {
	s.add(Note, "sticky", "everybody can create files here, also ahead of you under the name that you want", "use a directory of your own")
	text, err := os.ReadFile("/proc/sys/fs/protected_regular")
	if err != nil {
		return
	}
	owner := -1
	if file, err := os.Stat(path); err == nil && file.Mode().IsRegular() {
		owner = int(file.Sys().(*syscall.Stat_t).Uid)
	}
	s.protected(string(text), path, owner)
}

// protected says what a value of fs.protected_regular means for path in a sticky
// directory. owner is -1 where there is no such file yet.
func (s *Section) protected(value, path string, owner int) {
	value = strings.TrimSpace(value)
	if value == "0" {
		s.add(Fine, "protected_regular", "0: does not get in the way", "")
		return
	}
	const cure = "open an existing file with `9<`, as lockkit does"
	s.add(Note, "protected_regular", value+": `9>`, `9>>` and `9<>` on another user's file fail here with EACCES, also for root", cure)
	if owner >= 0 && owner != os.Geteuid() {
		s.add(Note, "protected_regular", fmt.Sprintf("%s belongs to user %d: that is the case here", path, owner), cure)
	}
}

// cleaners finds who removes old files in dir. root is / but in tests.
func cleaners(root, dir string) []string {
	var found []string
	if rule, age := tmpfilesRule(root, dir); age != "" {
		found = append(found, fmt.Sprintf("systemd-tmpfiles removes what is older than %s (%s); a lock on a file does not stop it", age, rule))
	}
	if within(dir, "/tmp", "/var/tmp") {
		for _, cron := range []string{"/etc/cron.daily/tmpreaper", "/etc/cron.daily/tmpwatch"} {
			if isFile(filepath.Join(root, cron)) {
				found = append(found, cron+" removes old files; a lock on a file does not stop it")
			}
		}
	}
	return found
}

func within(dir string, tops ...string) bool {
	return slices.ContainsFunc(tops, func(top string) bool { return dir == top || strings.HasPrefix(dir, top+"/") })
}

// tmpfilesRule finds the line of tmpfiles.d(5) with the longest path that covers
// dir, and its age. A file in /etc hides one of the same name in /run, and that
// one in /usr/lib. An x line or an age of - spares what is below.
func tmpfilesRule(root, dir string) (file, age string) {
	seen := map[string]bool{}
	best := 0
	for _, place := range []string{"/etc/tmpfiles.d", "/run/tmpfiles.d", "/usr/local/lib/tmpfiles.d", "/usr/lib/tmpfiles.d"} {
		entries, err := os.ReadDir(filepath.Join(root, place))
		if err != nil {
			continue
		}
		for _, entry := range entries {
			name := entry.Name()
			if seen[name] || !strings.HasSuffix(name, ".conf") {
				continue
			}
			seen[name] = true
			text, err := os.ReadFile(filepath.Join(root, place, name))
			if err != nil {
				continue
			}
			for line := range bytes.Lines(text) {
				top, lineAge, ok := parseTmpfiles(string(line))
				if ok && within(dir, top) && len(top) > best {
					best, file, age = len(top), filepath.Join(place, name), lineAge
				}
			}
		}
	}
	return file, age
}

// parseTmpfiles reads a line of tmpfiles.d(5): type, path, mode, user, group, age.
func parseTmpfiles(line string) (path, age string, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 2 || strings.HasPrefix(fields[0], "#") {
		return "", "", false
	}
	path = strings.TrimSuffix(fields[1], "/")
	switch fields[0][0] {
	case 'x':
		return strings.TrimSuffix(path, "*"), "", true
	case 'd', 'D', 'e', 'q', 'Q', 'v':
	default:
		return "", "", false
	}
	if len(fields) > 5 && fields[5] != "-" && fields[5] != "0" {
		age = strings.TrimPrefix(fields[5], "~")
	}
	return path, age, path != ""
}
