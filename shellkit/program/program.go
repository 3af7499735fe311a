package program

import (
	"github.com/lockkit/lockkit/shellkit/source"
)

// Code is a body: what runs from its first instruction to behind its last.
type Code struct {
	Name string // of the function whose body it is, or what makes it: "( )", "$( )", "|"
	Ins  []Ins
	Span source.Span
	Raw  string // as it is written
	// Alone is set where the code is a body that is one simple command.
	Alone bool
	// Korn is set for a function that is written with the word function.
	Korn bool
	// ForksItself is set for a function whose body is a subshell: f() ( … )
	ForksItself bool
}

// Op is what an instruction does.
type Op uint8

const (
	// Begin begins a simple command, or the list of a loop: no word is there yet.
	Begin Op = iota
	// Expand adds what Word comes to, none, one or several words.
	Expand
	// Target expands the operand of Redirect, which is applied later.
	Target
	// Assign carries out Assign; where Before is set it waits for the command that it stands before.
	Assign
	// Run runs the command whose words are there, under Redirects. Where no word is there it
	// is a statement of nothing but assignments and redirects.
	Run
	// Declare runs a declaring builtin, Name, with Assigns: local, declare, export, readonly, typeset.
	Declare
	// Check ends the shell where set -e holds and the last command has failed; before that the ERR trap runs.
	Check
	// Not negates the status.
	Not
	// Well makes the status 0.
	Well
	// Jump goes on at To.
	Jump
	// Unless goes on at To if the status is not 0.
	Unless
	// If goes on at To if the status is 0.
	If
	// Ask begins something whose failure is no failure of the script, Answered ends it.
	// Negated is set behind !.
	Ask
	Answered
	// Loop begins a loop: break goes on at To, continue at Again.
	Loop
	// Head is where a turn of a loop begins.
	Head
	// Turn notes how the body of a loop has ended.
	Turn
	// EndLoop ends a loop whose condition has failed: the status is that of its last turn.
	EndLoop
	// Each begins a loop over the words that are there; Next assigns the next one to Name, or
	// ends the loop and goes on at To.
	Each
	Next
	// Calculate evaluates Arith; its status is 0 if that is not 0.
	Calculate
	// Test evaluates Test.
	Test
	// Subject expands Word for the patterns of a case; Match goes on at To unless it fits Word.
	Subject
	Match
	// Scope applies Redirects to what follows up to EndScope; where one fails it goes on at To.
	Scope
	EndScope
	// Sub runs Code in a child that is waited for. Name is what makes it. Last is set for the
	// last part of a pipeline, Negated for one whose status is not asked.
	Sub
	// Here runs Code in the shell itself: the last part of a pipeline, where it is that.
	Here
	// Piped ends a pipeline of Count parts.
	Piped
	// Spawn starts Code in the background. Name is "coproc", and Text its variable, for a coprocess.
	Spawn
	// Define makes Code the function called Name.
	Define
	// Always runs Code, and then Other, whatever the first has come to.
	Always
	// Opaque is a construct that is not understood. Text is why.
	Opaque
)

// Ins is an instruction. Which fields it has is said with its [Op].
type Ins struct {
	Op        Op
	Span      source.Span
	Raw       string // the statement as it is written, where somebody may be shown it
	To, Again int
	Name      string
	Text      string
	Count     int
	Word      *Word
	Redirect  *Redirect
	Redirects []*Redirect
	Assign    *Assignment
	Assigns   []*Assignment
	Arith     *Arith
	Test      *Condition
	Code      *Code
	Other     *Code
	Before    bool
	Negated   bool
	Last      bool
}

// Redirect is one redirect.
type Redirect struct {
	Span source.Span
	FD   int    // None: as Var says
	Var  string // {fd}>: the variable, perhaps with an index
	Kind Kind
	Word *Word // nil for here-documents
	// Written is the number or variable as it is written, "" where there is none.
	Written string
}

// None is no descriptor.
const None = -1

// Kind is what a redirect does.
type Kind uint8

const (
	In        Kind = iota // <
	Out                   // >
	Clobber               // >|
	Append                // >>
	InOut                 // <>
	DupIn                 // <&
	DupOut                // >&
	OutAll                // &>
	AppendAll             // &>>
	Document              // << and <<<
)

// Opens tells whether it opens a file that its word names.
func (k Kind) Opens() bool { return k != DupIn && k != DupOut && k != Document }

// Assignment is name=value, name+=value, name[index]=value or name=( … ).
type Assignment struct {
	Span   source.Span
	Name   string
	Index  *Word
	Append bool
	Naked  bool  // name alone, as declare takes it
	Value  *Word // nil for an empty one, and for a list
	List   []Element
	IsList bool
	Words  *Word // of a declaring builtin: an operand that is no assignment, or is not known to be
}

// Element is a word of a list, with its index where that is written.
type Element struct {
	Index *Word
	Value *Word
}
