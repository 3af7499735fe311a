package lockfile

import (
	"os"
	"slices"
	"strings"
)

// Names lists the names under which a lock was ever taken in Dir, in order: those whose
// file, or one of whose slots, is there. Whether somebody holds it is another question. A
// directory that cannot be read has none.
func Names() []string {
	entries, err := os.ReadDir(Dir())
	if err != nil {
		return nil
	}
	var names []string
	for _, entry := range entries {
		name, isLock := strings.CutSuffix(entry.Name(), ".lock")
		if lock, _, ok := SlotFile(entry.Name()); ok {
			name = lock
		}
		if isLock && entry.Type().IsRegular() && isName(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
