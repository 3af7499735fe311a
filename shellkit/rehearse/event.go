package rehearse

import "github.com/lockkit/lockkit/shellkit/prove"

// An event is one thing that a run has done, or that was done to it.
type event struct {
	step   int
	run    int
	task   int // within the run; 0 is the script itself
	inner  int // its process number in the world
	script int // and that of the script itself
	op     string
	name   string
	name2  string
	result int64  // negative: an errno
	flag   uint64 // the flags of the call
	was    bool   // the name existed before
	inode  uint64 // of the file that a lock was asked for
	words  string // the command that does it
	text   string // what it writes, its beginning
	busy   []atWork
	table  *prove.Table // what the kernel has after it, where that is wanted
	lost   []held       // locks of the run whose descriptor its shell has meanwhile opened for something else
	kept   []held       // locks that tasks of the run have taken and still have
}

// atWork is a stand-in at work, with the locks that it is under at that moment.
type atWork struct {
	run, task     int
	inner, script int
	words         string
	under         []held
}

// held is a lock that is kept alive by a descriptor.
type held struct {
	name   string
	inode  uint64
	shared bool
}
