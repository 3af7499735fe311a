package prove

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// parse reads a protocol; paths p0 and p1 carry locks on their inodes, p2 is a
// lock by its name, p3 too and every run has its own.
func parse(t testing.TB, text string) *protocol.Protocol {
	t.Helper()
	p, err := told("protocol x bash\npath p0 \"/a\" inode\npath p1 \"/b\" inode\npath p2 \"/d\" exists\npath p3 \"/p.$$\" exists private\npath p4 \"/q.$$\" inode private\n" + text)
	if err != nil {
		t.Fatal(err)
	}
	if err := protocol.Sanity(p); err != nil {
		t.Fatal(err)
	}
	return p
}

// broken lists the properties that a result calls violated.
func broken(r Result) string {
	var out []string
	for _, v := range r.Violations {
		out = append(out, string(v.Property))
	}
	return strings.Join(slices.Compact(out), " ")
}

var verdicts = []struct {
	name, text, want string
}{
	{"checked lock that is never removed", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n3
n2 work program "x"
n3 end`, ""},
	{"loser works on", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9
n2 work program "x"
n3 end`, "exclusion"},
	{"closed, then removed", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n5
n2 work program "x"
n3 close fd=9
n4 remove path=p0 "rm"
n5 end`, "exclusion"},
	{"removed as the last act, acquirers look again", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n5
n2 sameinode path=p0 fd=9 -> n3 ? n6
n3 work program "x"
n4 remove path=p0 "rm"
n5 end
n6 close fd=9 -> n0`, ""},
	{"removed, work goes on, acquirers look again", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n5
n2 sameinode path=p0 fd=9 -> n3 ? n6
n3 remove path=p0 "rm"
n4 work program "x"
n5 end
n6 close fd=9 -> n0`, "exclusion"},
	{"test, then create", `
n0 test path=p2 "-f" -> n4 ? n1
n1 create path=p2 "touch"
n2 work program "x"
n3 remove path=p2 "rm"
n4 end`, "exclusion stale"},
	{"mkdir that nothing removes on a signal", `
n0 claim path=p2 "mkdir" -> n1 ? n3
n1 work program "x"
n2 remove path=p2 "rmdir"
n3 end`, "stale"},
	{"mkdir with a trap", `
handlers h1 HUP=run:n4 INT=run:n4 TERM=run:n4
n0 claim path=p2 "mkdir" -> n1 ? n3
n1 work program "x" !h1
n2 remove path=p2 "rmdir"
n3 end
n4 remove path=p2 "rmdir"
n5 end`, ""},
	{"trap that goes on", `
handlers h1 HUP=run:n5 INT=run:n5 TERM=run:n5
n0 claim path=p2 "mkdir" -> n1 ? n4
n1 work program "x" !h1
n2 work program "y" !h1
n3 remove path=p2 "rmdir"
n4 end
n5 remove path=p2 "rmdir"
n6 resume`, "exclusion"},
	{"trap armed before the claim", `
handlers h1 HUP=run:n4 INT=run:n4 TERM=run:n4
n0 work program "y" !h1
n1 claim path=p2 "mkdir" -> n2 ? n3 !h1
n2 work program "x" !h1 -> n4
n3 end
n4 remove path=p2 "rmdir"
n5 end`, "exclusion"},
	{"a lock of its own", `
n0 open creat path=p4 fd=9
n1 flock fd=9
n2 work program "x"
n3 end`, "exclusion"},
	{"a claim that every run has alone", `
n0 claim path=p3 "mkdir" -> n1 ? n3
n1 work program "x"
n2 remove path=p3 "rmdir"
n3 end`, "exclusion"},
	{"a lock of its own among children", `
n0 open creat path=p4 fd=9
n1 spawn "x" body=n5
n2 work program "x"
n3 wait
n4 end
n5 flock fd=9
n6 work program "y"
n7 end`, ""},
	{"both orders", `
n0 open creat path=p0 fd=8
n1 open creat path=p1 fd=9
n2 choose -> n3 ? n6
n3 flock fd=8
n4 flock fd=9
n5 work program "x" -> n9
n6 flock fd=9
n7 flock fd=8
n8 work program "x"
n9 end`, "deadlock"},
	{"locks itself out", `
n0 open creat path=p0 fd=8
n1 flock fd=8
n2 open creat path=p0 fd=9
n3 flock fd=9
n4 end`, "deadlock"},
	{"background child keeps it", `
n0 open creat path=p0 fd=9
n1 flock fd=9
n2 spawn body=n4 "w"
n3 end
n4 work program "w"
n5 end`, "leak"},
	{"background child that is waited for", `
n0 open creat path=p0 fd=9
n1 flock fd=9
n2 spawn body=n5 "w"
n3 wait
n4 end
n5 work program "w"
n6 end`, ""},
	{"background child that closes it first", `
n0 open creat path=p0 fd=9
n1 flock fd=9
n2 spawn body=n4 "w"
n3 end
n4 close fd=9
n5 work program "w"
n6 end`, ""},
	{"daemon keeps it", `
n0 open creat path=p0 fd=9
n1 flock fd=9
n2 work program stays "d"
n3 end`, "leak"},
	{"daemon, then unlocked", `
n0 open creat path=p0 fd=9
n1 flock fd=9
n2 work program stays "d"
n3 flock un fd=9
n4 end`, ""},
	{"ends with its frame", `
n0 sub "( )"
n1 open creat path=p0 fd=9
n2 flock fd=9
n3 endsub body=n0
n4 work program "x"
n5 end`, "exclusion"},
	{"waits until others are through", `
n0 sub "flock"
n1 open creat path=p0 fd=9
n2 flock fd=9
n3 endsub body=n0
n4 work program "x"
n5 end`, ""},
	{"lets go before the work", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n4
n2 close fd=9
n3 work program "x"
n4 end`, "exclusion"},
	{"lets go behind a note", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n5
n2 work program minor "cat"
n3 flock un fd=9
n4 work program "x"
n5 end`, "exclusion"},
	{"lets go behind some work", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n5
n2 work program "w"
n3 flock un fd=9
n4 work program "x"
n5 end`, ""},
	{"lets go, and another program takes its place", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n4
n2 close fd=9
n3 work program exec "x"
n4 end`, "exclusion"},
	{"lets go and works in the background", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n5
n2 close fd=9
n3 spawn body=n6 "x &"
n4 wait
n5 end
n6 work program "x"
n7 end`, "exclusion"},
	{"holds it for another lock", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n6
n2 open creat path=p1 fd=8
n3 flock nb fd=8 -> n4 ? n6
n4 close fd=9
n5 work program "x"
n6 end`, ""},
	{"works on when it was not let in", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n3
n2 work quiet "echo"
n3 work program "x"
n4 end`, "exclusion"},
	{"asks once more what it was told", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n2
n2 choose "$got" -> n3 ? n4
n3 work program "x"
n4 end`, "exclusion"},
	{"other work when it was not let in", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n3
n2 work program "x"
n3 work program "y"
n4 end`, ""},
	{"around the lock where there is no flock", `
n0 open creat path=p0 fd=9
n1 work program "command -v flock" -> n2 ? n3
n2 flock nb fd=9 -> n3 ? n4
n3 work program "x"
n4 end`, "exclusion"},
	{"relies on a lock that ended with its frame", `
n0 sub
n1 open creat path=p0 fd=9
n2 flock nb fd=9 -> n3 ? n5
n3 endsub body=n0
n4 work program "x" -> n6
n5 endsub body=n0 -> n6
n6 end`, "exclusion"},
	{"closes, works, unlocks", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n6
n2 work program "x"
n3 close fd=9
n4 work program "y"
n5 flock un fd=9
n6 end`, "exclusion"},
	{"closes and works elsewhere", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n5
n2 work program "x"
n3 close fd=9
n4 work program "y"
n5 end`, ""},
	{"a child unlocks for its parent", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n6
n2 sub
n3 flock un fd=9
n4 endsub body=n2
n5 work program "x"
n6 end`, "exclusion"},
	{"a child unlocks what it locked", `
n0 open creat path=p0 fd=9
n1 sub
n2 flock nb fd=9 -> n3 ? n5
n3 work program "x"
n4 flock un fd=9
n5 endsub body=n1
n6 work program "y"
n7 end`, ""},
	{"a handler unlocks and goes back to work", `
handlers h1 TERM=run:n5
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n4
n2 work program "x" !h1
n3 work program "y" !h1
n4 end
n5 flock un fd=9 -> n6
n6 resume`, "exclusion"},
	{"upgrade, then the same again", `
n0 open creat path=p0 fd=9
n1 flock sh fd=9
n2 work program "x"
n3 flock fd=9
n4 work program "x"
n5 end`, ""},
	{"upgrade in the middle", `
n0 open creat path=p0 fd=9
n1 flock sh fd=9
n2 work program "y"
n3 flock fd=9
n4 work program "x"
n5 end`, "exclusion"},
	{"a try to upgrade that fails, and then work", `
n0 open creat path=p0 fd=9
n1 flock sh nb fd=9 -> n2 ? n6
n2 work program "x"
n3 flock nb fd=9 -> n4 ? n4
n4 work program "y"
n5 flock un fd=9
n6 end`, "exclusion"},
	{"a try to upgrade that fails, and then the release", `
n0 open creat path=p0 fd=9
n1 flock sh nb fd=9 -> n2 ? n6
n2 work program "x"
n3 flock nb fd=9 -> n4 ? n5
n4 work quiet "echo"
n5 flock un fd=9
n6 end`, ""},
	{"upgrade, then read again", `
n0 open creat path=p0 fd=9
n1 flock sh fd=9
n2 work program "x"
n3 flock fd=9
n4 load path=p1
n5 work program "x"
n6 end`, ""},
	{"readers share", `
n0 open creat path=p0 fd=9
n1 flock sh fd=9
n2 work program "x"
n3 end`, ""},
	{"descriptor opened again", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n4
n2 open creat path=p0 fd=9
n3 work program "x"
n4 end`, "exclusion"},
	{"close-on-exec: flock(1) cannot have it", `
n0 open creat cloexec path=p0 fd=9
n1 flock nb fd=9
n2 work program "x"
n3 end`, "exclusion"},
	{"stale pid taken over", `
n0 claim path=p2 "noclobber" -> n4 ? n1
n1 alive path=p2 -> n7 ? n2
n2 remove path=p2 "rm"
n3 claim path=p2 "noclobber" -> n4 ? n7
n4 store pid path=p2
n5 work program "x"
n6 remove path=p2 "rm"
n7 end`, "exclusion"},
	{"made by a job of whose end nobody asks", `
n0 spawn body=n5 "mkdir &"
n1 wait
n2 work program "x"
n3 remove path=p2 "rmdir"
n4 end
n5 claim path=p2 "mkdir"
n6 end`, "exclusion"},
	{"made by such a job, which writes there who it is", `
n0 spawn body=n5 "( ) &"
n1 wait
n2 work program "x"
n3 remove path=p2 "rm"
n4 end
n5 claim path=p2 "noclobber" -> n6 ? n7
n6 store pid path=p2
n7 end`, "exclusion"},
	{"made by a job that does the work as well", `
n0 spawn body=n3 "( ) &"
n1 wait
n2 end
n3 claim path=p2 "mkdir" -> n4 ? n6
n4 work program "x"
n5 remove path=p2 "rmdir"
n6 end`, "stale"},
}

func TestVerdicts(t *testing.T) {
	for _, c := range verdicts {
		r := Explore([]*protocol.Protocol{parse(t, c.text)}, Options{})
		if got := broken(r); got != c.want {
			t.Errorf("%s: violated is %q, want %q", c.name, got, c.want)
		}
		for _, v := range r.Violations {
			if len(v.Trace.Steps) == 0 || v.Property == Exclusion && len(v.Trace.Steps[len(v.Trace.Steps)-1].Inside) < 2 {
				t.Errorf("%s: %s: the trace does not show it: %+v", c.name, v.Property, v.Trace.Steps)
			}
		}
	}
}

// Together leaves out what each script does alone.
func TestTogether(t *testing.T) {
	unheeded := parse(t, "n0 open creat path=p0 fd=9\nn1 flock nb fd=9\nn2 work program \"x\"\nn3 end")
	heeded := parse(t, "n0 open creat path=p0 fd=9\nn1 flock nb fd=9 -> n2 ? n3\nn2 work program \"y\"\nn3 end")
	for _, together := range []bool{false, true} {
		r := Explore([]*protocol.Protocol{unheeded, heeded}, Options{Processes: 2, Together: together})
		if len(r.Violations) == 0 {
			t.Fatal("nothing is violated")
		}
		for _, v := range r.Violations {
			if both := slices.Contains(v.Scripts, 0) && slices.Contains(v.Scripts, 1); both != together {
				t.Errorf("together %v: %s by runs of %v", together, v.Property, v.Scripts)
			}
		}
	}
}
