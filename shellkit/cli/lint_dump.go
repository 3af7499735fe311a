package cli

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/source"
)

// dumpProtocols prints what was understood of each script, for those who work
// on lockkit itself.
func dumpProtocols(c *console, settings []shellkit.Setting, names []string) error {
	set := shellkit.DefaultSettings()
	if err := set.Apply(settings...); err != nil {
		return lintFailure(err)
	}
	run := &lintRun{console: c, progress: newProgress(nil)}
	for _, name := range names {
		var f *source.File
		var err error
		if name == "-" {
			f, err = source.ReadFrom(name, c.In)
		} else {
			f, err = source.Read(name)
		}
		if err != nil {
			run.fault(&shellkit.FileError{Name: name, Err: err})
			continue
		}
		scripts, faults := shellkit.LoadAll(f, set.Dialect, source.Read)
		for _, err := range faults {
			run.fault(err)
		}
		for _, s := range scripts {
			fmt.Fprint(c.Out, s.Protocol)
		}
	}
	return exit(run.code)
}
