package shellkit

import (
	"errors"
	"fmt"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/hosts"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Script is one script that was read and understood as far as it can be.
type Script struct {
	File     *source.File
	Text     *hosts.Text // the script, where File is its host; else nil
	Dialect  source.Dialect
	Protocol *protocol.Protocol
	Sourced  []*source.File // the files that it sources and that were followed

	kind *hosts.Kind // of the host
	open func(string) (*source.File, error)
}

// NotShellError says that a script names an interpreter that is no shell.
type NotShellError struct{ Name string }

func (e *NotShellError) Error() string {
	return fmt.Sprintf("%s is not a shell script by its first line", e.Name)
}

// Load works out the protocol of a script. An empty dialect means the one that
// the script asks for (see [source.DialectOf]). Files that the script sources by
// a static path are read through open; a nil open leaves them unread.
//
// The error is a [*NotShellError], a [*NotLookedAtError] of a script that hands itself over
// to the program of another language, or an [*shell.SyntaxError] that names the place where
// the script does not parse.
func Load(f *source.File, d source.Dialect, open func(string) (*source.File, error)) (*Script, error) {
	s := &Script{File: f, Dialect: d, open: open}
	if d == source.Other {
		s.Dialect = source.DialectOf(f)
		if s.Dialect == source.Other {
			return nil, &NotShellError{Name: f.Name}
		}
	}
	p, err := s.extracted(s.reading())
	var syntax *shell.SyntaxError
	if errors.As(err, &syntax) {
		if program, line := source.HandedOver(f.Data); program != "" && d == source.Other {
			return nil, &NotLookedAtError{Name: f.Name, Why: fmt.Sprintf("line %d hands it over to %s", line, program)}
		}
		syntax.Hint = source.ForeignHint(f.Data)
	}
	if err != nil {
		return nil, err
	}
	s.Protocol = p
	return s, nil
}

// reading is how the script is read: it notes what it sources.
func (s *Script) reading() (opt extract.Options) {
	s.Sourced = nil
	if s.open != nil {
		opt.Open = func(path string) (*source.File, error) {
			lib, err := s.open(path)
			if err == nil {
				s.Sourced = append(s.Sourced, lib)
			}
			return lib, err
		}
	}
	return opt
}

// Check returns what is wrong with the locks of the scripts, each alone and all
// together, in the order of files and places. Directives in the scripts are
// obeyed; rules that are off are not asked.
func Check(scripts ...*Script) []diag.Finding {
	all := newGathering(scripts)
	for _, s := range scripts {
		set := DefaultSettings()
		set.traces = true
		v := examine(s, &set)
		v.offer(&holder{})
		all.add(v)
	}
	found, _ := all.conclude(nil)
	return found
}

// verdict is what one script gave when it was looked at alone.
type verdict struct {
	script     *Script
	set        *Settings
	account    *rules.Account // of its locks, for the others; nil where there is none
	found      []diag.Finding
	directives []*directive  // of the script and of what it sources
	unfixed    *verdict      // on the script before it was repaired, or nil
	proved     *prove.Result // once somebody has asked
}

// examine looks at one script alone. What directives cover is left out; what
// the settings leave out is still there.
func examine(s *Script, set *Settings) *verdict {
	v := &verdict{script: s, set: set}
	v.directives = s.directives()
	files := append([]*source.File{s.File}, s.Sourced...)
	if !s.Protocol.HasLocks() && !s.Protocol.HasLeases() && len(s.Protocol.Unknowns) == 0 {
		return v
	}
	prepared := rules.NewScript(s.Protocol, files...)
	v.found = prepared.Check()
	s.quoted(v.found)
	if s.Protocol.HasLocks() {
		v.account = prepared.Account()
		v.found = append(v.found, rules.Together([]*rules.Account{v.account})...)
		diag.Sort(v.found)
	}
	v.confirm()
	v.found = silence(v.found, v.directives)
	return v
}
