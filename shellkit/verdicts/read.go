package verdicts

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

//go:embed *.txt
var files embed.FS

// Row is one script in one shell, and what is to be said of it.
type Row struct {
	Kind       string // the file that it stands in
	Line       int    // of its head, in that file
	Name       string // may be empty
	Shell      source.Dialect
	Verdict    prove.Verdict
	Broken     []prove.Property // exactly these, where it says so
	WhenKilled bool             // they are broken by runs that are killed, and by no others
	Text       string
}

// String names a row within its kind.
func (r *Row) String() string {
	if r.Name == "" {
		return fmt.Sprintf("line %d %s", r.Line, r.Shell)
	}
	return fmt.Sprintf("%s %s", r.Name, r.Shell)
}

// Rows returns all rows, by kind and then as they stand there.
func Rows() ([]Row, error) {
	var out []Row
	names, err := fs.Glob(files, "*.txt")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		kind := strings.TrimSuffix(name, ".txt")
		rows, err := read(kind, string(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, rows...)
	}
	return out, nil
}

const (
	headMark  = "== "
	proseMark = "// "
)

// read takes the rows out of a file.
func read(kind, data string) ([]Row, error) {
	var out, heads []Row
	var text strings.Builder
	end := func() error {
		body := strings.TrimRight(text.String(), "\n") + "\n"
		if len(heads) > 0 && body == "\n" {
			return fmt.Errorf("line %d: a head without a script", heads[0].Line)
		}
		for _, r := range heads {
			r.Text = body
			out = append(out, r)
		}
		heads = nil
		text.Reset()
		return nil
	}
	for i, line := range strings.Split(data, "\n") {
		prose := strings.HasPrefix(line, proseMark)
		if rest, isHead := strings.CutPrefix(line, headMark); isHead || prose {
			if prose || text.Len() > 0 {
				if err := end(); err != nil {
					return nil, err
				}
			}
			if isHead {
				several, err := head(Row{Kind: kind, Line: i + 1}, rest)
				if err != nil {
					return nil, fmt.Errorf("line %d: %w", i+1, err)
				}
				heads = append(heads, several...)
			}
			continue
		}
		if len(heads) == 0 && line != "" {
			return nil, fmt.Errorf("line %d: a script without a head", i+1)
		}
		if len(heads) > 0 {
			text.WriteString(line + "\n")
		}
	}
	return out, end()
}

// head reads "SHELL... VERDICT [PROMISE...] [when killed][: NAME]": a row for each shell.
func head(r Row, line string) ([]Row, error) {
	line, r.Name, _ = strings.Cut(line, ": ")
	line, r.WhenKilled = strings.CutSuffix(line, " when killed")
	words := strings.Fields(line)
	at := slices.IndexFunc(words, func(w string) bool { return slices.Contains(verdicts, prove.Verdict(w)) })
	if at < 1 {
		return nil, errors.New("no shell, or no verdict")
	}
	r.Verdict = prove.Verdict(words[at])
	for _, w := range words[at+1:] {
		if p := prove.Property(w); slices.Contains(prove.Properties, p) {
			r.Broken = append(r.Broken, p)
			continue
		}
		return nil, fmt.Errorf("%q is no promise", w)
	}
	if r.Verdict != prove.Violated && len(r.Broken) > 0 || r.WhenKilled && len(r.Broken) == 0 {
		return nil, errors.New("promises are broken by what is violated")
	}
	var out []Row
	for _, w := range words[:at] {
		d, ok := source.ParseDialect(w)
		if !ok {
			return nil, fmt.Errorf("%q is no shell", w)
		}
		r.Shell = d
		out = append(out, r)
	}
	return out, nil
}

var verdicts = []prove.Verdict{prove.Holds, prove.Violated, prove.Unknown, prove.Nothing}
