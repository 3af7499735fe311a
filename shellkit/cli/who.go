package cli

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/lockkit/lockkit/shellkit/doctor"
	"github.com/lockkit/lockkit/shellkit/holders"
	"github.com/lockkit/lockkit/shellkit/lockfile"
	"github.com/lockkit/lockkit/shellkit/report"
)

// Exit codes of who, below the usual ones of the command line.
const (
	whoHeld    = 0 // what was asked for is held, or nothing was asked for
	whoFree    = 1 // a lock that was asked for is held by no one
	whoUnknown = 2 // it cannot be told here who holds what
)

type whoOptions struct {
	tree, watch bool
	format      string
	older       string
	on          string        // where the locks of several machines are
	limit       time.Duration // of older
}

func newWhoCmd(c *console) *cobra.Command {
	var o whoOptions
	cmd := &cobra.Command{
		Use:   "who [LOCK...]",
		Short: "show every process that keeps a lock alive, and who waits",
		Long: `Shows for each lock, or for each LOCK given by name or path: the processes whose
descriptors keep it alive, also those that only inherited it; the process that
took it, also when it has ended; who waits; and deadlocks.

Exit status: 0 all is told; 1 when a LOCK is held by no one; 2 when that cannot be told.

With --older only what has been held for longer than SECONDS is shown, and the status
is for monitoring: 0 there is none, 1 there is one, 2 it cannot be told. The holder
of a lock that was given by name has noted when it took it; of another lock it is only
known whether all who keep it are younger. Without LOCK named locks are looked at.

With --on it is the locks in etcd that are looked at: who holds each, on which machine,
since when, and who waits, in the order of the queue.`,
		ValidArgsFunction: everyLock,
		Args: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("older") {
				if err := o.readOlder(); err != nil {
					return err
				}
			}
			return o.check()
		},
		RunE: func(_ *cobra.Command, args []string) error { return who(c, o, args) },
	}
	cmd.Flags().BoolVar(&o.tree, "tree", false, "draw process, descriptor, open file description and file")
	cmd.Flags().StringVar(&o.format, "format", "", "write json, dot for Graphviz, or prometheus, its text format")
	cmd.Flags().StringVar(&o.older, "older", "", "show what has been held for longer than SECONDS, with a status for monitoring")
	cmd.Flags().StringVar(&o.on, "on", "", "look at the locks of several machines: etcd://HOST:PORT,...")
	cmd.Flags().BoolVar(&o.watch, "watch", false, "show it live; the keys are on the screen")
	return cmd
}

func (o whoOptions) check() error {
	switch o.format {
	case "", "json", "dot", "prometheus":
	default:
		return fail(exitUsage, "who: unknown format %q", o.format).withHint("the formats are json, dot and prometheus")
	}
	chosen := 0
	for _, yes := range []bool{o.tree, o.watch, o.format != ""} {
		if yes {
			chosen++
		}
	}
	if o.on != "" && (chosen > 0 || o.older != "") {
		return fail(exitUsage, "who: --on goes with none of --tree, --watch, --format and --older")
	}
	if chosen > 1 {
		return fail(exitUsage, "who: only one of --tree, --watch and --format at a time")
	}
	return nil
}

func (o whoOptions) writer() func(io.Writer, *report.Who) error {
	switch {
	case o.tree:
		return report.WhoTree
	case o.format == "json":
		return report.WhoJSON
	case o.format == "dot":
		return report.WhoDot
	case o.format == "prometheus":
		return report.WhoPrometheus
	}
	return report.WhoTable
}

func who(c *console, o whoOptions, args []string) error {
	if o.on != "" {
		for _, name := range args {
			if lock, err := lockfile.Resolve(name); err != nil || !lock.Named {
				return fail(exitUsage, "who: %q is not the name of a lock in etcd", name).
					withHint("a name has letters, digits, `.`, `_` and `-`")
			}
		}
		return farAway("who", o.on, args)
	}
	locks, err := resolveAll("who", args)
	if err != nil {
		return err
	}
	if !holders.Supported && o.older != "" {
		return fail(whoUnknown, "who: %s", holders.ErrUnsupported)
	}
	if !holders.Supported {
		return askAll(c, locks)
	}
	if o.watch {
		return watchWho(c, locks)
	}
	w, code, err := lookAt(locks)
	if err != nil {
		return err
	}
	if o.older != "" {
		code.onlyOlder(w, o.limit, len(locks) > 0)
	} else {
		besideNames(w, locks)
	}
	w.Colour, w.Width = c.Colour, c.width()
	if err := o.writer()(c.Out, w); err != nil {
		return err
	}
	for _, why := range code.unknown {
		complain(c.Err, why)
	}
	return exit(code.code)
}

// width is that of the terminal that Out is; 0 where lines may be of any length.
func (c *console) width() int {
	if c.terminal == nil {
		return 0
	}
	width, _, _ := term.GetSize(int(c.terminal.Fd()))
	return width
}

func resolveAll(command string, args []string) ([]lockfile.Name, error) {
	var locks []lockfile.Name
	for _, arg := range args {
		lock, err := lockfile.Resolve(arg)
		if err != nil {
			return nil, fail(exitUsage, "%s: %q is not the name of a lock", command, arg).
				withHint("a name has letters, digits, `.`, `_` and `-`; a path has a slash in it")
		}
		locks = append(locks, lock)
	}
	return locks, nil
}

// verdict is the exit code of who, and why something cannot be told.
type verdict struct {
	code    int
	unknown []error
}

// lookAt reads the machine's locks and picks those of locks, or all.
func lookAt(locks []lockfile.Name) (*report.Who, verdict, error) {
	var v verdict
	p, err := holders.Read()
	if err != nil {
		return nil, v, fail(whoUnknown, "who: %s", err)
	}
	w := &report.Who{Picture: p, Files: p.Files, Named: map[*holders.File]bool{}, Noted: map[*holders.File]lockfile.Holder{}, Gone: map[string]string{}}
	if len(locks) > 0 {
		w.Files = nil
		for _, lock := range locks {
			v.pick(w, lock)
		}
	}
	dir := realPath(lockfile.Dir())
	for _, f := range w.Files {
		if f.Foreign || filepath.Dir(f.Path) != dir {
			continue
		}
		w.Named[f] = true
		if f.Name == holders.NameSame {
			if h, ok := lockfile.ReadHolder(f.Path); ok {
				w.Noted[f] = h
			}
		}
	}
	return w, v, nil
}

// pick adds the files that lock is, or was, the name of, and those of its slots: it is held
// when one of them is.
func (v *verdict) pick(w *report.Who, lock lockfile.Name) {
	mount, held, err := addFiles(w, lock.Path)
	if slots, none := lockfile.NewSlots(lock, 0); none == nil {
		for _, path := range slots.Existing() {
			_, inside, _ := addFiles(w, path)
			held = held || inside
		}
	}
	switch {
	case held:
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		v.cannotTell(lock.Text, reason(err))
	case err == nil && doctor.IsShared(mount.FSType):
		v.cannotTell(lock.Text, "its file system ("+mount.FSType+") is shared with other machines")
	case w.Picture.Nested:
		v.cannotTell(lock.Text, "this is a pid namespace of its own, and holders outside of it do not show")
	default:
		w.Free = append(w.Free, lock.Text)
		if why := gone(lock); why != "" {
			w.Gone[lock.Text] = why
		}
		v.code = max(v.code, whoFree)
	}
}

// addFiles adds the locked files that lie at path, or did, and says whether the one that
// is there now is held.
func addFiles(w *report.Who, path string) (mount holders.Mount, held bool, err error) {
	inode, mount, err := holders.Find(path)
	path = realPath(path)
	for _, f := range w.Picture.Files {
		same := err == nil && f.Inode == inode
		if same || f.Path == path && !f.Foreign {
			held = held || same && len(f.Locks) > 0
			if same && f.Path == "" { // of its processes none may be looked into
				f.Path, f.Name = path, holders.NameSame
			}
			w.Files = append(w.Files, f)
		}
	}
	return mount, held, err
}

func (v *verdict) cannotTell(lock, why string) {
	v.code = whoUnknown
	v.unknown = append(v.unknown, fail(whoUnknown, "who: cannot tell whether %s is held: %s", lock, why))
}

// realPath is where a path leads, as the kernel names it; the file itself may be
// missing.
func realPath(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		return filepath.Join(dir, filepath.Base(abs))
	}
	return abs
}

// askAll is who where the system has no list of locks.
func askAll(c *console, locks []lockfile.Name) error {
	if len(locks) == 0 {
		return fail(whoUnknown, "who: %s", holders.ErrUnsupported).withHint("with a LOCK it can be told whether it is held")
	}
	code := whoHeld
	for _, lock := range locks {
		answer, err := holders.Ask(lock.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			answer, err = holders.Answer{}, nil
		case err != nil:
			code = whoUnknown
			complain(c.Err, fail(whoUnknown, "who: cannot tell whether %s is held: %s", lock.Text, reason(err)))
			continue
		}
		if !answer.Locked {
			code = max(code, whoFree)
		}
		if err := report.WhoAnswer(c.Out, lock.Text, answer); err != nil {
			return err
		}
	}
	return exit(code)
}
