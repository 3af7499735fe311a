package protocol

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// ID names a node: its index in Nodes.
type ID int32

// None is no node, no path, no descriptor.
const None = -1

// Protocol is what one script does to locks. The zero Protocol does nothing.
type Protocol struct {
	File     string         // the script, as [source.File.Name] has it
	Entry    int            // which of the texts of File it is, from 1, where that is a host of several; else 0
	Dialect  source.Dialect // what it is called; what it does is in Shell
	Shell    Shell
	Paths    []Path
	Handlers []Handlers // Handlers[0] is "nothing is trapped"
	Nodes    []Node     // execution begins at Nodes[0]
	Unknowns []Unknown
	Sites    []Site // where a lock operation may stand, and what became of it; in order of place
}

// Kind says what carries a lock at a path. It is worked out by [Classify].
type Kind uint8

const (
	Data   Kind = iota // no lock
	Inode              // the lock is on the inode: flock(2) or fcntl
	Exists             // the lock is that the name exists
)

var kindNames = [...]string{"data", "inode", "exists"}

func (k Kind) String() string { return kindNames[k] }

// Path is a name in the file system. Two expressions of one value are one Path.
type Path struct {
	Text    string // as a person would write it: "/run/x.lock", "$LOCK_FILE"
	Kind    Kind
	Private bool // another run of the script has another value: $$, mktemp, date
	Inside  bool // private because of the directory, which this run alone has: mktemp -d
	Self    bool // the script itself ($0)
	Dir     bool // it was used as a directory
	Opaque  bool // the value is a symbol that the script does not fix
	// Input is the path with what every run is given for itself in it, ${1} or ${NAME};
	// "" where no such thing is.
	Input string
	// Given is another path that it is where a run is given something in place of what the
	// script puts there: /run/${1}.lock, where Text is that of ${1:-app}; "" where there is none.
	Given string
	// Compared says that the script asks which of such inputs comes first.
	Compared bool
	// Varies says that a loop variable is in it: it is another path in every turn.
	Varies bool
}

// Node is one operation. Fields that its Op does not use are None, 0 or "".
type Node struct {
	Op         Op
	Mode       Mode
	Path, To   int
	FD, From   int
	Text       string
	Call       int // Work: nodes with the same number run the same command with the same words; None for one alone
	Next, Else ID
	Body       ID
	Handlers   int
	Span       source.Span
	Word       source.Span // the operand that a fix would change: the redirect, the path, the descriptor
}

// Disposition says what a signal does to a process.
type Disposition uint8

const (
	Die Disposition = iota
	Ignore
	Run
)

var dispositionNames = [...]string{"die", "ignore", "run"}

// Signal is one of the signals that are counted.
type Signal uint8

const (
	HUP Signal = iota
	INT
	TERM
	NumSignals
)

var signalNames = [...]string{"HUP", "INT", "TERM"}

func (s Signal) String() string { return signalNames[s] }

// Handler is what one signal does.
type Handler struct {
	Do    Disposition
	Entry ID // first node of the handler graph when Do is Run
	Armed ID // the Trap node that set it, or None
}

// Handlers is what every signal does at some node. Exit is the Trap node whose
// EXIT trap is armed, or None.
type Handlers struct {
	Signal [NumSignals]Handler
	Exit   ID
}

// NoHandlers is Handlers[0] of every protocol.
func NoHandlers() Handlers {
	h := Handlers{Exit: None}
	for i := range h.Signal {
		h.Signal[i] = Handler{Do: Die, Entry: None, Armed: None}
	}
	return h
}

// Unknown is something that was not understood.
type Unknown struct {
	Span source.Span
	Why  string
}

// Succs calls yield for every edge of a node that one process follows: Next and
// Else. Bodies of Spawn and Trap are other processes' business.
func (p *Protocol) Succs(id ID, yield func(ID)) {
	n := &p.Nodes[id]
	if n.Next != None {
		yield(n.Next)
	}
	if n.Else != None && n.Else != n.Next {
		yield(n.Else)
	}
}

// Acquires tells whether success of a node means that the process believes to
// hold the lock at a path: a lock on a descriptor, or a name that was made.
func (p *Protocol) Acquires(id ID) bool {
	switch n := &p.Nodes[id]; n.Op {
	case Flock:
		return !n.Mode.Has(Unlock)
	case Claim:
		return true
	case Create:
		return p.Paths[n.Path].Kind == Exists
	}
	return false
}

// FromOutside tells whether a Choose asks if somebody outside of the script calls a
// function of it.
func (n *Node) FromOutside() bool { return strings.HasSuffix(n.Text, IsCalled) }

// IsCalled ends the Text of such a Choose, behind the function's name.
const IsCalled = " is called"

// Refused is what a lock command says to arguments that it refuses, or "".
func (n *Node) Refused() string {
	if why, ok := strings.CutPrefix(n.Text, MisuseRefused); ok && n.Op == Misuse {
		return why
	}
	return ""
}

// Unfenced is the command that runs work under a lease without a fence, or "".
func (n *Node) Unfenced() string {
	if tool, ok := strings.CutPrefix(n.Text, MisuseUnfenced); ok && n.Op == Misuse {
		return tool
	}
	return ""
}

// HasLeases tells whether work runs under a lease without a fence.
func (p *Protocol) HasLeases() bool {
	return slices.ContainsFunc(p.Nodes, func(n Node) bool { return n.Unfenced() != "" })
}

// Misses returns the path of the lock that a [Misuse] is meant to take and never does:
// an acquisition that always fails. It is None for all other nodes, also where it is
// not known which lock is meant.
func (p *Protocol) Misses(id ID, f *Facts) int {
	n, in := &p.Nodes[id], f.At(id)
	if n.Op != Misuse || in == nil || n.Mode.Has(Unlock) {
		return None
	}
	switch refused := n.Refused() != ""; {
	case n.Text == MisuseNoCommand, n.Text == MisuseEarlyCommand, n.Text == MisuseBraceFD && n.Path != None, refused && n.Path != None:
		return n.Path
	case n.Text == MisuseFDAsFile, refused:
		if opens := in.Opens(n.FD); len(opens) == 1 && opens[0] >= 0 {
			return p.Nodes[opens[0]].Path
		}
	}
	return None
}

// HasLocks tells whether there is anything to check or to explore.
func (p *Protocol) HasLocks() bool {
	for i := range p.Nodes {
		if n := &p.Nodes[i]; p.Acquires(ID(i)) || n.Op == Misuse && n.Unfenced() == "" {
			return true
		}
	}
	return false
}

// Locks lists the paths that carry locks and that other scripts can name.
func (p *Protocol) Locks() (out []Path) {
	for _, at := range p.Paths {
		if at.Kind != Data && !at.Private && !at.Opaque {
			out = append(out, at)
		}
	}
	return out
}

// Disturbs tells whether there is something that can break the lock of another script:
// one that takes none itself removes or replaces what carries it.
func (p *Protocol) Disturbs() bool {
	for i := range p.Nodes {
		switch n := &p.Nodes[i]; n.Op {
		case Remove, Rename, Store, Create:
			for _, at := range []int{n.Path, n.To} {
				if at != None && p.Paths[at].Kind != Data {
					return true
				}
			}
		}
	}
	return false
}
