package oracle

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/machine"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Answer is what a script says about the extraction.
type Answer struct {
	Wrong string // what was noted is no path of the protocol: where and how; "" where it is one
	// Unknown says why the extraction says of itself that it has not understood the script.
	Unknown      string
	Given, Asked int // probes whose name the protocol gives, of all that were noted
}

// Walk is a way from a script to its protocol.
type Walk struct {
	Name string
	Of   func(*source.File, source.Dialect) (*protocol.Protocol, error)
}

// Walks are all that there are.
var Walks = []Walk{
	{"ordinary", func(f *source.File, d source.Dialect) (*protocol.Protocol, error) {
		return extract.Script(f, d, extract.Options{})
	}},
	{"exact", func(f *source.File, d source.Dialect) (*protocol.Protocol, error) {
		return extract.Script(f, d, extract.Options{Exact: true})
	}},
	{"machine", machine.Protocol},
}

// Hold extracts the script by one of the walks, and holds the protocol against what was
// noted.
func (s *Script) Hold(seen []Event, walk Walk) Answer {
	file, err := source.New("script", []byte(s.Text))
	if err != nil {
		return Answer{Wrong: err.Error()}
	}
	p, err := walk.Of(file, s.Shell)
	switch {
	case err != nil:
		return Answer{Unknown: "it does not parse: " + err.Error()}
	case len(p.Unknowns) > 0:
		return Answer{Unknown: p.Unknowns[0].Why}
	case len(p.Nodes) == 0:
		return Answer{Unknown: "nothing is left of it"}
	}
	return s.Follow(p, seen)
}

// Follow looks for what was noted in a protocol of the script.
func (s *Script) Follow(p *protocol.Protocol, seen []Event) Answer {
	f := &follower{p: p, folder: s.folder, where: s.lines(), ends: map[protocol.ID][]protocol.ID{}}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.EndSub {
			f.ends[n.Body] = append(f.ends[n.Body], protocol.ID(i))
		}
	}
	var a Answer
	at := f.settle([]place{{at: 0, open: map[int]file{}}})
	for i, e := range seen {
		var after []place
		a.Asked++
		given := false
		for _, pl := range at {
			if pl.at != gone && f.is(pl, e) {
				given = given || f.gives(pl)
				after = append(after, f.answered(pl, e))
			}
		}
		if given {
			a.Given++
		}
		if len(after) == 0 {
			a.Wrong = fmt.Sprintf("probe %d of %d noted %s; the protocol has %s", i+1, len(seen), e, f.offers(at))
			return a
		}
		at = f.settle(after)
	}
	if !slices.ContainsFunc(at, func(pl place) bool { return pl.at == gone }) {
		a.Wrong = fmt.Sprintf("the script ended; the protocol has %s", f.offers(at))
	}
	return a
}

func (e Event) String() string {
	if e.Lock {
		return fmt.Sprintf("flock %s (%s)", e.Name, e.Open)
	}
	return "mkdir " + e.Name
}

type follower struct {
	p      *protocol.Protocol
	folder string
	where  map[int]int
	ends   map[protocol.ID][]protocol.ID
}

// file is what a descriptor has open: a path of the protocol, or other for what is none of them.
type file struct {
	path    int
	cloexec bool
}

const other = -2

// place is where a run of the script may stand.
type place struct {
	at     protocol.ID
	frames []frame
	open   map[int]file
	saved  []saved
}

// frame is a child that is waited for.
type frame struct {
	sub   protocol.ID
	open  map[int]file
	saved []saved
}

// saved is what a descriptor was before a redirect.
type saved struct {
	by  protocol.ID
	fd  int
	was file
	had bool
}

const gone = protocol.ID(protocol.None)

func (f *follower) node(pl place) *protocol.Node { return &f.p.Nodes[pl.at] }

// probes tells whether a node is a probe.
func probes(n *protocol.Node) bool {
	return n.Op == protocol.Claim || n.Op == protocol.Flock
}

// is tells whether what was noted may be this node.
func (f *follower) is(pl place, e Event) bool {
	n := f.node(pl)
	if n.Op == protocol.Flock != e.Lock {
		return false
	}
	if e.Lock {
		if fmt.Sprint(n.FD) != e.Name {
			return false
		}
		has, open := pl.open[n.FD]
		switch {
		case !open || has.cloexec:
			return e.Open == ""
		case has.path == other:
			return e.Open != ""
		}
		return f.name(has.path) == e.Open || f.p.Paths[has.path].Opaque && e.Open != ""
	}
	p := f.p.Paths[n.Path]
	return f.name(n.Path) == path.Clean(e.Name) || p.Opaque && f.line(e) == n.Span.Start.Line
}

// name is a path of the protocol from the root on.
func (f *follower) name(i int) string {
	if name := f.p.Paths[i].Text; !path.IsAbs(name) {
		return path.Join(f.folder, name)
	} else {
		return path.Clean(name)
	}
}

var probe = regex.Of(`p="(?:/[^"]*/)?([0-9]+)\.`)

// lines says where the probes stand, by their numbers.
func (s *Script) lines() map[int]int {
	out := map[int]int{}
	for i, line := range strings.Split(s.Text, "\n") {
		if m := probe().FindStringSubmatch(line); m != nil {
			number, _ := strconv.Atoi(m[1])
			out[number] = i + 1
		}
	}
	return out
}

// line is where a probe stands, by its number. What is behind that may have slashes in it.
func (f *follower) line(e Event) int {
	var number int
	name := strings.TrimPrefix(strings.TrimPrefix(e.Name, f.folder+"/"), "sub/")
	if _, err := fmt.Sscanf(name, "%d.", &number); err != nil {
		return 1
	}
	return f.where[number]
}

// gives tells whether the protocol says what the probe has to note.
func (f *follower) gives(pl place) bool {
	n := f.node(pl)
	return n.Op == protocol.Flock || !f.p.Paths[n.Path].Opaque
}

// answered is where the run goes on: mkdir succeeds always, flock where the descriptor is open.
func (f *follower) answered(pl place, e Event) place {
	n := f.node(pl)
	if e.Lock && e.Open == "" && n.Else != protocol.None {
		return pl.to(n.Else)
	}
	return pl.to(n.Next)
}

func (pl place) to(id protocol.ID) place {
	pl.at = id
	return pl
}

// settle returns the places before a probe, or at the end, that can be reached without one.
func (f *follower) settle(from []place) []place {
	var out []place
	seen := map[string]bool{}
	for len(from) > 0 {
		pl := from[len(from)-1]
		from = from[:len(from)-1]
		key := fmt.Sprint(pl)
		if seen[key] {
			continue
		}
		seen[key] = true
		if pl.at == gone || probes(f.node(pl)) {
			out = append(out, pl)
			continue
		}
		from = append(from, f.next(pl)...)
	}
	return out
}

// next returns where a run may stand one step on.
func (f *follower) next(pl place) []place {
	n := f.node(pl)
	switch n.Op {
	case protocol.Sub:
		pl.frames = append(slices.Clip(pl.frames), frame{protocol.ID(pl.at), pl.open, pl.saved})
		return []place{pl.to(n.Next)}
	case protocol.EndSub:
		return []place{pl.leave(n.Body).to(n.Next)}
	case protocol.End:
		return f.ended(pl)
	case protocol.Open:
		after := pl.set(n, file{n.Path, n.Mode&protocol.Cloexec != 0}, true).to(n.Next)
		return []place{after} // every file can be opened
	case protocol.Dup:
		was, open := pl.open[n.From]
		if !open && n.From > 2 {
			if n.Else != protocol.None {
				return []place{pl.to(n.Else)}
			}
			return []place{pl.set(n, file{}, false).to(n.Next)}
		}
		if n.From <= 2 {
			was = file{path: other}
		}
		was.cloexec = n.Mode&protocol.Cloexec != 0
		return []place{pl.set(n, was, true).to(n.Next)}
	case protocol.Close:
		return []place{pl.set(n, file{}, false).to(n.Next)}
	case protocol.Restore:
		return []place{pl.restored(n.Body).to(n.Next)}
	}
	var out []place
	for _, id := range []protocol.ID{n.Next, n.Else} {
		if id != protocol.None {
			out = append(out, pl.to(id))
		}
	}
	if len(out) == 0 {
		out = []place{pl.to(gone)}
	}
	return out
}

// set gives a descriptor another file, or none.
func (pl place) set(n *protocol.Node, has file, open bool) place {
	was, had := pl.open[n.FD]
	if n.Mode&protocol.Save != 0 {
		pl.saved = append(slices.Clip(pl.saved), saved{protocol.ID(pl.at), n.FD, was, had})
	}
	pl.open = maps.Clone(pl.open)
	if open {
		pl.open[n.FD] = has
	} else {
		delete(pl.open, n.FD)
	}
	return pl
}

// restored undoes a redirect.
func (pl place) restored(by protocol.ID) place {
	for i := len(pl.saved) - 1; i >= 0; i-- {
		if s := pl.saved[i]; s.by == by {
			pl.saved = slices.Delete(slices.Clone(pl.saved), i, i+1)
			pl.open = maps.Clone(pl.open)
			if s.had {
				pl.open[s.fd] = s.was
			} else {
				delete(pl.open, s.fd)
			}
			return pl
		}
	}
	return pl
}

// leave is the end of a child: its parent has its own descriptors.
func (pl place) leave(sub protocol.ID) place {
	for i, fr := range pl.frames {
		if fr.sub == sub {
			pl.frames, pl.open, pl.saved = pl.frames[:i:i], fr.open, fr.saved
			return pl
		}
	}
	return pl
}

// ended is the end of a process: a child's parent goes on, or the run is over.
func (f *follower) ended(pl place) []place {
	k := len(pl.frames) - 1
	if k < 0 || len(f.ends[pl.frames[k].sub]) == 0 {
		return []place{{at: gone}}
	}
	var out []place
	for _, end := range f.ends[pl.frames[k].sub] {
		out = append(out, pl.to(end))
	}
	return out
}

// offers names what the protocol has at these places.
func (f *follower) offers(at []place) string {
	var out []string
	for _, pl := range at {
		text := "the end"
		if pl.at != gone {
			n := f.node(pl)
			switch {
			case n.Op == protocol.Claim:
				text = fmt.Sprintf("mkdir %s (line %d)", f.p.Paths[n.Path].Text, n.Span.Start.Line)
			default:
				has, open := pl.open[n.FD]
				what := ""
				if open && has.path >= 0 {
					what = f.p.Paths[has.path].Text
				}
				text = fmt.Sprintf("flock %d (%s) (line %d)", n.FD, what, n.Span.Start.Line)
			}
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " or ")
}
