package extract

import (
	"os"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// lostBelow tells whether a less careful walk has lost the locks that a careful one finds,
// and does not say so.
func lostBelow(t *testing.T, f *source.File, d source.Dialect, open func(string) (*source.File, error)) (lost []string) {
	t.Helper()
	full, err := Script(f, d, Options{Open: open})
	if err != nil || !full.HasLocks() {
		return nil
	}
	for least := careful; least <= coarse; least++ {
		p, err := Script(f, d, Options{Open: open, least: least})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Unknowns) > 0 {
			continue
		}
		for _, path := range full.Locks() {
			found := false
			for _, other := range p.Locks() {
				found = found || other.Text == path.Text
			}
			if !found {
				lost = append(lost, path.Text+" at "+strings.Repeat("*", int(least)))
			}
		}
	}
	return lost
}

// TestCoarseWalksLoseNothing over the scripts that $LOCKKIT_SCRIPTS lists.
func TestCoarseWalksOf(t *testing.T) {
	list, err := os.ReadFile(os.Getenv("LOCKKIT_SCRIPTS"))
	if err != nil {
		t.Skip("LOCKKIT_SCRIPTS names no list of scripts")
	}
	for _, name := range strings.Fields(string(list)) {
		f, err := source.Read(name)
		if err != nil {
			continue
		}
		d := source.DialectOf(f)
		if lost := lostBelow(t, f, d, source.Read); len(lost) > 0 {
			t.Errorf("%s: %v", name, lost)
		}
	}
}

// TestCoarseWalks over small scripts whose locks stand where a coarse walk may pass over.
func TestCoarseWalks(t *testing.T) {
	for _, text := range []string{
		"take() { mkdir /srv/app/lock.d || exit 1; }\nmain() { take; work; rmdir /srv/app/lock.d; }\nmain\n",
		"L=/srv/app/run.pid\nbusy() { [ -e \"$L\" ]; }\nnote() { echo $$ >\"$L\"; }\ndone_() { rm -f \"$L\"; }\nbusy && exit\nnote\nwork\ndone_\n",
		"try() { ( set -C; echo $$ >/srv/app/run.pid ) 2>/dev/null; }\nif try; then work; rm -f /srv/app/run.pid; fi\n",
		"with() { flock -n /srv/app/lock \"$@\"; }\nwith work\n",
		"L=/run/x.lock\nNOW=$(date +%s)\ntake() { if [ -f $L ]; then OLD=`cat $L`; if [ $((NOW - OLD)) -gt 60 ]; then echo $NOW >$L; else exit 1; fi; else echo $NOW >$L; fi; }\ntake\nwork\n",
		"P=/run/x.pid\nif [ -f $P ]; then if kill -0 $(cat $P); then exit 1; else echo $$ >$P; fi; else echo $$ >$P; fi\nwork\nrm -f $P\n",
		"L=/run/x.lock\nif [ -e $L ]; then if test -n \"$(find $L -mmin +60)\"; then touch $L; else echo busy; exit 1; fi; else touch $L; fi\nwork\nrm -f $L\n",
		"bye() { rm -rf /srv/app/lock.d; }\ntrap bye EXIT\nuntil mkdir /srv/app/lock.d; do sleep 1; done\nwork\n",
	} {
		f, err := source.New("job.sh", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		whole, err := Script(f, source.Bash, Options{})
		if err != nil || !whole.HasLocks() {
			t.Errorf("no lock: %v\n%s", err, text)
		}
		if lost := lostBelow(t, f, source.Bash, nil); len(lost) > 0 {
			t.Errorf("%v are lost\n%s", lost, text)
		}
	}
}

// What a walk has found before it gave way stands among the unknowns of one that has not
// come there.
func TestWhatACarefulWalkFound(t *testing.T) {
	f, err := source.New("job.sh", []byte("mkdir /srv/app/lock.d || exit 1\nwork\nrmdir /srv/app/lock.d\n"))
	if err != nil {
		t.Fatal(err)
	}
	walked := func() *walker {
		file, err := shell.Parse(f.Name, f.Data, source.Bash)
		if err != nil {
			t.Fatal(err)
		}
		p := &protocol.Protocol{File: f.Name, Dialect: source.Bash, Handlers: []protocol.Handlers{protocol.NoHandlers()}}
		x := newWalker(p, Options{}, survey(file, f.Data), newShelf(nil))
		x.src, x.effort = &src{name: f.Name, text: f.Data}, thorough
		x.run(file)
		return x
	}
	x := walked()
	x.marks.stood = lockSpans(x.p)
	found := walked().foundSoFar()
	if len(found) != 2 { // mkdir, rmdir
		t.Fatalf("found %v", found)
	}
	if x.missing(found); len(x.p.Unknowns) > 0 {
		t.Errorf("it has come there: %v", x.p.Unknowns)
	}
	x.marks.stood = nil
	if x.missing(found); len(x.p.Unknowns) != 2 || len(x.p.Sites) != 2 {
		t.Errorf("passed over: %v", x.p.Unknowns)
	}
}
