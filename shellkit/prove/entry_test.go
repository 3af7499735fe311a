package prove

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Pairs: a protocol in which nobody gets in, and its nearest sibling.
var entries = []struct {
	name, text, want string
}{
	{"closed before it is locked", `
n0 open creat path=p0 fd=9
n1 close fd=9
n2 flock nb fd=9 -> n3 ? n4
n3 work program "x"
n4 end`, "entry"},
	{"closed behind it", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n4
n2 work program "x"
n3 close fd=9
n4 end`, ""},
	{"only the name of a lock that is there is made", `
n0 test path=p2 "-e" -> n1 ? n4
n1 claim path=p2 "mkdir" -> n2 ? n4
n2 work program "x"
n3 remove path=p2 "rmdir"
n4 end`, "entry"},
	{"only where it is not there", `
handlers h1 HUP=run:n3 INT=run:n3 TERM=run:n3
n0 test path=p2 "-e" -> n4 ? n1
n1 claim path=p2 "mkdir" -> n2 ? n4 !h1
n2 work program "x" !h1
n3 remove path=p2 "rmdir"
n4 end`, ""},
	{"looked at once more, where another lock is", `
n0 open creat path=p0 fd=9
n1 open creat path=p1 fd=8
n2 flock nb fd=9 -> n3 ? n5
n3 sameinode path=p1 fd=9 -> n4 ? n5
n4 work program "x"
n5 end`, "entry"},
	{"looked at once more", `
n0 open creat path=p0 fd=9
n1 open creat path=p1 fd=8
n2 flock nb fd=9 -> n3 ? n5
n3 sameinode path=p0 fd=9 -> n4 ? n5
n4 work program "x"
n5 end`, ""},
	{"one of two locks is never had", `
n0 open creat path=p0 fd=9
n1 open creat path=p1 fd=8
n2 flock nb fd=9 -> n3 ? n6
n3 close fd=8
n4 flock nb fd=8 -> n5 ? n6
n5 work program "x"
n6 end`, "entry"},
	{"a lock that has no name, for its descriptor is closed at once", `
n0 open creat path=p1 fd=9
n1 close fd=9
n2 flock nb fd=9 -> n3 ? n4
n3 work program "x"
n4 end`, "entry"},
	{"got by those whom nothing says no to", `
n0 open creat path=p0 fd=9
n1 choose "[ $1 = now ]" -> n2 ? n4
n2 flock nb fd=9 -> n3 ? n4
n3 work program "x"
n4 end`, ""},
}

func TestEntry(t *testing.T) {
	for _, c := range entries {
		r := Explore([]*protocol.Protocol{parse(t, c.text)}, Options{})
		if got := broken(r); got != c.want {
			t.Errorf("%s: violated is %q, want %q; doubts %v", c.name, got, c.want, r.Doubts)
			continue
		}
		for _, v := range r.Violations {
			if len(v.Trace.Steps) == 0 || v.Trace.Processes != 1 {
				t.Errorf("%s: the trace does not show it: %+v", c.name, v.Trace)
			}
			for _, s := range v.Trace.Steps {
				if len(s.Inside) > 0 {
					t.Errorf("%s: the trace has somebody inside: %+v", c.name, v.Trace.Steps)
				}
			}
		}
	}
}

// One script makes what another one asks for: together they get in.
func TestEntryOfSeveral(t *testing.T) {
	maker := parse(t, "n0 create path=p2 \"touch\"\nn1 end")
	taker := parse(t, "n0 open path=p0 fd=9\nn1 test path=p2 \"-e\" -> n2 ? n4\nn2 flock nb fd=9 -> n3 ? n4\nn3 work program \"x\"\nn4 end")
	if got := Explore([]*protocol.Protocol{maker, taker}, Options{Properties: []Property{Entry}}); got.Verdict != Holds {
		t.Errorf("%s: %v %v", got.Verdict, broken(got), got.Doubts)
	}
}

// Where something was not understood, nobody knows whether a run gets in, and where no
// run comes to an acquisition, nothing was shown.
func TestEntryThatNobodyKnows(t *testing.T) {
	for _, c := range []struct{ name, text, why string }{
		{"not understood", `
n0 open creat path=p0 fd=9
n1 choose "x" -> n2 ? n5
n2 close fd=9
n3 flock nb fd=9 -> n4 ? n6
n4 work program "x" -> n6
n5 opaque "eval"
n6 end`, "eval"},
		{"nobody comes to it", `
n0 open creat path=p0 fd=9
n1 test path=p0 "-d" -> n2 ? n4
n2 flock nb fd=9 -> n3 ? n4
n3 work program "x"
n4 end`, "no run comes to take /a"},
	} {
		r := Explore([]*protocol.Protocol{parse(t, c.text)}, Options{})
		if r.Verdict != Unknown || r.Doubts[0].Why != c.why {
			t.Errorf("%s: %s, violated %q, doubts %v", c.name, r.Verdict, broken(r), r.Doubts)
		}
	}
}
