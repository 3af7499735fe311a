package shellkit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Baseline is a list of findings that are known already. A finding is known by
// its rule, its script and the text of its line without the blanks around it, so
// that it stays known when the line moves, and is new when the line changes.
type Baseline struct {
	dir   string // scripts are named from here
	known map[known]int
}

type known struct{ rule, hash, file string }

const baselineHead = "# Findings that are known, as RULE LINE-HASH HOW-OFTEN SCRIPT. lockkit lint --write-baseline renews this.\n"

// ReadBaseline reads a file that [WriteBaseline] wrote.
func ReadBaseline(name string) (*Baseline, error) {
	dir, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, bare(err)
	}
	b := &Baseline{dir: dir, known: map[known]int{}}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		key, count, err := parseKnown(line)
		if err != nil {
			return nil, &ConfigError{File: name, Line: n, Err: err}
		}
		b.known[key] += count
	}
	return b, nil
}

func parseKnown(line string) (known, int, error) {
	part := strings.SplitN(line, " ", 4)
	if len(part) != 4 || len(part[1]) != hashLength {
		return known{}, 0, errors.New("is not a line of a baseline")
	}
	count, err := strconv.Atoi(part[2])
	if err != nil || count < 1 {
		return known{}, 0, fmt.Errorf("%q is not how often", part[2])
	}
	file := part[3]
	if strings.HasPrefix(file, `"`) {
		if file, err = strconv.Unquote(file); err != nil {
			return known{}, 0, fmt.Errorf("%s is not a name", part[3])
		}
	}
	return known{part[0], part[1], file}, count, nil
}

// WriteBaseline makes all findings known, in the file called name, whose old
// content is replaced at once or not at all. The files are those that the
// findings are about.
func WriteBaseline(name string, found []diag.Finding, files map[string]*source.File) error {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	dir, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return err
	}
	b := &Baseline{dir: dir, known: map[known]int{}}
	for i := range found {
		b.known[b.key(&found[i], files)]++
	}
	keys := slices.SortedFunc(maps.Keys(b.known), func(x, y known) int {
		return cmp.Or(cmp.Compare(x.file, y.file), cmp.Compare(x.rule, y.rule), cmp.Compare(x.hash, y.hash))
	})
	var text strings.Builder
	text.WriteString(baselineHead)
	for _, k := range keys {
		file := k.file
		if strconv.Quote(file) != `"`+file+`"` || strings.TrimSpace(file) != file {
			file = strconv.Quote(file)
		}
		fmt.Fprintf(&text, "%s %s %d %s\n", k.rule, k.hash, b.known[k], file)
	}
	return bare(renameio.WriteFile(name, []byte(text.String()), 0o644, renameio.WithTempDir(dir), renameio.WithExistingPermissions()))
}

// new returns the findings that are not known. Of several that look alike the
// first ones are, as many as were there.
func (b *Baseline) new(found []diag.Finding, files map[string]*source.File) []diag.Finding {
	if b == nil {
		return found
	}
	met := map[known]int{}
	var out []diag.Finding
	for i := range found {
		key := b.key(&found[i], files)
		if met[key]++; met[key] > b.known[key] {
			out = append(out, found[i])
		}
	}
	return out
}

const hashLength = 16

func (b *Baseline) key(f *diag.Finding, files map[string]*source.File) known {
	var line string
	if file := files[f.Span.File]; file != nil {
		line = strings.TrimSpace(file.Line(f.Span.Start.Line))
	}
	sum := sha256.Sum256([]byte(f.Rule.Code + "\x00" + line))
	return known{f.Rule.Code, hex.EncodeToString(sum[:])[:hashLength], b.relative(f.Span.File)}
}

// relative names a script from the baseline's folder, wherever lint is called.
func (b *Baseline) relative(name string) string {
	if name == "-" {
		return name
	}
	full, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	if short, err := filepath.Rel(b.dir, full); err == nil {
		full = short
	}
	return filepath.ToSlash(full)
}
