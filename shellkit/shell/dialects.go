package shell

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// The table: one row a shell. What is not said is no, or the first of what may be.

var dialects = map[source.Dialect]*Dialect{
	source.Bash: &bash, source.Bats: bats(), source.Sh: systemShell(), source.Dash: &dash, source.Ash: &ash,
	source.Ksh: &ksh, source.Mksh: &mksh, source.Zsh: &zsh, source.Yash: &yash,
}

var bash = Dialect{
	WrapsNegative: true,
	options:       bashOptions,
	SubstStatus:   true, NegatesJumps: true, LoneTrapFails: true, AssignsFirst: true, MovesFDs: true, ErrexitInside: true,
	Name: "bash", Variant: syntax.LangBash, AndRedirects: true, Coproc: true, Braces: true, MultiDigitFD: true, BraceFD: true,
	SplitsWords: true, SplitsRedirect: true, GlobsValues: true, UnsetShows: ShowsCallers, Private: bashClocks,
	FlockWaits: true, DoubledEqual: true, QuotedRegexp: true, AsksForValue: true, PrintsInto: true, ReturnFails: true,
	Jumps:      Jumps{OutOfFiles: true, EndSubsts: true, FromTraps: true, FromExitTrap: true},
	BraceStays: true, CopyIsNothing: true, CopyHandsOn: true, HandsDown: true, JobRedirects: JobOwnsAll, JobNegated: true,
	TextInPlace: true,
	SubstGoesOn: true, SubstAsks: true, KnowsErr: true, ErrInherited: ErrOnDemand,
	ReturnTrap: true, ExitTrapOn: []string{"HUP", "INT", "TERM"}, ExitTrapAtOnce: true,
	InExitTrap:   TrapStatus{Return: GivesBefore, ReturnInSubst: GivesBefore, Exit: GivesBefore, ExitInSubst: GivesBefore},
	InSignalTrap: TrapStatus{Return: GivesBefore, ReturnInSubst: GivesBefore},
	ExitLocals:   true, UnsetUnwinds: true,
}

var bashClocks = []string{"RANDOM", "SRANDOM", "SECONDS", "EPOCHSECONDS", "EPOCHREALTIME", "BASHPID"}

// bats is bash that has made functions of the tests in a file.
func bats() *Dialect {
	d := bash
	d.Name, d.Variant, d.Tests, d.ReturnFails = "bats", syntax.LangBats, true, false
	return &d
}

var dash = Dialect{
	EndsAtNegative: true,
	ExpandsAliases: true,
	options:        dashOptions,
	SpecialExits:   true, SourceExits: true, OptionExits: true, ShiftExits: true, WideReturns: true, LoneTrapFails: true, SubstUnchecked: true, Bare: true, ConstantsEnd: true, FewExpansions: true,
	Name: "dash", Variant: syntax.LangPOSIX, Brackets: BracketsMissing,
	SplitsWords: true, GlobsValues: true, Locals: LocalOuter,
	LockApplet: true, FlockWaits: true, AssignsStay: StaysAtSpecial, SpecialFuncs: SpecialRefused,
	Jumps:     Jumps{OutOfFiles: true, EndSubshells: true, EndSubsts: true, FromTraps: true},
	ExecExits: true, CopyIsNothing: true, CopyHandsOn: true, HandsDown: true, JobRedirects: JobOwnsCompounds,
	LastInPlace:  PlaceLast,
	PlainSignals: true, InExitTrap: exitBefore, InSignalTrap: exitBefore, Unwinds: true,
	ExitParams: ParamsOfShell, ExitLocals: true,
}

// systemShell is /bin/sh: as dash, which it is on Debian; but it may be another one, and
// what the text has that dash has not is then meant.
func systemShell() *Dialect {
	d := dash
	d.Name, d.Brackets, d.Bare, d.options = "sh (dash)", BracketsOpen, false, ""
	return &d
}

var ash = Dialect{
	EndsAtNegative: true,
	ExpandsAliases: true,
	options:        ashOptions,
	SpecialExits:   true, SourceExits: true, NegatesJumps: true, LoneTrapFails: true, ConstantsEnd: true,
	Name: "ash", Variant: syntax.LangPOSIX, AndRedirects: true, Brackets: BracketsTest, MultiDigitFD: true,
	SplitsWords: true, GlobsValues: true, Private: []string{"RANDOM", "EPOCHSECONDS", "EPOCHREALTIME"},
	LockApplet: true, DoubledEqual: true, AssignsStay: StaysAtSpecial, SpecialFuncs: SpecialRefused,
	Jumps:     Jumps{OutOfFunctions: true, OutOfFiles: true, EndSubshells: true, EndSubsts: true, FromTraps: true},
	ExecExits: true, CopyIsNothing: true, CopyHandsOn: true, HandsDown: true, JobRedirects: JobOwnsCompounds,
	LastInPlace: PlaceLast, TextInPlace: true,
	SubstGoesOn: true, KnowsErr: true, ErrInherited: ErrOnDemand,
	EmptyIsGroup: true, InExitTrap: exitBefore, InSignalTrap: exitBefore, Unwinds: true,
	ExitParams: ParamsOfScript, ExitLocals: true,
}

var ksh = Dialect{
	WrapsNegative:  true,
	ExpandsAliases: true, SetsArrays: true,
	SubstStatus: true, SpecialExits: true, SourceExits: true, OptionExits: true, ShiftExits: true, NegatesJumps: true, WideReturns: true, AssignsFirst: true, ConstantsEnd: true, MovesFDs: true,
	Name: "ksh", Variant: syntax.LangMirBSDKorn, AndRedirects: true, Braces: true, BraceFD: true,
	SplitsWords: true, GlobsValues: true, Private: []string{"RANDOM", "SECONDS"},
	FlockWaits: true, DoubledEqual: true, AsksForValue: true, PrintsInto: true, AssignsStay: StaysAtFuncs, SpecialFuncs: SpecialRefused,
	Jumps:       Jumps{OutOfFiles: true, EndSubshells: true, EndSubsts: true, FromTraps: true, FromExitTrap: true},
	ExecCloexec: true, ExecExits: true, CopyFails: true, CopyHandsOn: true, ParentOpens: true, JobRedirects: JobOwnsAll,
	LastPipeInside: true, PartsRunOn: true, InOutForBoth: true, LastInPlace: PlaceLast, LastThrough: true, LastFunction: true, ScriptInPlace: true, TextInPlace: true, Subshells: SubshellsInside,
	ErrexitFirst: true, KnowsErr: true, ErrInherited: ErrFunctions,
	FunctionExit: ExitOfKorn, ExitTrapOn: []string{"HUP", "INT", "TERM"}, ExitTrapAtOnce: true, Unwinds: true,
	ExitParams: ParamsOfShell, LateInWaits: LateTraps,
}

var mksh = Dialect{
	WrapsNegative:  true,
	ExpandsAliases: true, SetsArrays: true, DocumentsEnd: true,
	options:      mkshOptions,
	SpecialExits: true, SourceExits: true, OptionExits: true, ShiftExits: true, SubstUnchecked: true, ConstantsEnd: true, TrapStatusStays: true, FewExpansions: true, ExecFunctions: true,
	Name: "mksh", Variant: syntax.LangMirBSDKorn, AndRedirects: true, Braces: true,
	SplitsWords: true, GlobsValues: true, UnsetShows: ShowsOuter, Private: []string{"RANDOM", "SECONDS", "EPOCHREALTIME", "BASHPID"},
	FlockWaits: true, DoubledEqual: true, AsksForValue: true, AssignsStay: StaysAtSpecial, SpecialFuncs: SpecialIgnored,
	ExecCloexec: true, ExecExits: true, ExecKeepsFirst: true, CopyFails: true, CopyIsNothing: true, ForgetsCloexec: true, ParentOpens: true, JobRedirects: JobOwnsPrograms,
	TextInPlace:  true,
	ErrexitFirst: true, ErrexitUntraps: true, KnowsErr: true, ErrInherited: ErrAllFunctions,
	ExitTrapOn: []string{"INT", "TERM"}, LastUntrapped: true, InExitTrap: everyBefore, InSignalTrap: everyBefore,
	ExitLocals: true, LateInWaits: LateAll,
}

var zsh = Dialect{
	WrapsNegative:  true,
	ExpandsAliases: true, SetsArrays: true, Foreach: true,
	SubstStatus: true, OptionExits: true, NegatesJumps: true, WideReturns: true, ConstantsEnd: true, ExecFunctions: true,
	Name: "zsh", Variant: syntax.LangZsh, AndRedirects: true, AlwaysBlocks: true, Coproc: true, Braces: true, BraceApart: true, BraceFD: true,
	ArraysFromOne: true, Locals: LocalEmpty, SmallPipes: true, SmallNames: zshNames, Private: []string{"RANDOM", "SECONDS", "EPOCHSECONDS", "EPOCHREALTIME"},
	LocksItself: true, FlockWaits: true, DoubledEqual: true, AsksForValue: true, PrintsInto: true, UnsetUntrapped: true,
	Jumps:      Jumps{OutOfFunctions: true, EndSubshells: true, EndSubsts: true, FromTraps: true, FromExitTrap: true, Nowhere: NowhereEnds},
	BraceStays: true, CopyFails: true, CopyHandsOn: true, JobRedirects: JobOwnsAll, JobNegated: true,
	LastPipeInside: true, AsidesWaited: true, LastInPlace: PlaceLast, LastThrough: true, LastTurn: true, TextInPlace: true,
	KnowsErr: true, ErrInherited: ErrAnywhere,
	TrapFunctions: true, FunctionExit: ExitOfAll, ExitTrapOn: []string{"HUP"}, InExitTrap: TrapStatus{ReturnInChild: GivesZero, ReturnInSubst: GivesZero}, WaitsOn: true,
	ExitParams: ParamsOfShell, ErrexitUntrapped: true, ReturnUntrapped: true,
}

var zshNames = []string{
	"path", "fpath", "cdpath", "mailpath", "manpath", "argv", "status", "pipestatus", "signals", "commands", "functions", "options",
	"aliases", "parameters", "modules", "history", "jobstates", "jobtexts", "jobdirs", "nameddirs", "userdirs", "dirstack", "terminfo",
	"termcap", "funcstack", "funcfiletrace", "funcsourcetrace", "functrace", "prompt", "psvar", "watch", "keymap", "epochtime", "errnos", "sysparams", "mapfile", "histchars", "usergroups",
}

var yash = Dialect{
	ExpandsAliases: true, DocumentsEnd: true,
	SourceExits: true, NegatesJumps: true, WideReturns: true, LoneTrapFails: true, ReturnSkipsTrap: true, PlainNames: true, ConstantsEnd: true, FewExpansions: true,
	Name: "yash", Variant: syntax.LangPOSIX, MultiDigitFD: true,
	SplitsWords: true, GlobsValues: true, ArraysFromOne: true, UnsetShows: ShowsOuter, Private: []string{"RANDOM"},
	FlockWaits: true, DoubledEqual: true, QuotedRegexp: true, AssignsStay: StaysAtSpecial, SpecialFuncs: SpecialIgnored, Jumps: Jumps{Nowhere: NowhereFails},
	CopyHandsOn: true, ParentOpens: true,
	PartsLeft: true, LastInPlace: PlaceUnredirected, TextInPlace: true,
	InExitTrap:   TrapStatus{Return: GivesBefore, ReturnInChild: GivesBefore, Exit: GivesBefore},
	InSignalTrap: TrapStatus{Return: GivesBefore, ReturnInChild: GivesBefore, ReturnInSubst: GivesBefore},
	ExitLocals:   true, ReturnUntrapped: true, LoopLocals: true, EchoPlain: true,
}
