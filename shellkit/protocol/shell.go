package protocol

import "strings"

// Shell is what a reader of a protocol has to know of the shell that runs the script. It
// is data: nobody who reads a protocol asks which shell that is.
type Shell uint16

const (
	ManyDigits     Shell = 1 << iota // 200>f opens descriptor 200; elsewhere 200 is a word
	BraceFDs                         // {fd}>f opens a descriptor that the shell chooses
	OneProcess                       // subshells are no processes of their own
	ParentOpens                      // the shell that waits for a subshell has the redirects of that open as well
	HandsDown                        // a job inherits what the shell has put aside while a redirect hides it
	CopyIsNothing                    // 9<&9 behind a command is nothing that would be taken back
	CopyHandsOn                      // 9<&9 at a group hands a close-on-exec descriptor to every program inside
	ForgetsCloexec                   // a descriptor comes back from behind a redirect without its close-on-exec flag
	ExitTrapAtOnce                   // an EXIT trap alone does not wait for the program that runs
	WaitsOn                          // the shell goes on waiting for its children behind a trap in which a program has run
	Unwinds                          // an exit takes the redirects of compound commands back before the EXIT trap runs
	RunsTests                        // the script is tests, which a program runs
	numTraits      = iota
)

var traitNames = [numTraits]string{
	"manydigits", "bracefds", "oneprocess", "parentopens", "handsdown", "copyisnothing", "copyhandson",
	"forgetscloexec", "exittrapatonce", "waitson", "unwinds", "runstests",
}

// Has tells whether all of that is true of the shell.
func (s Shell) Has(traits Shell) bool { return s&traits == traits }

// String lists what is true of it, as the text of a protocol does.
func (s Shell) String() string {
	var words []string
	for i, name := range traitNames {
		if s.Has(1 << i) {
			words = append(words, name)
		}
	}
	return strings.Join(words, " ")
}
