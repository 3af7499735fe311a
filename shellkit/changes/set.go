package changes

import (
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// hunk is the head of a piece of a diff: where it stands now, and how many lines it has.
var hunk = regex.Of(`^@@ -\S+ \+(\d+)(?:,(\d+))? @@`)

// read takes over a unified diff without context. Of lines that were taken out, those
// before and after the place have changed.
func (s *Set) read(diff string) {
	name, left := "", 0 // left: lines of the hunk that are still to come
	for line := range strings.Lines(diff) {
		line = strings.TrimSuffix(line, "\n")
		if left > 0 && (strings.HasPrefix(line, "+") || strings.HasPrefix(line, "-")) {
			left--
			continue
		}
		if path, ok := strings.CutPrefix(line, "+++ "); ok {
			name = unquoted(path)
			continue
		}
		m := hunk().FindStringSubmatch(line)
		if m == nil || name == "" {
			continue
		}
		first, _ := strconv.Atoi(m[1])
		count := 1
		if m[2] != "" {
			count, _ = strconv.Atoi(m[2])
		}
		changed := Lines{first, first + count - 1}
		if count == 0 {
			changed = Lines{first, first + 1}
		}
		f := s.files[name]
		f.lines = append(f.lines, changed)
		s.files[name] = f
		left = count + removed(line)
	}
}

// removed is how many lines a hunk takes out.
func removed(head string) int {
	old, _, _ := strings.Cut(strings.TrimPrefix(head, "@@ -"), " ")
	_, count, several := strings.Cut(old, ",")
	if !several {
		return 1
	}
	n, _ := strconv.Atoi(count)
	return n
}

// unquoted is the path in a head of a diff, as git quotes it; "" for a file that is gone.
func unquoted(path string) string {
	path = strings.TrimSuffix(path, "\t")
	if strings.HasPrefix(path, `"`) {
		plain, err := strconv.Unquote(path)
		if err != nil {
			return ""
		}
		path = plain
	}
	name, ok := strings.CutPrefix(path, "b/")
	if !ok {
		return ""
	}
	return name
}

// Has tells whether something in a file has changed, and Holds whether it lies in the
// repository at all. The path is absolute, and no link leads elsewhere.
func (s *Set) Has(path string) bool {
	_, changed := s.files[s.rel(path)]
	return changed
}

// Holds tells whether a path lies in the repository.
func (s *Set) Holds(path string) bool { return s.rel(path) != "" }

// Touches tells whether one of the lines of a file has changed.
func (s *Set) Touches(path string, lines Lines) bool {
	f := s.files[s.rel(path)]
	if f.whole {
		return true
	}
	for _, l := range f.lines {
		if l.First <= lines.Last && lines.First <= l.Last {
			return true
		}
	}
	return false
}

func (s *Set) rel(path string) string {
	rel, err := filepath.Rel(s.Top, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return ""
	}
	return filepath.ToSlash(rel)
}
