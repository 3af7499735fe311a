package source

import "slices"

// Facts is what a shell does with descriptors, traps and failing redirects where
// shells differ. Each was asked of the real shell on Debian 12 (bash 5.2, dash
// 0.5.12, busybox ash 1.35, mksh 59c, ksh93u+m 1.0.4, zsh 5.9, yash 2.53); the
// tests ask again.
type Facts struct {
	MultiDigitFD   bool     // 200>f opens descriptor 200; elsewhere "200" is a word
	BraceFD        bool     // exec {fd}>f
	LocksItself    bool     // it has a command that takes fcntl locks itself, which end when it closes the file anywhere
	BraceStays     bool     // what {fd}>f opens for a builtin, a function or { } stays open behind it
	ExecCloexec    bool     // a descriptor ≥ 3 that exec opened is not inherited by programs
	ExecExits      bool     // a failing exec redirect ends a script
	ExitTrapOn     []string // fatal signals on which the EXIT trap runs
	ErrexitFirst   bool     // set -e ends the shell whose program a signal kills, before the trap of that signal
	PlainSignals   bool     // trap knows TERM and refuses SIGTERM, with what stands behind it
	DoubledEqual   bool     // [ a == b ] is a comparison, or ends the script (zsh); elsewhere it is an error, status 2
	QuotedRegexp   bool     // [[ X =~ Y ]] is there, and what is quoted in Y stands for itself
	AsksForValue   bool     // [ -v NAME ] asks whether a variable is set; elsewhere it is an error
	LastPipeInside bool     // the last part of a pipeline runs in the shell itself
	CopyFails      bool     // 3<&3 fails where descriptor 3 is closed; elsewhere nothing is done, and that succeeds
	SplitsWords    bool     // an unquoted variable is split into words
	SplitsRedirect bool     // an unquoted redirect target is split into words
	LastInPlace    Place    // when the last program of a subshell takes its place
	LastThrough    bool     // also behind the redirects of compound commands, which then stay
	ScriptInPlace  bool     // also the last program of a script, at its very end
	TextInPlace    bool     // also the last program of sh -c TEXT
	Subshells      Forks    // which subshells are processes
	SpecialFuncs   Specials // what becomes of a function that is called like a special builtin
	JobRedirects   Jobs     // what 9>&- & really closes: no saved copy stays in the child
}

// Place says which programs run in the place of the shell, where no trap is armed: what
// their redirects close is closed for good.
type Place uint8

// Which programs those are.
const (
	PlaceAlone        Place = iota // what is all of a subshell: bash, mksh
	PlaceUnredirected              // the last of a subshell, at any depth, without a redirect of a descriptor: yash
	PlaceLast                      // the last of a subshell, at any depth, but not in a function or a loop
)

// Forks says which subshells are processes of their own.
type Forks uint8

// Which ones.
const (
	SubshellsFork   Forks = iota
	SubshellsInside       // background commands and parts of pipelines alone: ksh93
)

// Specials says what becomes of a function that is called like a special builtin: exit() { … }
type Specials uint8

// What may become of it.
const (
	SpecialCalled  Specials = iota // it is called in the place of the builtin: bash, zsh
	SpecialIgnored                 // it is defined and never called: yash, mksh
	SpecialRefused                 // the script ends at the definition: dash, ash, ksh93
)

// IsSpecialBuiltin tells whether POSIX has a name as that of a special builtin.
func IsSpecialBuiltin(name string) bool {
	switch name {
	case ":", ".", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times", "trap", "unset":
		return true
	}
	return false
}

// Jobs says of which background commands the redirects are the child's own. The shell
// of other ones puts what a redirect hides aside, and keeps it while they run.
type Jobs uint8

// What may own its redirects.
const (
	JobOwnsNothing   Jobs = iota // nothing, and no program takes the child's place: yash
	JobOwnsPrograms              // programs: mksh
	JobOwnsCompounds             // programs, subshells and compound commands, but no functions: dash, ash
	JobOwnsAll                   // functions too
)

var facts = map[Dialect]Facts{
	Bash: {AsksForValue: true, QuotedRegexp: true, BraceStays: true, DoubledEqual: true, SplitsWords: true, MultiDigitFD: true, BraceFD: true, ExitTrapOn: []string{"HUP", "INT", "TERM"}, SplitsRedirect: true, JobRedirects: JobOwnsAll, TextInPlace: true},
	Bats: {AsksForValue: true, QuotedRegexp: true, BraceStays: true, DoubledEqual: true, SplitsWords: true, MultiDigitFD: true, BraceFD: true, ExitTrapOn: []string{"HUP", "INT", "TERM"}, SplitsRedirect: true, JobRedirects: JobOwnsAll, TextInPlace: true},
	Sh:   {PlainSignals: true, SplitsWords: true, ExecExits: true, JobRedirects: JobOwnsCompounds, LastInPlace: PlaceLast, SpecialFuncs: SpecialRefused},
	Dash: {PlainSignals: true, SplitsWords: true, ExecExits: true, JobRedirects: JobOwnsCompounds, LastInPlace: PlaceLast, SpecialFuncs: SpecialRefused},
	Ash:  {DoubledEqual: true, SplitsWords: true, MultiDigitFD: true, ExecExits: true, JobRedirects: JobOwnsCompounds, LastInPlace: PlaceLast, TextInPlace: true, SpecialFuncs: SpecialRefused},
	Ksh:  {AsksForValue: true, DoubledEqual: true, CopyFails: true, SplitsWords: true, BraceFD: true, ExecCloexec: true, ExecExits: true, ExitTrapOn: []string{"HUP", "INT", "TERM"}, ErrexitFirst: true, LastPipeInside: true, JobRedirects: JobOwnsAll, LastInPlace: PlaceLast, LastThrough: true, TextInPlace: true, ScriptInPlace: true, Subshells: SubshellsInside, SpecialFuncs: SpecialRefused},
	Mksh: {AsksForValue: true, DoubledEqual: true, CopyFails: true, SplitsWords: true, ExecCloexec: true, ExecExits: true, ErrexitFirst: true, ExitTrapOn: []string{"INT", "TERM"}, JobRedirects: JobOwnsPrograms, TextInPlace: true, SpecialFuncs: SpecialIgnored},
	Zsh:  {LocksItself: true, AsksForValue: true, BraceStays: true, DoubledEqual: true, CopyFails: true, BraceFD: true, ExitTrapOn: []string{"HUP"}, LastPipeInside: true, JobRedirects: JobOwnsAll, LastInPlace: PlaceLast, LastThrough: true, TextInPlace: true},
	Yash: {QuotedRegexp: true, DoubledEqual: true, SplitsWords: true, MultiDigitFD: true, LastInPlace: PlaceUnredirected, TextInPlace: true, SpecialFuncs: SpecialIgnored},
}

// Facts returns what is known of the shell of that dialect.
func (d Dialect) Facts() Facts { return facts[d] }

// ExitTrapRunsOn tells whether the EXIT trap runs when the signal, "HUP", "INT"
// or "TERM", kills a shell that does not trap it.
func (f Facts) ExitTrapRunsOn(signal string) bool { return slices.Contains(f.ExitTrapOn, signal) }
