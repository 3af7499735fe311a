package flockcmd

import (
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// Options of run that have no short form.
const (
	keyKillAfter = 1 + iota
	keyMax
	keyOFD
	keyOn
	keyTTL
	keyChild
	keyThrough
)

// runOptions are those of with_lock (CONTRACT.md, section 3), and --kill-after.
var runOptions = []option{
	{long: "shared", key: 's'},
	{long: "exclusive", key: 'x'},
	{long: "nonblock", key: 'n'},
	{long: "timeout", key: 'w', value: true},
	{long: "conflict-exit-code", key: 'E', value: true},
	{long: "slots", key: 'j', value: true},
	{long: "fcntl", key: keyOFD},
	{long: "close", key: 'o'},
	{long: "keep", key: 'k'},
	{long: "quiet", key: 'q'},
	{long: "verbose", key: 'v'},
	{long: "on", key: keyOn, value: true},
	{long: "ttl", key: keyTTL, value: true},
	{long: "kill-after", key: keyKillAfter, value: true},
	{long: "max", key: keyMax, value: true},
	{long: childOption, key: keyChild, value: true},     // for the functions of the shells alone
	{long: throughOption, key: keyThrough, value: true}, // and this one
	{long: "help", key: 'h'},
}

const runHelp = `usage: lockkit run [OPTION...] LOCK -- COMMAND [ARG...]

Run COMMAND while LOCK is held: with_lock for a cron line, a unit file, make or
fish. LOCK is a path if it has a slash in it, else a name.

  -s, --shared          let other shared locks in
  -x, --exclusive       let nobody in (default)
  -n, --nonblock        do not wait
  -w, --timeout SECONDS wait no longer than this; fractions are fine, 0 is -n
  -E, --conflict-exit-code STATUS
                        status when the lock stays busy (default 75)
  -j, --slots N         let N in at once, in order of arrival; all users of LOCK say
                        the same N while one of them is inside
      --fcntl           take a lock of fcntl(2), for a file whose other users do, as
                        dpkg, apt and passwd; COMMAND must not lock it itself
  -o, --close           do not hand the lock's descriptor to COMMAND
  -k, --keep            hold the lock until all that COMMAND has started has ended
  -q, --quiet           do not say who holds a busy lock
  -v, --verbose         say when waiting starts, who is waited for, and how long
      --max SECONDS     end COMMAND and all that it has started, with TERM, when it has
                        run so long; what has not ended 10 s after that is killed
      --kill-after SECONDS
                        kill what has not ended so long after a signal or --max
      --on etcd://HOST:PORT,...[/FOLDER]
                        take the lock of that name of several machines, in etcd, once this
                        machine's is held; LOCKKIT_ON is the default, --on '' none.
                        etcds:// insists on TLS; ETCDCTL_CACERT, ETCDCTL_USER and the
                        others mean what they mean to etcdctl. COMMAND finds a number
                        that grows with each holder in LOCKKIT_FENCE
      --ttl SECONDS     how long etcd keeps the lock of a holder that is not heard of
                        (default 15). COMMAND and all that it has started get TERM when
                        two thirds of it have passed without an answer of etcd's, and are
                        killed before it has passed
  -h, --help            show this

HUP, INT, QUIT and TERM go on to COMMAND. The lock is released when COMMAND has
ended; after a signal or --max, only when all that it had started has ended as well.

status: the command's; 75 (or -E) busy; 64 wrong call; 66 cannot open LOCK;
73 cannot create it; 69 this system cannot do it; 70 waiting would never end;
71 locking failed; 79 the lock in etcd was lost, and COMMAND ended because of it;
124 --max has run out, 137 and it had to be killed; 126 and 127 as a shell gives
them; 128+N the wait was ended by signal N
`

// run is a command line of run.
type run struct {
	text    string // LOCK as it was given
	lock    lockfile.Name
	command []string
	request lockfile.Request
	inside  lockfile.Slots

	slots     int // 0: the lock has none
	conflict  int
	closeFD   bool
	keep      bool
	quiet     bool
	verbose   bool
	killAfter time.Duration // negative: not given
	max       time.Duration // 0: as long as it takes
	on        string        // where the lock of several machines is; "": there is none
	place     Place         // which is this
	ttl       time.Duration
	lease     *lease // what is known of that lock while the command runs
	kept      bool   // the lock on this machine is another process's to release
	fence     string // that of the lock in etcd, for a child
	child     *child // stands for the command; nil: the command is a program
	through   []int  // the descriptors of the shell that is to have the lock; nil: it is ours
	lent      *lockfile.Held
	keeper    int // the pid of who renews the lease, if that is a child of ours; 0: there is none
	help      bool
}

func parseRun(args []string) (*run, *failure) {
	r := &run{conflict: exitBusy, killAfter: -1, request: lockfile.Request{Wait: lockfile.Forever}, on: os.Getenv("LOCKKIT_ON"), ttl: defaultTTL}
	g := getopt{command: "run", options: runOptions, args: args}
	nonblock := false
	for {
		key, value, err := g.next()
		if err != nil {
			return nil, err
		}
		switch key {
		case 0:
			if nonblock {
				r.request.Wait = 0
			}
			return r, r.operands(g.args)
		case 's', 'x':
			r.request.Shared = key == 's'
		case 'n':
			nonblock = true
		case 'w':
			r.request.Wait, err = seconds(value)
		case 'E':
			r.conflict, err = exitStatus("run", value)
		case 'j':
			r.slots, err = slots(value)
		case keyOFD:
			r.request.Range = &lockfile.Range{}
		case 'o':
			r.closeFD = true
		case 'k':
			r.keep = true
		case 'q', 'v':
			r.quiet, r.verbose = key == 'q', key == 'v'
		case keyKillAfter:
			if r.killAfter, err = seconds(value); r.killAfter < 0 {
				r.killAfter = math.MaxInt64
			}
		case keyMax:
			r.max, err = seconds(value)
			if err == nil && r.max == 0 {
				err = usage("run", "--max ", value, " leaves the command no time")
			}
		case keyOn:
			r.on = value
		case keyTTL:
			r.ttl, err = leaseTime(value)
		case keyChild:
			r.child, err = parseChild(value)
		case keyThrough:
			r.on = ""
			r.through, err = parseThrough(value)
		case 'h':
			r.help = true
			return r, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (r *run) operands(args []string) *failure {
	if r.closeFD && r.keep {
		return usage("run", "--close and --keep exclude each other: nobody would keep the lock")
	}
	if r.slots > 0 && r.request.Shared {
		return usage("run", "--slots and --shared exclude each other: a slot is one user's alone")
	}
	if r.slots > 0 && r.request.Range != nil {
		return usage("run", "--slots and --fcntl exclude each other: nobody else's file has slots")
	}
	if err := r.readOn(); err != nil {
		return err
	}
	if len(args) == 0 {
		return usage("run", "a lock and a command are needed")
	}
	r.text, args = args[0], args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	switch {
	case len(args) == 0 && r.through == nil:
		return usage("run", "no command given")
	case len(args) == 0:
	case strings.HasPrefix(args[0], "-"):
		return usage("run", "'", args[0], "' stands where the command should; options go before the lock")
	}
	r.command = args
	var err error
	if r.lock, err = lockfile.Resolve(r.text); err != nil {
		return r.refused(err)
	}
	if r.through != nil && r.child == nil && len(args) > 0 {
		r.text = args[0]
	}
	if r.on != "" && !r.lock.Named {
		f := usage("run", "'", r.text, "' is a path, which is a place on one machine; --on takes the name of a lock")
		f.hint = "a folder in etcd stands in the address: --on etcd://HOST:PORT/FOLDER"
		return f
	}
	if r.request.Range != nil && r.lock.Named {
		return usage("run", "--fcntl is for a file of others, which is given by its path: who uses the name ", r.text, " would not see it")
	}
	if r.inside, err = lockfile.NewSlots(r.lock, r.slots); err != nil && r.slots > 0 {
		return usage("run", "'", r.text, "' is ", errors.Unwrap(err).Error())
	}
	return nil
}

// slots reads how many are let in at once.
func slots(text string) (int, *failure) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 || n > lockfile.MostSlots {
		return 0, usage("run", "--slots takes a number from 1 to ", strconv.Itoa(lockfile.MostSlots), ", not '", text, "'")
	}
	return int(n), nil
}

// seconds reads a decimal fraction, and nothing that only a C library would read.
func seconds(text string) (time.Duration, *failure) {
	wrong := usage("run", "bad time '", text, "'")
	if strings.Trim(text, "0123456789.") != "" {
		return 0, wrong
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, wrong
	}
	return patience(n), nil
}
