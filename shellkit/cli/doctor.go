package cli

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit/doctor"
	"github.com/lockkit/lockkit/shellkit/lockfile"
	"github.com/lockkit/lockkit/shellkit/report"
)

const doctorProblem = 1 // something makes locks fail or pretend

func newDoctorCmd(c *console) *cobra.Command {
	var format, on string
	cmd := &cobra.Command{
		Use:   "doctor [PATH]",
		Short: "find out by trial whether locks work here",
		Long: `Tries the engines, looks at the lock directory, and tries whether locks in PATH's
directory (without PATH: in the lock directory) really exclude: between two opens,
shared and exclusive, across fork, through every mount. What no trial can show is
judged by type and options of the file system. PATH, a file or a folder, must be there;
it is not locked itself.

With --on the members of an etcd are tried instead: whether they answer, TLS and user,
version, leader and quorum, their clocks, and how long a write takes.

Exit status: 0 fine, 1 a problem, 66 PATH cannot be looked at.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fail(exitUsage, "doctor: only one PATH at a time")
			}
			if on != "" && (len(args) > 0 || format != "") {
				return fail(exitUsage, "doctor: --on goes neither with PATH nor with --format")
			}
			if format != "" && format != "json" {
				return fail(exitUsage, "doctor: unknown format %q", format).withHint("the format is json")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if on != "" {
				return farAway("doctor", on, nil)
			}
			return examine(c, format, args)
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "write json")
	cmd.Flags().StringVar(&on, "on", "", "try the locks of several machines: etcd://HOST:PORT,...")
	return cmd
}

func examine(c *console, format string, args []string) error {
	place := lockfile.Dir()
	if len(args) > 0 {
		lock, err := resolvePlace(args[0])
		if err != nil {
			return err
		}
		place = lock
	}
	self, err := os.Executable()
	if err != nil {
		self = "lockkit"
	}
	sections := []doctor.Section{
		doctor.Engines(doctor.Environment{
			Self: self, Path: os.Getenv("PATH"),
			Loadable: os.Getenv("LOCKKIT_LOADABLE"), Engine: os.Getenv("LOCKKIT_ENGINE"),
		}),
		doctor.Directory(),
		doctor.Place(place),
	}
	if format == "json" {
		err = report.DoctorJSON(c.Out, sections)
	} else {
		err = report.Doctor(c.Out, sections, c.Colour, c.width())
	}
	if err != nil {
		return err
	}
	if doctor.Worst(sections) == doctor.Problem {
		return exit(doctorProblem)
	}
	return nil
}

// resolvePlace: PATH may lack a slash, unlike a LOCK, since a name would always be
// in the lock directory. A place that is not there is no place to look at, and what is
// neither file nor folder is no lock.
func resolvePlace(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case path == "":
		return "", fail(exitNoInput, "doctor: cannot look at '': the name is empty")
	case err != nil:
		f := fail(exitNoInput, "doctor: cannot look at %s: %s", path, reason(err))
		dir := filepath.Dir(path)
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			f.withHint("lockkit doctor %s looks where such a lock would be made", dir)
		}
		return "", f
	case !info.IsDir() && !info.Mode().IsRegular():
		return "", fail(exitNoInput, "doctor: %s is neither a file nor a folder: with_lock refuses it", path)
	}
	return path, nil
}
