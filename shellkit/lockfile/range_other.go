//go:build unix && !linux

package lockfile

// The locks of fcntl(2) that these systems all have belong to the process, and
// end when it closes any descriptor of the file: useless from a command.
func setRange(int, int16, *Range, bool) error { return ErrNoLocks }

func isInTheWay(int, *Range) (bool, error) { return false, ErrNoLocks }
