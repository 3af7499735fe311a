package prove

import (
	"fmt"
	"math/rand"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// twice is a protocol that asks something of itself and then does the same in either
// case: what extraction makes of a script in which something is decided first.
func twice(t *testing.T, head, nodes string) (once, copied *protocol.Protocol) {
	t.Helper()
	count := strings.Count(nodes, "\n") + 1
	number := regexp.MustCompile(`\bn(\d+)\b`)
	moved := func(nodes string, by int) string {
		return number.ReplaceAllStringFunc(nodes, func(id string) string {
			n, _ := strconv.Atoi(id[1:])
			return fmt.Sprint("n", n+by)
		})
	}
	parse := func(text string) *protocol.Protocol {
		p, err := told(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		return p
	}
	for i, line := range strings.Split(nodes, "\n") { // copies stand at the same place of a script
		nodes = strings.Replace(nodes, line, fmt.Sprintf("%s @%d:1-%d:9", line, 1+i, 1+i), 1)
	}
	begin := "protocol x bash\npath p0 \"/a\" inode\npath p1 \"/b\" inode\npath p2 \"/d\" exists\n"
	ask := fmt.Sprintf("n0 choose -> n2 ? n1\nn1 work quiet \"echo\" -> n%d\n", 2+count)
	both := moved(head, 2) + strings.ReplaceAll(moved(head, 2+count), "handlers h1 ", "handlers h2 ")
	second := strings.ReplaceAll(moved(nodes, 2+count), "!h1", "!h2")
	second = strings.NewReplacer(`"echo"`, `"printf"`, "choose ->", `choose "$b" ->`).Replace(second) // that nobody notices
	return parse(begin + head + nodes), parse(begin + both + ask + moved(nodes, 2) + "\n" + second)
}

// States in which processes stand at copies of one place are one state, in frames, behind
// redirects, in traps and in children as well.
func TestCopiesCostNothing(t *testing.T) {
	for name, c := range map[string]struct{ head, nodes string }{
		"a frame": {"", `n0 sub "( )" -> n1
n1 open creat path=p0 fd=9 -> n2
n2 flock nb fd=9 -> n3 ? n4
n3 work program "x" -> n5
n4 endsub body=n0 "failed" -> n6
n5 endsub body=n0 -> n6
n6 end`},
		"a redirect that is taken back": {"", `n0 open creat save path=p0 fd=9 -> n1
n1 flock fd=9 -> n2
n2 work program "x" -> n3
n3 restore body=n0 -> n4
n4 work program "y" -> n5
n5 end`},
		"a trap that comes back": {"handlers h1 TERM=run:n4 INT=die HUP=die\n", `n0 claim path=p2 "mkdir" -> n1 ? n3
n1 work program "x" -> n2 !h1
n2 remove path=p2 "rmdir" -> n3
n3 end
n4 remove path=p2 "rmdir" -> n5
n5 resume`},
		"a child that is waited for": {"", `n0 open creat path=p0 fd=9 -> n1
n1 flock fd=9 -> n2
n2 spawn body=n5 "x &" -> n3
n3 wait -> n4
n4 end
n5 claim path=p2 "mkdir" -> n6 ? n7
n6 remove path=p2 "rmdir" -> n7
n7 end`},
	} {
		once, copied := twice(t, c.head, c.nodes)
		one := Explore([]*protocol.Protocol{once}, Options{Processes: 2})
		two := Explore([]*protocol.Protocol{copied}, Options{Processes: 2})
		if broken(one) != broken(two) || one.States != two.States {
			t.Errorf("%s: %q in %d states, copied %q in %d", name, broken(one), one.States, broken(two), two.States)
		}
	}
}

// A copy in which something else is done, behind however many questions, is none.
func TestWhatDiffersIsNoCopy(t *testing.T) {
	p, err := told(`protocol x bash
path p0 "/d" exists
n0 choose -> n1 ? n6
n1 claim path=p0 "mkdir" -> n2 ? n5
n2 work quiet "echo" -> n3
n3 choose -> n4 ? n4
n4 remove path=p0 "rmdir" -> n5
n5 end
n6 claim path=p0 "mkdir" -> n7 ? n5
n7 choose -> n8 ? n9
n8 remove path=p0 "rmdir" -> n5
n9 end`)
	if err != nil {
		t.Fatal(err)
	}
	if r := Explore([]*protocol.Protocol{p}, Options{Processes: 2}); broken(r) != "stale" {
		t.Errorf("a way that leaves the lock behind is missed: %q", broken(r))
	}
}

// Of random protocols, each with a copy of itself beside it, no answer and no number of
// states is another one.
func TestCopiesOfAnythingCostNothing(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	compared := 0
	for i := range 300 {
		text := randomProtocol(r)
		head, nodes := "", text
		if strings.HasPrefix(text, "handlers") {
			var rest string
			head, rest, _ = strings.Cut(text, "\n")
			head, nodes = head+"\n", rest
		}
		once, copied := twice(t, head, nodes)
		if protocol.Sanity(once) != nil {
			continue
		}
		one := Explore([]*protocol.Protocol{once}, Options{Processes: 2})
		two := Explore([]*protocol.Protocol{copied}, Options{Processes: 2})
		if broken(one) != broken(two) || one.States != two.States {
			t.Fatalf("protocol %d: %q in %d states, copied %q in %d\n%s", i, broken(one), one.States, broken(two), two.States, text)
		}
		compared++
	}
	if compared < 100 {
		t.Errorf("only %d were compared", compared)
	}
}

// A lock file of a dead process is as good as none where all ask whether its owner lives,
// and only there.
func TestADeadOwnersFileCostsNothing(t *testing.T) {
	left := func(then string) (states int) {
		p, err := told(`protocol x bash
path p0 "/d" exists
n0 claim pid path=p0 -> n1 ? n4
n1 work program "x" -> n2
n2 remove path=p0 "rm" -> ` + then + `
n3 work "y" -> n4
n4 end`)
		if err != nil {
			t.Fatal(err)
		}
		e := newExplorer(newModel([]*protocol.Protocol{p}, []int{0, 0}, Options{}.withDefaults()))
		e.explore()
		for i := range e.seen.at {
			if s := e.m.decode(e.seen.get(i)); s.name[0] != 0 && s.text[s.name[0]] == deadPid {
				states++
			}
		}
		return states
	}
	if n := left("n3"); n > 0 {
		t.Errorf("it is there in %d states, and nobody looks for it", n)
	}
	if left("n3 ? n3") == 0 {
		t.Error("it is forgotten where rm says whether it was there")
	}
}

// Of signals that do the same wherever they arrive one is enough.
func TestSignalsThatDoTheSameAreOne(t *testing.T) {
	for _, c := range []struct {
		handlers, nodes string
		want            []protocol.Signal
	}{
		{"HUP=run:n2 INT=run:n2 TERM=run:n2", `work program "x"`, []protocol.Signal{protocol.TERM}},
		{"HUP=ignore INT=run:n2 TERM=run:n2", `work program "x"`, []protocol.Signal{protocol.TERM, protocol.HUP}},
		{"HUP=run:n2 INT=die TERM=run:n2", `work program "x"`, []protocol.Signal{protocol.TERM, protocol.INT}},
		{"HUP=run:n2 INT=run:n2 TERM=run:n2", `spawn body=n2 "x &"`, []protocol.Signal{protocol.TERM, protocol.INT}},
		{"HUP=run:n2 INT=run:n2 TERM=run:n2", `work program apart "x"`, []protocol.Signal{protocol.TERM, protocol.INT}},
	} {
		p, err := told("protocol x bash\nhandlers h1 " + c.handlers + "\nn0 " + c.nodes + " -> n1 !h1\nn1 end\nn2 end")
		if err != nil {
			t.Fatal(err)
		}
		got := newModel([]*protocol.Protocol{p}, []int{0}, Options{}.withDefaults()).scripts[0].signals
		if !slices.Equal(got, c.want) {
			t.Errorf("%s, %s: %v", c.handlers, c.nodes, got)
		}
	}
}
