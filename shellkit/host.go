package shellkit

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// NotLookedAtError says that there is nothing in a file, or in a folder, that lockkit
// could look at.
type NotLookedAtError struct {
	Name string
	Why  string
}

func (e *NotLookedAtError) Error() string { return fmt.Sprintf("%s: not looked at: %s", e.Name, e.Why) }

// LoadAll is [Load] for a file that may be the host of several scripts: a crontab, a unit,
// a workflow. Their places are those of the host. What is wrong with one of them is an
// error of its own, and the others are loaded all the same; a host that cannot be
// understood gives a [*hosts.Error], and a file that is neither shell nor a host that is
// known a [*NotLookedAtError].
func LoadAll(f *source.File, d source.Dialect, open func(string) (*source.File, error)) ([]*Script, []error) {
	kind := hosts.Sniff(f.Name, f.Data, d == source.Other)
	if kind == nil {
		if _, says := source.Shebang(f.Data); !says && d == source.Other && otherLanguage(f.Name) {
			return nil, []error{&NotLookedAtError{Name: f.Name, Why: "it is no shell script, and no file of a kind that lockkit knows to have shell in it"}}
		}
		s, err := Load(f, d, open)
		if err != nil {
			return nil, []error{err}
		}
		return []*Script{s}, nil
	}
	texts, err := hosts.Read(kind, f)
	if errors.Is(err, hosts.ErrOtherLanguages) {
		return nil, []error{&NotLookedAtError{Name: f.Name, Why: err.Error()}}
	} else if err != nil {
		return nil, []error{err}
	}
	var all []*Script
	var faults []error
	for _, t := range texts {
		s, err := loadText(kind, t, open)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		all = append(all, s)
	}
	return all, faults
}

// loadText loads one text of a host. Its shell is what the host runs, whatever is asked for.
func loadText(kind *hosts.Kind, t *hosts.Text, open func(string) (*source.File, error)) (*Script, error) {
	s := &Script{File: t.Host, Dialect: t.Dialect, Text: t, kind: kind, open: open}
	p, err := s.extracted(s.reading())
	var syntax *shell.SyntaxError
	if errors.As(err, &syntax) && t.Guessed {
		p, err = s.unread(syntax), nil
	}
	s.Protocol = p
	return s, err
}

// unread is the protocol of a text that does not parse, but may with what its host puts into
// it: where a lock may stand in it, that is not known.
func (s *Script) unread(why *shell.SyntaxError) *protocol.Protocol {
	p := &protocol.Protocol{
		File: s.File.Name, Entry: s.Text.Index + 1, Dialect: s.Dialect, Shell: extract.Traits(s.Dialect),
		Handlers: []protocol.Handlers{protocol.NoHandlers()},
	}
	if shell.SignsIn(s.Text.Script.Data).Tools {
		text := "it is no shell before the " + s.kind.Name + " puts something into it: " + why.Text
		p.Unknowns = []protocol.Unknown{{Span: why.Span, Why: text}}
		p.Sites = []protocol.Site{{What: "a lock", Fate: protocol.Unclear, Why: text, Span: why.Span}}
	}
	return p
}

// script is what a shell reads: the file, or the text in it.
func (s *Script) script() *source.File {
	if s.Text != nil {
		return s.Text.Script
	}
	return s.File
}

// extracted is the protocol of the script, its places in the file that the user has.
func (s *Script) extracted(opt extract.Options) (*protocol.Protocol, error) {
	p, err := extract.Script(s.script(), s.Dialect, opt)
	if s.Text == nil {
		return p, err
	}
	var syntax *shell.SyntaxError
	if errors.As(err, &syntax) {
		text := syntax.Text
		if s.Text.Hint != "" {
			text += " (" + s.Text.Hint + ")"
		}
		return nil, &shell.SyntaxError{Span: s.Text.Place(syntax.Span), Text: text}
	}
	if err == nil {
		s.Text.Locate(p)
	}
	return p, err
}

// bare is the script without its protocol, which is large.
func (s *Script) bare() *Script {
	kept := *s
	kept.Protocol = nil
	return &kept
}

// reload loads the script once more.
func (s *Script) reload() (*Script, error) {
	if s.Text != nil {
		return loadText(s.kind, s.Text, s.open)
	}
	return Load(s.File, s.Dialect, s.open)
}

// Title names the script: by its file, and where that has several, by its line too.
func (s *Script) Title() string {
	if s.Text == nil {
		return s.File.Name
	}
	return fmt.Sprintf("%s:%d", s.File.Name, s.Text.Line())
}

// Kind is what hosts the script, in words, or "".
func (s *Script) Kind() string {
	if s.kind == nil {
		return ""
	}
	return s.kind.Name
}

// again loads the script out of a new version of its file. It is nil where that is none
// any more, or where another script of the file is not what it was.
func (s *Script) again(file *source.File) *Script {
	if s.Text == nil {
		after, err := Load(file, s.Dialect, s.open)
		if err != nil {
			return nil
		}
		return after
	}
	before, err := hosts.Read(s.kind, s.File)
	if err != nil {
		return nil
	}
	texts, err := hosts.Read(s.kind, file)
	if err != nil || len(texts) != len(before) {
		return nil
	}
	from, to := changed(s.File.Data, file.Data)
	for i, t := range texts {
		if !before[i].Touches(from, to) && string(t.Script.Data) != string(before[i].Script.Data) {
			return nil
		}
	}
	return s.of(texts)
}

// changed is the part of a text outside of which another one is the same.
func changed(text, other []byte) (from, to int) {
	for from < len(text) && from < len(other) && text[from] == other[from] {
		from++
	}
	to = len(text)
	for end := len(other); to > from && end > from && text[to-1] == other[end-1]; end-- {
		to--
	}
	return from, to
}

// in loads the script out of its file after other scripts of the file were repaired; nil
// where it is not to be found any more.
func (s *Script) in(file *source.File) *Script {
	texts, err := hosts.Read(s.kind, file)
	if err != nil || s.Text.Index >= len(texts) {
		return nil
	}
	return s.of(texts)
}

// of loads the script out of the texts of a new version of its file.
func (s *Script) of(texts []*hosts.Text) *Script {
	after, err := loadText(s.kind, texts[s.Text.Index], s.open)
	if err != nil {
		return nil
	}
	return after
}

// quoted writes what repairs bring as the host of the script wants it.
func (s *Script) quoted(found []diag.Finding) {
	if s.Text == nil {
		return
	}
	for i := range found {
		if found[i].Fix == nil {
			continue
		}
		fix := *found[i].Fix
		fix.Edits = slices.Clone(fix.Edits)
		for j := range fix.Edits {
			fix.Edits[j].New = s.Text.Quote(fix.Edits[j].New)
		}
		found[i].Fix = &fix
	}
}

// directives reads the directives of a script and of what it sources.
func (s *Script) directives() (out []*directive) {
	if s.Text == nil {
		out = directives(s.File, s.Dialect)
	} else {
		for _, d := range directives(s.Text.Written(), s.Dialect) {
			d.Span, d.Scope = s.Text.Place(d.Span), s.Text.Place(d.Scope)
			out = append(out, d)
		}
	}
	for _, f := range s.Sourced {
		out = append(out, directives(f, s.Dialect)...)
	}
	return out
}

// otherLanguage tells by the name that a file is written in something else than shell.
func otherLanguage(name string) bool {
	return others[strings.ToLower(filepath.Ext(name))]
}

var others = func() map[string]bool {
	all := map[string]bool{}
	for _, ext := range strings.Fields(`.yml .yaml .json .toml .xml .md .rst .html .css .py .rb .pl .pm .php .js .mjs
		.ts .go .rs .c .h .cc .cpp .hpp .java .lua .sql .csv .ps1 .bat .cmd .tf .nix`) {
		all[ext] = true
	}
	return all
}()
