package shellkit

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Script is one script that was read and understood as far as it can be.
type Script struct {
	File     *source.File
	Dialect  source.Dialect
	Protocol *protocol.Protocol
	Sourced  []*source.File // the files that it sources and that were followed
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
// The error is a [*NotShellError], or an [*extract.SyntaxError] that names the
// place where the script does not parse.
func Load(f *source.File, d source.Dialect, open func(string) (*source.File, error)) (*Script, error) {
	s := &Script{File: f, Dialect: d}
	if d == source.Other {
		s.Dialect = source.DialectOf(f)
		if s.Dialect == source.Other {
			return nil, &NotShellError{Name: f.Name}
		}
	}
	opt := extract.Options{}
	if open != nil {
		opt.Open = func(path string) (*source.File, error) {
			lib, err := open(path)
			if err == nil {
				s.Sourced = append(s.Sourced, lib)
			}
			return lib, err
		}
	}
	p, err := extract.Script(f, s.Dialect, opt)
	if err != nil {
		return nil, err
	}
	s.Protocol = p
	return s, nil
}

// Check returns what is wrong with the locks of the scripts, each alone and all
// together, in the order of files and places.
func Check(scripts ...*Script) []diag.Finding {
	var out []diag.Finding
	var together []*rules.Script
	for _, s := range scripts {
		prepared := rules.NewScript(s.Protocol, append([]*source.File{s.File}, s.Sourced...)...)
		out = append(out, prepared.Check()...)
		if s.Protocol.HasLocks() {
			together = append(together, prepared)
		}
	}
	out = append(out, rules.Together(together)...)
	diag.Sort(out)
	return out
}
