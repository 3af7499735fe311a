package shell

// Late says which signals a shell puts off that find it in a wait for several jobs: until one
// of its children has ended, but where it waits for the last of them.
type Late uint8

const (
	LateNever Late = iota
	LateTraps      // those that set a trap off
	LateAll        // also those of which it dies
)

// Gives is the status that a bare return or exit leaves behind in a trap.
type Gives uint8

const (
	GivesLast   Gives = iota // that of the last command, as outside of traps
	GivesBefore              // what $? was when the trap began
	GivesZero
)

// TrapStatus is what bare `return` and `exit` give while a trap runs, where shells
// differ. In each shell `return N` and `exit N` give N there, and a function that comes
// to its end gives the status of its last command.
type TrapStatus struct {
	Return        Gives // in a function that the trap calls
	ReturnInChild Gives // in a function that is called in ( ) of the trap
	ReturnInSubst Gives // in a function that is called in $( ) of the trap
	Exit          Gives // in the trap, and in a function that it calls
	ExitInChild   Gives // in ( ) of the trap
	ExitInSubst   Gives // in $( ) of the trap
}

// bash is that of 5.1 and 5.2. With 4.4 and 5.0 a return in ( ) gives the status from
// before as well; before 4.4, and from 5.3 on, that of the last command everywhere, as
// scripts expect.
var (
	everyBefore = TrapStatus{GivesBefore, GivesBefore, GivesBefore, GivesBefore, GivesBefore, GivesBefore}
	exitBefore  = TrapStatus{Exit: GivesBefore, ExitInChild: GivesBefore, ExitInSubst: GivesBefore}
)
