// Package diag says what a finding is. It speaks of source positions only, so
// that rules, the prover, fixes and reports can share it without knowing one
// another.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Level says how much is at stake. The zero Level is the gravest.
type Level int

// The levels, as ShellCheck names them.
const (
	Error   Level = iota // exclusion or data can be lost
	Warning              // stale, stuck or leaking locks
	Info                 // right today, fragile tomorrow; or suspected only
	Style                // a better way exists
)

var levelNames = [...]string{"error", "warning", "info", "style"}

func (l Level) String() string { return levelNames[l] }

// ParseLevel returns the level of that name, or an error that lists them.
func ParseLevel(name string) (Level, error) {
	if i := slices.Index(levelNames[:], name); i >= 0 {
		return Level(i), nil
	}
	return 0, fmt.Errorf("unknown level %q (error, warning, info, style)", name)
}

// Rule names a kind of finding. Codes are never reused.
type Rule struct {
	Code  string // "LK301"
	Slug  string // "unlink-while-locked"
	Title string // one line: what is wrong with such a script
	Level Level  // the gravest that it reports
}

// String is how a rule is printed, always: code and slug.
func (r *Rule) String() string { return r.Code + " " + r.Slug }

// Home is where lockkit lives, for whoever reads about a finding elsewhere.
const Home = "https://github.com/lockkit/lockkit"

// Href is where the rule's page lies.
func (r *Rule) Href() string {
	stem := strings.ToLower(r.Code) + "_" + strings.ReplaceAll(r.Slug, "-", "_")
	return Home + "/blob/main/shellkit/rules/" + stem + ".md"
}

// Note is a place that belongs to a finding, and what it has to do with it.
type Note struct {
	Span source.Span
	Text string
}

// Edit replaces the bytes of Span by New. An empty span inserts.
type Edit struct {
	Span source.Span
	New  string
}

// Fix is a repair that keeps the script's meaning otherwise. An empty list of
// edits with a Title is advice for a hand.
type Fix struct {
	Title string // imperative: "open the lock file with 9>>"
	Edits []Edit
}

// Promise is one of the promises about a lock.
type Promise struct {
	Property string // as in a Trace
	Lock     string // the lock's path as the script writes it
}

// Finding is one fault at one place. Message states the consequence first.
type Finding struct {
	Rule    *Rule
	Level   Level
	Span    source.Span
	Message string
	Notes   []Note
	Fix     *Fix   // nil: no mechanical repair is known
	NoFix   string // why not, in half a sentence, where it is worth saying
	Trace   *Trace // the schedule that confirms it, or nil

	Broken []Promise // that prove finds broken, of a finding that it confirms
	Real   string    // what a rehearsal of the very script has shown of it; "" where none was asked for
}

// Sort orders findings as a reader meets them: by file, place, then code.
func Sort(list []Finding) {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Span.File, b.Span.File),
			cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset),
			cmp.Compare(a.Rule.Code, b.Rule.Code),
			cmp.Compare(a.Message, b.Message),
		)
	})
}
