package rules

import (
	"fmt"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

func parsed(t *testing.T, text string) *Script {
	t.Helper()
	p, err := protocol.Parse("protocol x bash\npath p0 \"/l\" inode\npath p1 \"/d\" exists\n" + text)
	if err != nil {
		t.Fatal(err)
	}
	if err := protocol.Sanity(p); err != nil {
		t.Fatal(err)
	}
	return NewScript(p)
}

func TestFirstWork(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"printing is no work": {"n0 claim path=p1 -> n1 ? n3\nn1 work quiet\nn2 work\nn3 end", "[2]"},
		"each way":            {"n0 claim path=p1 -> n1 ? n4\nn1 choose -> n2 ? n3\nn2 work -> n4\nn3 work\nn4 end", "[2 3]"},
		"not after release":   {"n0 claim path=p1 -> n1 ? n3\nn1 remove path=p1\nn2 work\nn3 end", "[]"},
		"not on the way out":  {"n0 claim path=p1 -> n1 ? n3\nn1 leave\nn2 work\nn3 end", "[]"},
		"a wall":              {"n0 claim path=p1 -> n1 ? n3\nn1 opaque\nn2 work\nn3 end", "[]"},
	} {
		if got := fmt.Sprint(parsed(t, c.text).firstWork(0, 1)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestGuarded(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"straight":                    {"n0 work\nn1 remove path=p1\nn2 end", false},
		"a condition leads past it":   {"n0 work\nn1 choose -> n2 ? n3\nn2 remove path=p1 -> n3\nn3 end", true},
		"a condition beside the way":  {"n0 work\nn1 choose -> n2 ? n3\nn2 work -> n3\nn3 remove path=p1\nn4 end", false},
		"an owner is asked":           {"n0 work\nn1 own path=p1 -> n2 ? n3\nn2 remove path=p1 -> n3\nn3 end", true},
		"that it is there is no more": {"n0 work\nn1 test path=p1 -> n2 ? n3\nn2 remove path=p1 -> n3\nn3 end", false},
	} {
		s := parsed(t, c.text)
		for i := range s.Nodes {
			if s.removes(protocol.ID(i), 1) && s.guarded(0, protocol.ID(i), "on", s.on) != c.want {
				t.Errorf("%s: guarded is %v", name, !c.want)
			}
		}
	}
}

// A process, a background child and a handler are told apart, and frames with them.
func TestHome(t *testing.T) {
	s := parsed(t, "handlers h1 TERM=run:n6<n0\nn0 sub\nn1 work\nn2 endsub body=n0\nn3 spawn body=n5\nn4 work !h1 -> n7\nn5 work -> n8\nn6 resume\nn7 end\nn8 end")
	want := []home{{0, -1}, {0, 0}, {0, 0}, {0, -1}, {0, -1}, {5, -1}, {6, -1}, {0, -1}, {5, -1}}
	for i, h := range want {
		if s.home[i] != h {
			t.Errorf("n%d is at home in %v, want %v", i, s.home[i], h)
		}
	}
}
