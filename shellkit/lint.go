package shellkit

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/fix"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A Linter checks many scripts. The zero Linter checks them with what their
// .lockkitrc says.
type Linter struct {
	Stdin     io.Reader // what the path "-" stands for
	StdinName string    // the name that it goes by; "" for "-"
	Settings  []Setting // win over every .lockkitrc, key by key
	Baseline  *Baseline // what is known is not found again

	// IfShell treats files that are named like those in folders: what is no script and no
	// host of one is passed over, and so is what .gitignore or exclude-path names.
	IfShell bool

	Repairs RepairMode
	Traces  bool // findings carry the schedules that confirm them

	// Fault is told, in the order of the scripts, why one could not be checked:
	// a [*FileError], [*ConfigError], [*InternalError], or one of those that
	// [Load] returns. The others are checked all the same.
	Fault func(error)
	// Read is told of each file that is looked at, from several goroutines, one at a time.
	Read func(*source.File)
	// Done is told how many scripts were checked so far.
	Done func(scripts int)

	inside  func(*source.File) // tests make one script fail here
	reading sync.Mutex
	leftOut map[string]bool // folders that were given of which something is left out
}

// RepairMode says what becomes of the repairs that are offered.
type RepairMode int

const (
	OfferRepairs  RepairMode = iota // findings carry them
	ShowRepairs                     // also made, on a copy
	WriteRepairs                    // made and written; the findings are those that are left
	IgnoreRepairs                   // nobody will look at them: they are not tried
)

// Result is what a Linter found.
type Result struct {
	Findings []diag.Finding          // sorted
	Files    map[string]*source.File // that they are about
	Repairs  []Repair                // that were made, in the order of the scripts
	Scripts  int                     // that were checked
	Checked  int                     // files with scripts in them
	Locking  int                     // of these, files that have to do with locks
}

// FileError says that a file could not be read or written.
type FileError struct {
	Name string
	Err  error
}

func (e *FileError) Error() string { return fmt.Sprintf("%s: %s", e.Name, e.Err) }
func (e *FileError) Unwrap() error { return e.Err }

// InternalError says that lockkit itself failed on a script.
type InternalError struct {
	Name  string
	Value any // what was recovered
	Stack []byte
}

func (e *InternalError) Error() string { return fmt.Sprintf("%s: internal error: %v", e.Name, e.Value) }

// Lint checks the scripts that the paths name, and those in the folders among
// them. Scripts are read and checked by as many workers as there are processors,
// a few at a time; what is kept of each is what it says about locks.
func (l *Linter) Lint(paths ...string) (*Result, error) {
	var check Settings
	if err := check.Apply(l.Settings...); err != nil {
		return nil, err
	}
	res := &Result{}
	all := newGathering(nil)
	var repaired []outcome
	looked := map[string]bool{} // by path that was given: was there anything to look at?
	for o := range l.outcomes(paths) {
		for _, err := range o.faults {
			l.fault(err)
		}
		looked[o.given] = looked[o.given] || o.read
		switch {
		case o.repaired == nil:
			all.addAll(o.verdicts)
		case l.Repairs == ShowRepairs:
			all.addUnfixed(o.verdicts)
			res.Repairs = append(res.Repairs, *o.repaired)
		default:
			repaired = append(repaired, o)
		}
		if len(o.verdicts) == 0 {
			continue
		}
		res.Checked++
		if o.locks() {
			res.Locking++
		}
		if res.Scripts += len(o.verdicts); l.Done != nil {
			l.Done(res.Scripts)
		}
	}
	// Nothing is written while a script may still be read as somebody's library.
	for _, o := range repaired {
		did := *o.repaired
		if err := fix.Write(did.Before.Name, did.Before.Data, did.After.Data); err != nil {
			l.fault(&FileError{Name: did.Before.Name, Err: fmt.Errorf("cannot be written: %w", err)})
			all.addUnfixed(o.verdicts)
			continue
		}
		all.addAll(o.verdicts)
		res.Repairs = append(res.Repairs, did)
	}
	l.unlooked(paths, looked)
	l.finish(all, res)
	return res, nil
}

// options are the settings that win over every .lockkitrc.
func (l *Linter) options() *Settings {
	set := DefaultSettings()
	set.Apply(l.Settings...) // Lint has looked whether they can be applied
	return &set
}

// unlooked says of which folders nothing was looked at: they are not clean.
func (l *Linter) unlooked(paths []string, looked map[string]bool) {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.IsDir() && !looked[path] {
			looked[path] = true
			why := "there is no shell script in it, and no file of a kind that lockkit knows to have shell in it"
			if l.leftOut[path] {
				why += ", but for what .gitignore or exclude-path leaves out"
			}
			l.fault(&NotLookedAtError{Name: path, Why: why})
		}
	}
}

// finish concludes over all scripts.
func (l *Linter) finish(all *gathering, res *Result) {
	defer recovered("all scripts together", l.fault)
	res.Findings, res.Files = all.conclude(l.Baseline)
}

func (l *Linter) fault(err error) {
	if l.Fault != nil {
		l.Fault(err)
	}
}
