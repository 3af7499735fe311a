package shell

// Jumps says what break and continue do in a shell where the function, the subshell or the
// file in which they stand has no loop around them. bash is that of 5.0 and later ones:
// until 4.2 a function leaves the loop of its caller there, and until 4.4 ( ) ends.
type Jumps struct {
	OutOfFunctions bool // a function leaves the loop that it is called in
	OutOfFiles     bool // a sourced file leaves the loop that it is sourced in
	EndSubshells   bool // a subshell within a loop ends, with success
	EndSubsts      bool // so does a command substitution within a loop
	FromTraps      bool // the trap of a signal leaves the loop that the signal has met
	FromExitTrap   bool // an EXIT trap ends where the script has ended within a loop
	Nowhere        Nowhere
}

// Nowhere says what they do where there is no loop at all.
type Nowhere uint8

// What that may be.
const (
	NowhereGoesOn Nowhere = iota // success, for all that is said on standard error
	NowhereFails                 // they fail, and the script goes on
	NowhereEnds                  // the shell ends, and with eval or a sourced file only that
)
