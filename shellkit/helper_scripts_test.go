package shellkit

import (
	"errors"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A lock that another script of the folder takes and gives up is the lock of who runs that.
func TestHelperScripts(t *testing.T) {
	const (
		atomic = "#!/bin/sh\ncase $1 in\ntake) mkdir /run/z.d || exit 1 ;;\nfree) rmdir /run/z.d ;;\nesac\n"
		racy   = "#!/bin/sh\nL=/run/x.lock\ncase $1 in\ntake) [ -e $L ] && exit 1; touch $L ;;\nfree) rm -f $L ;;\nesac\n"
		itsOwn = "#!/bin/sh\nmkdir /run/o.d || exit 1\ntrap 'rmdir /run/o.d' 0\ntrap 'exit 1' 1 2 15\nwork\n"
	)
	files := map[string]string{"guard": atomic, "racy.sh": racy, "own.sh": itsOwn, "again.sh": "#!/bin/sh\nmkdir /run/a.lock || exit\n./again.sh\n"}
	open := func(name string) (*source.File, error) {
		text, ok := files[name]
		if !ok {
			return nil, errors.New("no such file")
		}
		return source.New(name, []byte(text))
	}
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"by its path", "./guard take || exit\ntrap './guard free' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n", prove.Holds},
		{"by the folder of the script", "d=$(dirname \"$0\")\n\"$d/guard\" take || exit\ntrap '\"$d/guard\" free' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n", prove.Holds},
		{"by a shell", "sh guard take || exit\ntrap 'sh guard free' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n", prove.Holds},
		{"in a function", "take() { ./guard take; }\ntake || exit\ntrap './guard free' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n", prove.Holds},
		{"nobody heeds it", "rm -f x\n./guard take\nwork\n./guard free\n", prove.Violated},
		{"it asks and makes", "./racy.sh take || exit\ntrap './racy.sh free' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n", prove.Violated},
		{"what keeps its lock to itself is work", "rm -f x\n./own.sh || exit\nwork\n", prove.Nothing},
		{"what runs itself", "./again.sh || exit\nwork\nrmdir /run/a.lock\n", prove.Violated},
	} {
		f, err := source.New("job.sh", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		s, err := Load(f, source.Bash, open)
		if err != nil {
			t.Fatal(err)
		}
		got := prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{})
		if got.Verdict != c.want {
			t.Errorf("%s: %s, want %s; %v\n%s", c.name, got.Verdict, c.want, got.Doubts, s.Protocol)
		}
	}
}
