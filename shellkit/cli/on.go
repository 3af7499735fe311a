package cli

import (
	"errors"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

// farAway has command look at the locks of several machines at place, with the names of some
// of them. It returns only where that cannot be.
func farAway(command, place string, names []string) error {
	if _, err := flockcmd.ReadPlace(place); err != nil {
		return unable(command, err)
	}
	return unable(command, flockcmd.HandOn(append([]string{command, place}, names...)))
}

func unable(command string, err error) error {
	var u *flockcmd.Unable
	if !errors.As(err, &u) {
		return fail(exitUsage, "%s: %s", command, err)
	}
	f := fail(u.Status, "%s: %s", command, u.Why)
	if u.Hint != "" {
		f = f.withHint("%s", u.Hint)
	}
	return f
}
