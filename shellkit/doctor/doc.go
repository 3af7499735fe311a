// Package doctor finds out by trial whether locks work here: which engines lock,
// whether the lock directory is fit, and whether locks on a file system really
// exclude. What no trial can show, other machines above all, is judged by the type
// and the options of the mount.
//
// It also clears away lock files that nobody holds (GC).
//
// Trials are made on files of the doctor's own, in the place in question. A lock
// file of the user's is never locked: who tries it without waiting would be told
// that it is busy. GC is the one exception, and only when it is told to remove.
package doctor

// Level says how bad a finding is.
type Level int

// A Note deserves to be known and does no harm by itself; a Problem makes locks
// fail or pretend.
const (
	Fine Level = iota
	Note
	Problem
)

// Finding is one thing that was looked at.
type Finding struct {
	Level Level
	About string // what it is about: an engine, a directory, a trial
	Text  string
	Hint  string // what to do about it; may be empty
}

// Section is what was found out about one subject.
type Section struct {
	Title    string
	Findings []Finding
}

func (s *Section) add(level Level, about, text, hint string) {
	s.Findings = append(s.Findings, Finding{level, about, text, hint})
}

// Worst is the highest level in the sections.
func Worst(sections []Section) Level {
	worst := Fine
	for _, s := range sections {
		for _, f := range s.Findings {
			worst = max(worst, f.Level)
		}
	}
	return worst
}
