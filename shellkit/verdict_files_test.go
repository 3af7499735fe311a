package shellkit

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What is made like a lock in one file, asked for in another and given up in a third is looked
// for in all of them together, as is what looks for processes.
func TestVerdictsAcrossFiles(t *testing.T) {
	for _, c := range []struct {
		name, lib, text string
		want            prove.Verdict
	}{
		{"made by a file, given up by the script", "take() {\nreadlink /run/L >/dev/null && exit\nln -s x /run/L\n}\n", "place=/run/L\ntake\nwork\nrm \"$place\"\n", prove.Unknown},
		{"made by the script, given up by a file", "tidy() { rm /run/L; }\n", "readlink /run/L >/dev/null && exit\nln -s x /run/L\nwork\ntidy\n", prove.Unknown},
		{"used by a file", "show_it() { show /srv/kettle/lid; }\n", "s=$(mkdir /srv/kettle/lid; echo $?)\n(( s > 1 )) && exit\ntrap 'rmdir /srv/kettle/lid' EXIT\nshow_it\n", prove.Nothing},
		{"the name stands in a file", "place=/srv/kettle/lid\n", "s=$(mkdir $place; echo $?)\n(( s > 1 )) && exit\ntrap 'rm -r /srv/kettle/lid' EXIT\nwork\n", prove.Unknown},
		{"a function of a file makes it", "again() { n=$1; shift; i=0; while [ $i -lt $n ]; do \"$@\" && return 0; i=$((i+1)); sleep 1; done; return 1; }\n",
			"again 5 mkdir /run/lock/m.d || exit 1\ntrap 'rmdir /run/lock/m.d' EXIT\n./work\n", prove.Holds},
		{"a tool that a file chooses", "TOOL=/usr/bin/flock\n", "exec 9>/srv/kettle/lid\n$TOOL -n 9 || exit 1\nwork\n", prove.Holds},
		{"a function of a file looks for it", "busy() { pgrep -x rsync >/dev/null; }\n", "while busy; do sleep 1; done\nrsync -a a b\n", prove.Unknown},
		{"a function of a file is what it looks for", "copy() { rsync -a a b; }\n", "while pgrep -x rsync >/dev/null; do sleep 1; done\ncopy\n", prove.Unknown},
		{"a function of a file leaves", "check() { pgrep -x old && exit 1; }\n", "check\nwork\n", prove.Unknown},
		{"a file leaves", "pgrep -x old && exit 1\n", "work\n", prove.Unknown},
		{"what is kept in /run", "helper() { show $C; }\n", "C=/run/app.list\nif [ -f $C ]; then\nshow $C\nexit 0\nfi\nrm -f $C\nproduce >$C\nhelper\n", prove.Nothing},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "own.sh"), []byte(c.lib), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := source.New(filepath.Join(dir, "job.sh"), []byte("#!/bin/bash\n. \"$(dirname \"$0\")/own.sh\"\n"+c.text))
		if err != nil {
			t.Fatal(err)
		}
		s, err := Load(f, source.Bash, source.Read)
		if err != nil {
			t.Fatal(err)
		}
		if got := prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{Processes: 2}); got.Verdict != c.want {
			t.Errorf("%s: %s, want %s: %v\n%s", c.name, got.Verdict, c.want, got.Doubts, s.Protocol)
		}
	}
}
