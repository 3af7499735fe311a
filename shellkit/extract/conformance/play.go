package conformance

import (
	"errors"
	"time"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Patience is how long one run of a case may take.
const Patience = 5 * time.Second

// ErrCannot says that cases cannot be run here, and wraps why.
var ErrCannot = errors.New("cases cannot be run here")

// errSlow says that a case takes too long.
var errSlow = errors.New("it takes too long")

// event is what a probe noted: its number, the status before it, and the process.
type event struct {
	Probe   int
	Status  string
	Process string
}

// run is what one run of a case has shown. The status of the shell is not judged, for
// protocols have none; but two runs have to agree in it.
type run struct {
	events []event
	status int
}

// shellOf is how a shell is called.
func shellOf(d source.Dialect) []string {
	switch d {
	case source.Sh:
		return []string{"/bin/sh"}
	case source.Ash:
		return []string{"busybox", "ash"}
	case source.Zsh:
		return []string{"zsh", "-f"}
	}
	return []string{string(d)}
}
