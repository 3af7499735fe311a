package shell

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Dialect is what a shell does where shells differ: one fact, one column. Nobody asks
// which shell it is; whoever has to know what one does reads a column here. Each was asked
// of the real shell on Debian 12 (bash 5.2, dash 0.5.12, busybox ash 1.35, mksh 59c,
// ksh93u+m 1.0.4, zsh 5.9, yash 2.53), and the tests ask again.
type Dialect struct {
	Name    string             // as people call it
	Variant syntax.LangVariant // the grammar that it is read by first
	Tests   bool               // a file is tests that another program calls, and it brings skip: bats

	// What a text is to it.
	AndRedirects bool     // &>f redirects both outputs; elsewhere that is & and then >f
	AlwaysBlocks bool     // { … } always { … }
	Coproc       bool     // coproc before a command starts it beside the script
	Brackets     Brackets // what [[ is where the grammar has no such thing
	Braces       bool     // a{b,c} is two words
	BraceApart   bool     // a blank may stand between {fd} and the redirect
	MultiDigitFD bool     // 200>f opens descriptor 200; elsewhere "200" is a word
	BraceFD      bool     // exec {fd}>f

	// What words become.
	SplitsWords    bool     // an unquoted variable is split into words
	SplitsRedirect bool     // an unquoted redirect target is split into words
	GlobsValues    bool     // a * that a variable brings is a pattern, in case and in [[ == ]]
	Foreach        bool     // foreach begins a loop that ends with end
	DocumentsEnd   bool     // a here-document that its end does not close is an error
	SetsArrays     bool     // set -A name word... makes an array
	ArraysFromOne  bool     // the first element is ${a[1]}, and $a is all of them
	Locals         Local    // what local NAME makes of it
	UnsetShows     Shows    // when unset of a local variable shows that of outside
	SmallPipes     bool     // the ends of a pipeline's parts are in pipestatus; elsewhere in PIPESTATUS, if anywhere
	SmallNames     []string // parameters in small letters that the shell has by itself
	Private        []string // parameters, but for $$ and PPID, in which every process finds another value

	// What commands do.
	LocksItself     bool     // it has a command that takes fcntl locks itself, which end when it closes the file anywhere
	LockApplet      bool     // lock may be that of OpenWrt's busybox: scripts for it are written for these shells
	FlockWaits      bool     // the flock that comes with it, or beside it, waits for a limited time
	DoubledEqual    bool     // [ a == b ] is a comparison, or ends the script (zsh); elsewhere it is an error, status 2
	QuotedRegexp    bool     // [[ X =~ Y ]] is there, and what is quoted in Y stands for itself
	AsksForValue    bool     // [ -v NAME ] asks whether a variable is set; elsewhere it is an error
	PrintsInto      bool     // printf -v NAME prints into a variable; elsewhere it is an error
	ReturnFails     bool     // return outside of everything fails in a script that is run, which goes on
	UnsetUntrapped  bool     // ${x?} in a function ends the shell without its EXIT trap
	options         string   // names that set -o knows; "" where nothing is said of that
	ExpandsAliases  bool     // aliases are expanded in scripts
	SubstStatus     bool     // $? in a command is how the substitution in front of it has ended; elsewhere, how the command before has
	SpecialExits    bool     // a failing redirect of a special builtin ends a script
	SourceExits     bool     // a file that . does not find ends a script
	OptionExits     bool     // an option that set does not know ends a script
	ShiftExits      bool     // a shift by more than there is ends a script
	NegatesJumps    bool     // behind ! break a loop has failed
	WideReturns     bool     // return 256 gives 256; elsewhere 0
	WrapsNegative   bool     // return -1 gives 255, or -1
	EndsAtNegative  bool     // return -1 ends the shell
	LoneTrapFails   bool     // trap with a command and without a signal fails, and the script goes on
	AssignsFirst    bool     // a=$(A) >$(B) runs A first
	SubstUnchecked  bool     // set -e holds in the substitutions of a condition
	ReturnSkipsTrap bool     // return out of f() ( … ) runs no EXIT trap
	PlainNames      bool     // :() { … } is no definition, and ends the script
	Bare            bool     // it has no builtin and reads no text beyond what sh has; a script that names sh may be meant for another
	ConstantsEnd    bool     // to assign to what is readonly ends a script, but perhaps in a function
	MovesFDs        bool     // 6>&5- moves a descriptor
	ErrexitInside   bool     // set -e that is set behind ! holds there
	TrapStatusStays bool     // how an ERR trap has ended is the status behind it where set -e ends the shell; the last command of a subshell sets none off
	FewExpansions   bool     // ${*:0} ends a script
	ExecFunctions   bool     // exec runs functions
	AssignsStay     Stays    // behind which commands what is assigned before them stays: a=1 :
	SpecialFuncs    Specials // what becomes of a function that is called like a special builtin
	Jumps           Jumps

	// Redirects and descriptors.
	BraceStays     bool // what {fd}>f opens for a builtin, a function or { } stays open behind it
	ExecCloexec    bool // a descriptor ≥ 3 that exec opened is not inherited by programs
	ExecExits      bool // a failing exec redirect ends a script
	ExecKeepsFirst bool // the first descriptor that exec closes or opens anew stays open on 10, out of reach, where the script is in no file
	CopyFails      bool // 3<&3 fails where descriptor 3 is closed; elsewhere nothing is done, and that succeeds
	CopyIsNothing  bool // 9<&9 behind a command is nothing that would be taken back: what happens to 9 meanwhile stays
	CopyHandsOn    bool // 9<&9 at a group hands a descriptor that exec opened close-on-exec to every program inside
	ForgetsCloexec bool // a descriptor comes back from behind a redirect without the close-on-exec flag that it had
	ParentOpens    bool // the shell that waits for a subshell has the redirects of that open as well
	HandsDown      bool // a job inherits what the shell has put aside while a redirect hides it
	JobRedirects   Jobs // what 9>&- & really closes: no saved copy stays in the child
	JobNegated     bool // where that is all, also behind !

	// Processes.
	LastPipeInside bool  // the last part of a pipeline runs in the shell itself
	PartsRunOn     bool  // a shell waits for the last part of a pipeline alone, unless pipefail is set
	AsidesWaited   bool  // it waits for the process substitutions of builtins, functions and compound commands
	InOutForBoth   bool  // <> without a number opens standard output as well
	PartsLeft      bool  // nobody waits for the other parts where the last one takes the place of the shell
	LastInPlace    Place // when the last program of a subshell takes its place
	LastThrough    bool  // also behind the redirects of compound commands, which then stay
	LastFunction   bool  // also the redirects of a function stay where that comes last
	LastTurn       bool  // also in the last turn of a for loop
	ScriptInPlace  bool  // also the last program of a script, at its very end
	TextInPlace    bool  // also the last program of sh -c TEXT
	Subshells      Forks // which subshells are processes

	// set -e and ERR.
	ErrexitFirst     bool // set -e ends the shell whose program a signal kills, before the trap of that signal
	ErrexitUntraps   bool // … but where there is an EXIT trap, that of the signal runs in its place
	ErrexitUntrapped bool // set -e ends the shell without its EXIT trap where it is in a function
	ReturnUntrapped  bool // and where a function returns with a failure
	SubstGoesOn      bool // $( ) goes on behind a failure under set -e
	SubstAsks        bool // but not in posix mode, or with inherit_errexit
	KnowsErr         bool // trap knows ERR
	ErrInherited     Errs // where else an ERR trap runs

	// Traps and signals.
	PlainSignals   bool       // trap knows TERM and refuses SIGTERM, with what stands behind it
	TrapFunctions  bool       // a function TRAPTERM is the trap of TERM
	ReturnTrap     bool       // a RETURN trap that a function sets runs when that function returns
	FunctionExit   Exits      // which functions have an EXIT trap of their own
	ExitTrapOn     []string   // fatal signals on which the EXIT trap runs
	LastUntrapped  bool       // a signal that ends a subshell while its last command runs sets no EXIT trap off
	ExitTrapAtOnce bool       // an EXIT trap alone does not wait for the program that runs
	ExitParams     Params     // whose parameters the EXIT trap sees where the shell ends in a function
	EchoPlain      bool       // echo has no options: echo -n prints -n
	LoopLocals     bool       // the variable of a for loop in a function is one of that function, but where posix says otherwise
	ExitLocals     bool       // and it sees the local variables of that function
	UnsetUnwinds   bool       // ${x?} of what is not set leaves the functions first, and so does set -u
	InExitTrap     TrapStatus // what bare return and exit give in it
	InSignalTrap   TrapStatus // and in the trap of a signal
	EmptyIsGroup   bool       // kill takes an empty word for 0, its own process group
	LateInWaits    Late       // which signals it puts off in wait N M
	WaitsOn        bool       // the shell goes on waiting for its children behind a trap in which a program has run
	Unwinds        bool       // exit takes the redirects of compound commands back before the EXIT trap runs
}

// Of returns what is known of the shell of that dialect; a dialect that is none has no
// fact for it.
func Of(d source.Dialect) *Dialect {
	if row := dialects[d]; row != nil {
		return row
	}
	return &Dialect{Name: string(d)}
}

// ExitTrapRunsOn tells whether the EXIT trap runs when the signal, "HUP", "INT"
// or "TERM", kills a shell that does not trap it.
func (d *Dialect) ExitTrapRunsOn(signal string) bool { return slices.Contains(d.ExitTrapOn, signal) }

// IsPrivate tells whether every process finds another value in a parameter. Elsewhere such
// a name is an ordinary variable, and mostly empty: ${RANDOM} in dash.
func (d *Dialect) IsPrivate(name string) bool {
	return name == "$" || name == "PPID" || slices.Contains(d.Private, name)
}

// SystemShell is what /bin/sh is taken for, and Widest the dialect that takes most texts.
const (
	SystemShell = source.Sh
	Widest      = source.Bash
)
