package extract

import (
	"errors"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// A file is read once for a script, however often and on however many walks it is sourced,
// and so is one that is not there.
func TestLibraryIsReadOnce(t *testing.T) {
	f, err := source.New("/srv/job.sh", []byte("f() { . ./lib.sh; . ./none.sh; }\nfor i in a b c; do f; done\nwhile read -r x; do . ./lib.sh; done\n"+
		"take\nwork\ngive\n"))
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]int{}
	open := func(path string) (*source.File, error) {
		if read[path]++; path != "/srv/lib.sh" {
			return nil, errors.New("not there")
		}
		return source.New(path, []byte("take() { mkdir /run/job.lock || exit 1; }\ngive() { rmdir /run/job.lock; }\n"))
	}
	p, err := Script(f, source.Bash, Options{Open: open})
	if err != nil {
		t.Fatal(err)
	}
	if read["/srv/lib.sh"] != 1 || read["/srv/none.sh"] != 1 {
		t.Errorf("read: %v", read)
	}
	if len(p.Locks()) != 1 {
		t.Errorf("its lock is not seen: %v", p.Locks())
	}
}
