package shell

// What a column may say where it is not yes or no.

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

// Stays says behind which commands the variables keep what was assigned before them.
type Stays uint8

// Which commands those are.
const (
	StaysNowhere   Stays = iota // none: zsh, and bash but in its POSIX mode
	StaysAtSpecial              // special builtins, where the word command is not before them
	StaysAtFuncs                // functions too: ksh93
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

// Brackets says what [[ is as the name of a command.
type Brackets uint8

// What it may be.
const (
	BracketsOpen    Brackets = iota // it is a part of the language, or nobody knows: /bin/sh
	BracketsMissing                 // no such command: dash
	BracketsTest                    // another name of test: ash
)

// Local says what a variable is that is declared local without a value.
type Local uint8

// What it may be.
const (
	LocalUnset Local = iota
	LocalEmpty       // zsh
	LocalOuter       // what it was outside: dash
)

// Shows says when unset of a local variable shows the one outside, which is set from then on.
type Shows uint8

// When it does.
const (
	ShowsNothing Shows = iota // never: dash, zsh, ash
	ShowsCallers              // where a function does it to a variable of its caller: bash
	ShowsOuter                // always: mksh, yash
)

// Params says whose parameters an EXIT trap sees where the shell ends in a function.
type Params uint8

// Whose they are.
const (
	ParamsOfFunction Params = iota // bash, mksh, yash
	ParamsOfShell                  // what the shell, or the subshell, had outside of functions: dash, zsh, ksh93
	ParamsOfScript                 // also in a subshell what the script has: ash
)

// Errs says where an ERR trap runs that was set outside: in functions and subshells.
type Errs uint8

// Where that is.
const (
	ErrOutside      Errs = iota // nowhere
	ErrOnDemand                 // under set -E: bash
	ErrFunctions                // in functions that are written without the word function: ksh93
	ErrAllFunctions             // in functions, but in no subshell: mksh
	ErrAnywhere                 // zsh
)

// Exits says which functions have an EXIT trap of their own, which runs when they return.
type Exits uint8

// Which ones.
const (
	ExitOfScript Exits = iota // none: it is that of the script
	ExitOfKorn                // those that are written with the word function: ksh93
	ExitOfAll                 // zsh, but for its POSIX modes
)
