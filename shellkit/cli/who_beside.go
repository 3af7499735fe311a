package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lockkit/lockkit/shellkit/lockfile"
	"github.com/lockkit/lockkit/shellkit/report"
)

// gone says why there is nothing at the path of a lock that was given so; "" where there is
// something, and of a name, whose file is made by the first who takes it.
func gone(lock lockfile.Name) string {
	_, err := os.Stat(lock.Path)
	dir := filepath.Dir(lock.Path)
	_, above := os.Stat(dir)
	switch {
	case lock.Named || err == nil:
		return ""
	case errors.Is(above, fs.ErrNotExist):
		return fmt.Sprintf("there is no folder %s", dir)
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	}
	return ""
}

// besideNames looks for files in this folder that are called as locks which were asked for
// by name: they are other locks, and whoever asks may mean either.
func besideNames(w *report.Who, locks []lockfile.Name) {
	for _, lock := range locks {
		if !lock.Named {
			continue
		}
		if _, held, _ := addFiles(w, "./"+lock.Text); held {
			w.Beside = append(w.Beside, fmt.Sprintf("the file ./%s is held too, and is another lock: %s without a slash is a name, which stands for %s", lock.Text, lock.Text, lock.Path))
		}
	}
}
