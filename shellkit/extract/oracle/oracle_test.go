package oracle

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What extract says of values, descriptors, traps and the way through a script is what
// the shell does. ORACLE=500 asks for as many scripts of each shell, ORACLE_SEED says from
// which seed on.
func TestShellsAgree(t *testing.T) {
	n, from := 5, 0
	for name, to := range map[string]*int{"ORACLE": &n, "ORACLE_SEED": &from} {
		if text := os.Getenv(name); text != "" {
			k, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			*to = k
		}
	}
	score, err := Measure(uint64(from), n)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range score.Wrong {
		t.Error(wrong)
	}
	t.Logf("%d scripts, %d walks unknown, %d of %d values given, %d slow; not here: %v",
		score.Scripts, score.Unknown, score.Given, score.Asked, score.Slow, score.Missing)
	if 3*score.Given < score.Asked {
		t.Errorf("%d of %d values are given: too few to say anything", score.Given, score.Asked)
	}
}

// A protocol in which one thing is not so is found out.
func TestOracleCanFail(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run", "lock")
	s := &Script{Shell: source.Dash, folder: folder, Text: strings.ReplaceAll(`mkdir @/first.lock || exit 9
x=a
p="@/1.$x.lock"; mkdir "$p" || exit 9; work; rmdir "$p"
exec 7>@/file.lock
flock -n 7 || :; work
work
`, "@", folder)}
	seen := []Event{{Name: folder + "/first.lock"}, {Name: folder + "/1.a.lock"}, {Lock: true, Name: "7", Open: folder + "/file.lock"}}
	file, err := source.New("script", []byte(s.Text))
	if err != nil {
		t.Fatal(err)
	}
	read := func() *protocol.Protocol {
		p, err := extract.Script(file, s.Shell, extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if a := s.Follow(read(), seen); a.Wrong != "" || a.Given != 3 {
		t.Fatalf("a right protocol: %+v", a)
	}
	path := func(name string) func(*protocol.Protocol) {
		return func(p *protocol.Protocol) {
			i := slices.IndexFunc(p.Paths, func(q protocol.Path) bool { return q.Text == folder+"/"+name })
			p.Paths[i].Text = folder + "/another.lock"
		}
	}
	node := func(op protocol.Op, change func(*protocol.Node)) func(*protocol.Protocol) {
		return func(p *protocol.Protocol) {
			change(&p.Nodes[slices.IndexFunc(p.Nodes, func(n protocol.Node) bool { return n.Op == op })])
		}
	}
	for name, change := range map[string]func(*protocol.Protocol){
		"another value":    path("1.a.lock"),
		"another file":     path("file.lock"),
		"not opened":       node(protocol.Open, func(n *protocol.Node) { n.Op = protocol.Work }),
		"opened elsewhere": node(protocol.Open, func(n *protocol.Node) { n.FD = 8 }),
		"not asked":        node(protocol.Flock, func(n *protocol.Node) { n.Op = protocol.Work }),
		"an early end":     node(protocol.Open, func(n *protocol.Node) { n.Op = protocol.End }),
	} {
		p := read()
		change(p)
		if a := s.Follow(p, seen); a.Wrong == "" {
			t.Errorf("%s: nothing is said", name)
		}
	}
	if a := s.Follow(read(), seen[:2]); a.Wrong == "" {
		t.Error("a run that ends early: nothing is said")
	}
}

// A value with slashes in it is held against its own probe.
func TestValuesWithSlashes(t *testing.T) {
	const folder = "/run/lock"
	s := &Script{Shell: source.Dash, folder: folder, Text: `mkdir /run/lock/first.lock || exit 9
p="1.$LOCK.lock"; mkdir "$p" || exit 9; work; rmdir "$p"
p="2.$LOCK.lock"; mkdir "$p" || exit 9; work; rmdir "$p"
`}
	for _, in := range []string{"", "sub/"} {
		seen := []Event{{Name: folder + "/first.lock"}, {Name: folder + "/" + in + "1./srv/b.lock"}, {Name: folder + "/" + in + "2./srv/7.b.lock"}}
		for _, walk := range Walks {
			if a := s.Hold(seen, walk); a.Wrong != "" || a.Asked != 3 {
				t.Errorf("%s walk, %q: %+v", walk.Name, in, a)
			}
			another := []Event{seen[0], seen[1], {Name: folder + "/" + in + "1./srv/b.lock"}}
			if a := s.Hold(another, walk); a.Wrong == "" {
				t.Errorf("%s walk, %q: the first probe was taken for the second", walk.Name, in)
			}
		}
	}
}

// A seed makes its script for ever, and what differs in shell or seed differs.
func TestDraw(t *testing.T) {
	a, b := Draw(1, source.Bash, "/x"), Draw(1, source.Bash, "/x")
	if a.Text != b.Text {
		t.Error("one seed has made two scripts")
	}
	if c := Draw(2, source.Bash, "/x"); a.Text == c.Text {
		t.Error("two seeds have made one script")
	}
}
