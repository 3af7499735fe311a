package protocol

import "strings"

// Op is what a node does. The comment tells which fields of [Node] it uses and
// what success means.
type Op uint8

const (
	// Work runs a command that is nothing to a lock. Text is its name. Modes
	// Quiet, Minor, Program, Stays, Exec, InPlace, Append. A node without Else cannot fail or does not care.
	Work Op = iota
	// Choose is a condition of which nothing is known: either edge. Text says what was asked.
	// Mode Counts: a counter or a clock is asked, so both happen, whatever the script is given.
	// Mode Free: it is asked what the script is given, an argument, the environment or an
	// answer that somebody types: both happen, whatever else is the case.
	// Mode Blind: it is asked for a value that was not followed. Lost, with it: for one that the
	// script itself has written into a variable, so that only one answer is right.
	Choose
	// Opaque is a command or construct that could not be understood. Text is why.
	Opaque

	// Open opens Path on FD (a redirect). Modes Read, Write, Append, Truncate,
	// Creat, Exclusive, Save, Cloexec, Scoped. With Save the descriptor's old meaning
	// is kept and comes back at the Restore whose Body is this node.
	Open
	// Dup makes FD a copy of From. Modes Save and Cloexec as with Open, Program. Else: From is not open.
	Dup
	// Close closes FD. Mode Save as with Open.
	Close
	// Restore undoes the redirect at Body: FD is again what it was before it.
	Restore

	// Flock locks the open file description behind FD. Modes Shared, Unlock,
	// Nonblock, Timed, Fcntl, ByJob; none of them: exclusive, and waits. Else: busy, timed out,
	// or an error such as a descriptor that is not open.
	Flock
	// SameInode asks whether Path still names the file that is open on FD.
	SameInode

	// Test asks whether Path exists. Text is the operator: "-f", "-e", "-d", ….
	Test
	// Create makes Path if it is missing and succeeds also when it is there.
	// Modes Truncate, Pid (the process number is written into it).
	Create
	// Claim makes Path and fails when it is there already; that is atomic.
	// Text is how: "mkdir", "mkfifo", "noclobber", "ln", "ln -s", "lockfile", "dotlockfile",
	// "lockfile-create", "shlock", …. Modes Timed (retries), Pid (takes over the lock of a dead owner), Expires, Waits (for ever),
	// Write (the process number stands in it from the first moment: ln -s $$; who does not read it takes nothing over).
	Claim
	// Remove deletes the name Path. Text is the command. Its success is not asked.
	// To, where it is set, is the folder with which the name goes.
	Remove
	// Rename moves Path to To, replacing To. Text is the command ("mv", "sed -i", "ln -f").
	Rename
	// Load reads the content of Path; Store writes it (modes Truncate, Append, Pid).
	Load
	Store
	// Own asks whether the content of Path says that this process owns it.
	Own
	// Alive asks whether the process that Path names, or that Text describes, lives; where
	// Body is a Spawn, whether that child does. Modes Expires, Read (it looks at what that
	// process is, its command line or when it began), Unnamed.
	Alive

	// Sub begins a frame (a child that is waited for). Text is what makes it:
	// "( )", "$( )", "|", "flock". EndSub ends it; its Body is the Sub. An EndSub
	// has one edge: the child's status is already decided by the path; Text is
	// Failed where that is known not to be 0.
	Sub
	EndSub
	// Spawn starts a background child at Body and goes on at once. Text is its name. Mode Piped.
	Spawn
	// Wait waits for background children: all of them, or, where Body is a Spawn, that one.
	// Mode Ends: it does not wait, but sends them a signal that ends those which have no
	// trap for it; with mode Program also the programs that these wait for, which work on
	// otherwise. Mode Any: of several it waits for one alone. Mode Late: others of the same
	// command follow, and while their children live the shell puts off what INT does to it.
	Wait

	// Trap sets what a signal does. Text is "SIGNAL…" ("EXIT INT TERM"); Body is
	// the handler's first node as it would run from here, None when the signal is
	// reset or ignored. What it means for other nodes stands in their Handlers.
	Trap
	// Misuse is a command that locks nothing though it looks so. Text is one of
	// the Misuse… constants; Path or FD is what it names, and the modes of Flock are
	// those that were asked for. See [Protocol.Misses].
	Misuse

	// Leave marks that from here on the process is on its way out (`exit`, the
	// end of the script, a fatal error under set -e): what follows is the EXIT trap.
	Leave
	// End ends the process: every descriptor closes. Mode Fatal: of a signal that nothing catches.
	End
	// Resume ends a signal handler after which the script goes on.
	Resume

	numOps
)

var opNames = [numOps]string{
	"work", "choose", "opaque",
	"open", "dup", "close", "restore",
	"flock", "sameinode",
	"test", "create", "claim", "remove", "rename", "load", "store", "own", "alive",
	"sub", "endsub", "spawn", "wait",
	"trap", "misuse", "leave", "end", "resume",
}

func (o Op) String() string { return opNames[o] }

// Failed is the Text of an [EndSub] behind a child that has failed.
const Failed = "failed"

// Itself is the Text of a [Sub] in which the script is run by itself.
const Itself = "itself"

// Texts of [Misuse].
const (
	MisuseNoCommand = "flock FILE without a command" // status 64, locks nothing
	// flock -c CMD FILE: status 64, locks nothing
	MisuseEarlyCommand = "flock -c in front of FILE"
	MisuseFDAsFile     = "descriptor taken for a file"   // flock 9 CMD locks a file called 9
	MisuseBraceFD      = "exec {fd} > FILE with a blank" // runs a command called {fd}
	MisuseLateClob     = "redirect opens before set -C"  // (set -C; …) > FILE never fails
	MisuseMuteExec     = "exec redirect mutes stderr"    // exec {fd}>f 2>/dev/null
	MisuseMkdirP       = "mkdir -p" + anyway
	MisuseLinkForce    = "ln -f" + anyway
	MisuseLinkFolder   = "ln -s FOLDER" + anyway // it follows the link that is there, and makes one in the folder
	MisuseCopyNew      = "cp -n" + anyway
	MisuseClobber      = ">|" + anyway
	MisuseAppend       = ">>" + anyway // also under set -C
	MisuseMove         = "mv" + anyway // into a folder that is there, or over a file
	MisuseCopy         = "cp" + anyway
	MisuseTouch        = "touch" + anyway
	MisuseForeign      = "a trap removes a lock that is never taken"
	MisuseElsewhere    = "removes a relative name from another folder" // Path is the lock that is meant
	// Behind it stands what flock says to its arguments: status 64 (71 for a time that no
	// clock can be set to), locks nothing.
	MisuseRefused = "flock refuses its arguments: "
	// Behind it stands the command whose work runs on when the lock, which other machines
	// grant for a time, is lost; nothing that it writes to can tell.
	MisuseUnfenced = "lease without a fence: "
	// exec 9>FILE || fallback, where a failing exec ends the shell
	MisuseExecFallback = "fallback of a failing exec never runs"
)

const anyway = " succeeds when it is there"

// SucceedsAnyway returns the command of a [Misuse] that makes a name and succeeds also
// when that is there; "" for others.
func (n *Node) SucceedsAnyway() string {
	if command, ok := strings.CutSuffix(n.Text, anyway); ok && n.Op == Misuse {
		return command
	}
	return ""
}

// Mode says how a node does it; the comments of [Op] tell which apply.
type Mode uint64

const (
	Read Mode = 1 << iota
	Write
	Append // Work: what it prints is added to a file
	Truncate
	Creat
	Exclusive
	Save
	Cloexec
	Shared
	Unlock
	Nonblock
	Timed
	Fcntl
	Pid
	Waits
	Quiet    // Work: only prints (echo, printf, :, logger)
	Program  // Work: an external program, which inherits descriptors; Dup: a redirect of such a program itself
	Stays    // Work: known to leave a process behind (a daemon, nohup, ssh -f)
	Exec     // Work: replaces the shell; no trap runs afterwards
	Unquoted // the path stands unquoted where the shell would split it
	Checked  // somebody asks how it has ended; that set -e ends the script is no question
	Exclude  // Work: the program does not inherit descriptor FD (9>&-)
	Scoped   // Open: on a group, a subshell, a function or one command, not exec
	Fatal    // Work, Flock, Sub: a signal that kills it ends the script by set -e, before its trap runs. End: see there
	Runs     // Work: a compound command or a function within which external programs run
	Minor    // Work: no lock is for it: it only looks at text, or notes a process number or a stamp
	InPlace  // Work, Sub: the shell starts no process for it and becomes the program
	Within   // Create, Load, Store: the shell itself opens the file for it, and closes it again
	Counts   // Choose: see there
	Free     // Choose: see there
	Blind    // Choose: see there
	Ends     // Wait: see there
	Any      // Wait: see there
	Apart    // Work: the program has left the process group: signals to that do not reach it
	Endless  // Work: it goes on until somebody ends it: while :; do …; done, tail -f
	Expires  // Claim: takes over what has grown old, whoever has it. Alive: asks for an age, which says nothing of who lives
	Lost     // Choose: see there
	ByJob    // Flock: a job does it for the shell, which goes on at once: it may be later than what follows, or never
	Several  // Work: more commands than the one that is named stand for it, each of which may be work
	Unnamed  // Alive: where there is no number the shell asks for itself, and so for somebody who lives
	Late     // Wait: see there
	Piped    // Spawn: a part of a pipeline that nobody waits for. Unlike a job it heeds INT, and there is no number of it
	numModes = iota
)

var modeNames = [numModes]string{
	"read", "write", "append", "trunc", "creat", "excl", "save", "cloexec",
	"sh", "un", "nb", "timed", "fcntl", "pid", "waits",
	"quiet", "program", "stays", "exec", "unquoted", "checked", "exclude", "scoped", "fatal", "runs", "minor", "inplace", "within", "counts", "free", "blind", "ends", "any", "apart", "endless", "expires", "lost", "byjob", "several", "unnamed", "late", "piped",
}

// Joins tells whether the shell waits at the node until its children are over.
func (n *Node) Joins() bool { return n.Op == Wait && n.Mode&(Ends|Any) == 0 }

// Has tells whether every bit of m2 is set in m.
func (m Mode) Has(m2 Mode) bool { return m&m2 == m2 }
