package shellkit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/lockkit/lockkit/shellkit/ignore"
)

// ConfigName is the file that holds settings for the scripts beside and below it.
const ConfigName = ".lockkitrc"

// ConfigError says that a .lockkitrc cannot be followed. Line is 0 where the
// file could not be read at all.
type ConfigError struct {
	File string
	Line int
	Err  error
}

func (e *ConfigError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Err)
}

func (e *ConfigError) Unwrap() error { return e.Err }

// ParseConfig reads the text of a .lockkitrc: KEY=VALUE, one a line, blanks
// around both, each key once; a line that begins with # says nothing. The error is a
// [*ConfigError].
func ParseConfig(file string, text []byte) ([]Setting, error) {
	var out []Setting
	set := map[string]int{} // the line that has set a key
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		x := Setting{Key: strings.TrimSpace(key), Value: strings.TrimSpace(value)}
		if !ok {
			return nil, &ConfigError{file, n, &SettingError{Text: fmt.Sprintf("no = in %q", line), Hint: "a line reads severity=warning"}}
		}
		var s Settings
		if err := s.Apply(x); err != nil {
			return nil, &ConfigError{file, n, err}
		}
		if before := set[x.Key]; before > 0 {
			return nil, &ConfigError{file, n, &SettingError{Text: fmt.Sprintf("%s is set again: line %d has set it", x.Key, before), Hint: "several values stand on one line, with commas between them"}}
		}
		set[x.Key] = n
		out = append(out, x)
	}
	if lines.Err() != nil {
		return nil, &ConfigError{file, 0, errors.New("has a line that is too long")}
	}
	return out, nil
}

// configs finds and remembers what is set for each folder.
type configs struct {
	mu   sync.Mutex
	seen map[string]config // by absolute folder; "" is the user's own
}

type config struct {
	dir      string // that of the file
	settings []Setting
	excluded []ignore.Pattern
	found    bool
	err      error
}

// of returns the settings for a script: those of the nearest .lockkitrc in its
// folder or above, else those of the user. "-" stands in the working directory.
func (c *configs) of(script string) ([]Setting, error) {
	found := c.nearest(script)
	return found.settings, found.err
}

func (c *configs) nearest(script string) config {
	dir, err := filepath.Abs(filepath.Dir(script))
	if err != nil {
		return config{} // no working directory, so nothing above either
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[string]config{}
	}
	found := c.above(dir)
	if !found.found {
		found = c.users()
	}
	return found
}

// excludes tells whether the settings for a file, or folder, leave it out of a search.
func (c *configs) excludes(path string, folder bool) bool {
	found := c.nearest(path)
	return excludes(found.excluded, found.dir, path, folder)
}

// excludes tells whether patterns fit a path; they are seen from dir, or, where that is
// empty, from the working folder.
func excludes(list []ignore.Pattern, dir, path string, folder bool) bool {
	if len(list) == 0 {
		return false
	}
	if dir == "" {
		dir = "."
	}
	dir, err := realPath(dir)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return false
	}
	ignored, _ := ignore.Decides(list, filepath.ToSlash(rel), folder)
	return ignored
}

func (c *configs) above(dir string) config {
	if known, ok := c.seen[dir]; ok {
		return known
	}
	found := readConfig(filepath.Join(dir, ConfigName))
	if up := filepath.Dir(dir); !found.found && up != dir {
		found = c.above(up)
	}
	c.seen[dir] = found
	return found
}

func (c *configs) users() config {
	if known, ok := c.seen[""]; ok {
		return known
	}
	dir := os.Getenv("XDG_CONFIG_HOME")
	if home := os.Getenv("HOME"); dir == "" && home != "" {
		dir = filepath.Join(home, ".config")
	}
	var found config
	if filepath.IsAbs(dir) { // what is not must be ignored, says XDG
		found = readConfig(filepath.Join(dir, "lockkit", ConfigName))
	}
	c.seen[""] = found
	return found
}

// maxConfig is far above any file of settings, in bytes.
const maxConfig = 1 << 20

func readConfig(file string) config {
	refused := func(why string) config {
		return config{found: true, err: &ConfigError{File: file, Err: errors.New(why)}}
	}
	if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) {
		return config{}
	}
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refused("is a link that leads nowhere")
	case err == nil && info.IsDir():
		return refused("is a folder, and no file of settings")
	case err == nil && (!info.Mode().IsRegular() || info.Size() > maxConfig):
		return refused("is no file of settings")
	}
	var text []byte
	if err == nil {
		text, err = readAtMost(file, maxConfig)
	}
	if err != nil {
		return config{found: true, err: &ConfigError{File: file, Err: fmt.Errorf("cannot be read: %w", bare(err))}}
	}
	found := config{dir: filepath.Dir(file), found: true}
	found.settings, found.err = ParseConfig(file, text)
	var set Settings
	if found.err == nil && set.Apply(found.settings...) == nil {
		found.excluded = set.ExcludePath
	}
	return found
}

func readAtMost(file string, limit int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// bare drops call and path: the message has named the file.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
