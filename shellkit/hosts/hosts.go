package hosts

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Kind is a kind of host.
type Kind struct {
	Name string // as a sentence has it: "crontab"

	named  func(path string) bool              // a file that is called so is one, whatever is in it
	looks  func(path string, head []byte) bool // a file that begins so is one; nil: only the name counts
	run    []string                            // programs that a first line names as those that run one
	never  regex.Pattern                       // what begins so is none, whatever it is called; nil: nothing does
	taking func(*source.File) ([]*draft, error)
}

// kinds is in the order in which they are asked.
var kinds = []*Kind{crontab, unit, workflow, gitlab, dockerfile, makefile, ansible}

// Error says that a host is not written as its kind wants it, and where.
type Error struct {
	Span source.Span
	Text string
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Span, e.Text) }

// HeadSize is how much of a file [Sniff] wants to see at most.
const HeadSize = 4096

// MayHost tells by the name alone whether [Sniff] has to see how a file begins: what is
// found in folders is not even opened where it says no.
func MayHost(name string) bool {
	base := filepath.Base(name)
	if notHosts[filepath.Ext(base)] {
		return false
	}
	if !hostEnds[filepath.Ext(base)] && !hostFolders[filepath.Base(filepath.Dir(name))] && !slices.ContainsFunc(hostBegins, func(s string) bool { return strings.HasPrefix(base, s) }) {
		return false // most files; the patterns of the kinds cost more
	}
	path := slashed(name)
	return slices.ContainsFunc(kinds, func(k *Kind) bool { return k.named(path) }) || yamlName().MatchString(base)
}

var yamlName = regex.Of(`\.ya?ml$`)

// What the names of hosts end in and begin with, and the folders that are full of them: no
// kind has a name without one of these.
var (
	hostEnds    = set(".yml .yaml .cron .crontab .d .service .timer .socket .mount .swap .path .target .in .conf .dockerfile .Dockerfile .containerfile .Containerfile .mk .mak .make")
	notHosts    = set(".sh .bash .zsh .ksh .md .rst .txt .json .py .html .j2 .erb .tmpl .tpl .template .mustache .orig .rej .bak") // also Dockerfile.md
	hostFolders = set("cron.d cron crontabs")
	hostBegins  = []string{"crontab", "Dockerfile", "Containerfile", "Makefile", "makefile", "GNUmakefile", "GNUMakefile", "BSDmakefile", "BSDMakefile"}
)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(words) {
		all[word] = true
	}
	return all
}

// Sniff tells what kind of host a file is by its name and its first bytes, or nil. A file
// that was named by the user is also known by its content alone.
func Sniff(name string, head []byte, given bool) *Kind {
	if _, ok := source.Shebang(head); ok { // it says itself what runs it
		by := source.Interpreter(head)
		for _, k := range kinds {
			if slices.Contains(k.run, by) {
				return k
			}
		}
		return nil
	}
	if notHosts[filepath.Ext(name)] {
		return nil
	}
	path := slashed(name)
	for _, k := range kinds {
		if k.named(path) && (k.never == nil || !k.never().Match(head)) {
			return k
		}
	}
	for _, k := range kinds {
		if k.looks != nil && (given || MayHost(name)) && k.looks(path, head[:min(len(head), HeadSize)]) {
			return k
		}
	}
	return nil
}

func slashed(name string) string {
	if full, err := filepath.Abs(name); err == nil && name != "-" {
		name = full
	}
	return filepath.ToSlash(name)
}

// ErrOtherLanguages says that a host runs something, and none of it is in a shell.
var ErrOtherLanguages = errors.New("what it runs is in other languages than shell")

// Read takes the texts out of a host, in the order of their places. The error is an
// [*Error] where the host cannot be understood, or [ErrOtherLanguages].
func Read(k *Kind, f *source.File) ([]*Text, error) {
	drafts, err := k.taking(f)
	if err != nil {
		return nil, err
	}
	var out []*Text
	others := false
	head := headRemarks(f)
	below := f.Pos(head.end(0)).Line + 1
	if slices.ContainsFunc(drafts, func(d *draft) bool { return f.Pos(d.body.start(0)).Line == below }) {
		head = passage{} // they speak of that text
	}
	for _, d := range drafts {
		d.host = f
		whole := head.cut(0, head.len())
		whole.join(d.remarks)
		d.remarks = whole
		t := d.text()
		others = others || t == nil && d.body.trim().len() > 0
		if t == nil || slices.ContainsFunc(out, t.repeats) {
			continue
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b *Text) int { return a.begin - b.begin })
	for i, t := range out {
		t.Index = i
	}
	if len(out) == 0 && others {
		return nil, ErrOtherLanguages
	}
	return out, nil
}

// fail is an error at an offset.
func fail(f *source.File, offset int, format string, args ...any) error {
	at := f.Pos(offset)
	return &Error{source.Span{File: f.Name, Start: at, End: at}, fmt.Sprintf(format, args...)}
}

// line is one line of a host, without its end.
type line struct{ from, to int }

// lines are those of a host.
func lines(data []byte) (out []line) {
	for from := 0; from < len(data); {
		to := bytes.IndexByte(data[from:], '\n')
		next := from + to + 1
		if to < 0 {
			to, next = len(data), len(data)
		} else {
			to = from + to
		}
		if to > from && data[to-1] == '\r' {
			to--
		}
		out = append(out, line{from, to})
		from = next
	}
	return out
}

func (l line) of(data []byte) string { return string(data[l.from:l.to]) }

// headRemarks are the comments that a host begins with: what they say to lockkit they say
// of all its texts.
func headRemarks(f *source.File) passage {
	all := lines(f.Data)
	i := 0
	for i < len(all) && strings.HasPrefix(all[i].of(f.Data), "#") {
		i++
	}
	return remarks(f.Data, all, i)
}

// remarks are the comments in the lines right above line i, as a shell reads them: what
// they say to lockkit is said of the text that follows.
func remarks(data []byte, all []line, i int) (p passage) {
	first := i
	for first > 0 && strings.HasPrefix(strings.TrimLeft(all[first-1].of(data), " \t"), "#") {
		first--
	}
	for _, l := range all[first:i] {
		if strings.Contains(l.of(data), "lockkit") {
			p.copy(data, l.from, l.to)
			p.add("\n", l.to)
		}
	}
	return p
}
