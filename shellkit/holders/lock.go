package holders

import "time"

// Kind is whose rules a lock follows.
type Kind string

// The kinds that Linux knows.
const (
	Flock      Kind = "flock" // flock(2): belongs to an open file description
	OFD        Kind = "ofd"   // fcntl(2) F_OFD_SETLK: likewise, on a range of bytes
	POSIX      Kind = "posix" // fcntl(2) F_SETLK: belongs to a process
	Lease      Kind = "lease" // fcntl(2) F_SETLEASE
	Delegation Kind = "deleg" // a lease that the kernel's NFS server gave away
)

// Mode is what a lock excludes.
type Mode string

// A shared lock excludes exclusive ones, an exclusive lock all others.
const (
	Shared    Mode = "shared"
	Exclusive Mode = "exclusive"
	Unlocking Mode = "unlocking" // a lease that is on its way out
)

// Inode names a file for as long as it exists. The device is the file system's
// own number, which differs from that of stat(2) on btrfs and overlayfs.
type Inode struct {
	Major, Minor uint32
	Number       uint64
}

// Range is a range of bytes, both ends included. A lock on the whole file, which
// is all that flock(2) and leases know, has Start 0 and End ToEOF.
type Range struct{ Start, End int64 }

// ToEOF as Range.End means as far as the file may ever reach.
const ToEOF = int64(-1)

// Whole says that the range is the whole file.
func (r Range) Whole() bool { return r.Start == 0 && r.End == ToEOF }

// overlaps says whether the two ranges have a byte in common.
func (r Range) overlaps(o Range) bool {
	return (r.End == ToEOF || o.Start <= r.End) && (o.End == ToEOF || r.Start <= o.End)
}

// Picture is what was seen of the machine's locks at one time.
type Picture struct {
	Files     []*File // with at least one lock or waiter, in the order of Path
	Deadlocks []Deadlock
	At        time.Time

	// Hidden counts the processes that this user may not look into. Their locks
	// are in Files, with the taker as /proc/locks has it, but without keepers.
	Hidden int
	Root   bool // this user is root, and no other one would see more
	// Veiled says that /proc does not even show the processes of other users
	// (hidepid=): of their locks the same is known as of those that Hidden counts.
	Veiled bool
	// Nested says that this is not the first pid namespace: holders outside of it
	// cannot be seen at all.
	Nested bool
}

// File is a file that somebody has locked or wants to lock.
type File struct {
	Inode   Inode
	Path    string // as one of its processes has it; empty where it cannot be seen
	Name    NameState
	Foreign bool   // Path is what a process with other mounts calls it; here it leads elsewhere
	Mount   string // where its file system is mounted; may be empty
	FSType  string // the type of that file system; may be empty
	Locks   []*Lock
	Waiters []*Waiter // as the kernel lists them
}

// NameState says where a file's name leads now.
type NameState string

// What has become of the name under which a lock file was opened.
const (
	NameUnknown NameState = ""         // it cannot be seen
	NameSame    NameState = "same"     // it leads to the locked file
	NameRemoved NameState = "removed"  // it is gone: the next opener makes another file
	NameOther   NameState = "replaced" // it leads to another file: two holders are possible
)

// Lock is one lock that is held.
type Lock struct {
	File *File
	Kind Kind
	Mode Mode
	Range
	Breaking bool // a lease that somebody wants broken

	// Taker is the process that took the lock: 0 where the kernel does not say
	// (OFD locks, a dead taker in a nested pid namespace), negative where another
	// machine took it.
	Taker      int
	TakerState TakerState

	// Keepers are the descriptors that keep it alive, by process and number. None
	// means that nothing could be seen.
	Keepers []Keeper
	// Apart is false where several equal locks exist and kcmp(2), which tells
	// which keepers share an open file description, was refused: the keepers of
	// all of them are then listed with the first.
	Apart bool
}

// KeptAbove says that the keepers of this lock are among those of the one before it
// in File.Locks, which is equal to it and could not be told apart from it.
func (l *Lock) KeptAbove() bool { return !l.Apart && len(l.Keepers) == 0 }

// TakerState is what became of the process that took a lock.
type TakerState string

// The states of a taker.
const (
	TakerUnknown TakerState = ""       // no taker is named, or it may not be looked into
	TakerKeeps   TakerState = "keeps"  // it is among the keepers
	TakerEnded   TakerState = "ended"  // no such process exists
	TakerLetGo   TakerState = "let go" // it has closed its descriptor, or its number went to a newcomer
)

// Keeper is a descriptor whose open file description carries the lock.
type Keeper struct {
	Process *Process
	FD      int

	path string // where FD leads, if that was looked up already
}

// Waiter is a process that waits for a lock.
type Waiter struct {
	File    *File
	Process *Process
	FD      int // its descriptor, -1 where it cannot be seen
	Kind    Kind
	Mode    Mode
	Range
	Depth int // how many waiters stand before it in the kernel's tree of waiters
}

// blockedBy says whether the lock must go before the waiter can have its own.
func (w *Waiter) blockedBy(l *Lock) bool {
	if w.Mode == Shared && l.Mode == Shared || !w.Range.overlaps(l.Range) {
		return false
	}
	return w.Kind.family() == l.Kind.family()
}

// family: only locks of one family see each other.
func (k Kind) family() Kind {
	switch k {
	case OFD:
		return POSIX
	case Delegation:
		return Lease
	}
	return k
}

// Process is what is known of a process that has to do with a lock. All of it
// comes from outside and can contain any byte.
type Process struct {
	PID     int
	Parent  int
	Group   int // process group
	Session int
	UID     int      // effective; -1 where it cannot be seen
	User    string   // the name of UID, or its number
	Name    string   // the kernel's short one
	Command []string // its arguments; empty where it has none or they cannot be seen
	State   byte     // as in proc(5): R, S, D, T, Z …; 0 where unknown
	Started time.Time

	// Awaited says that its parent does nothing but wait for its end. It is looked
	// up for those alone that have a lock from a parent which keeps it too, with
	// somebody waiting.
	Awaited bool

	Veiled bool // it is there, but /proc does not show it

	deaf       bool // ignores INT and QUIT, as what a shell starts with & does
	foreground int  // the process group that its terminal listens to; 0 without one

	// InnerPID is its number in its own pid namespace where that is another than
	// ours, else 0; Container says what that is, if its cgroup tells.
	InnerPID  int
	Container string
}

// vanished says that there is no such process any more.
func (p *Process) vanished() bool { return p.State == 0 && !p.Veiled }

// Stopped says that the process was stopped by a signal or a debugger.
func (p *Process) Stopped() bool { return p.State == 'T' || p.State == 't' }
