package inclusion

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/rehearse"
	"github.com/lockkit/lockkit/shellkit/source"
)

// An Outside is the first step of a run that is none of its protocol.
type Outside struct {
	Schedule string
	Run      int           // 0 is the first
	Deed     rehearse.Deed // the step; Op "end" where the protocol has more to do
	Kind     string        // what kind of step it is, for counting
	Why      string        // in one sentence
	Near     []source.Span // where the protocol stood: the places that it would have gone on from
}

// An Unclear is a reason why runs are unknown.
type Unclear struct {
	Why  string
	Runs int
}

// What makes a run unknown, beside a tool that is not here.
const (
	notUnderstood = "something that was not understood may have done it"
	tooManyWays   = "it may be explained in more ways than are followed"
)

// A Report is what was found of all schedules that a Checker was shown.
type Report struct {
	Runs    int       // that were looked at
	Inside  int       // that are a path of the protocol
	Unknown int       // that can be neither: Unclear says why
	Unclear []Unclear // in the order in which they were met
	Outside []Outside // one for each run outside
}

// A Checker holds runs of one script against its protocol.
type Checker struct {
	p       *protocol.Protocol
	facts   *protocol.Facts
	all     []name                        // by path
	names   []name                        // the same, as the runs of the schedule at hand have them
	says    map[string]bool               // programs that only print, for which no lock is
	endsOf  map[protocol.ID][]protocol.ID // by Sub: the ends of that child in which it has failed, or else all
	ends    map[protocol.ID]bool
	report  Report
	looked  []string    // names whose looks are in the log
	named   []string    // names about which the schedule at hand has a step
	moved   [][2]string // names that were given others in it
	killed  bool        // a child of the run at hand was killed
	crowded bool        // there were more ways than are followed

	used []protocol.ID // the nodes that the last step may be of
}

// Bounds of what is followed. Reaching one makes a run unknown.
const (
	mostPositions = 3000
	mostUnseen    = 20000
)

// New returns a Checker for the runs of a script with that protocol.
func New(p *protocol.Protocol) *Checker {
	c := &Checker{p: p, facts: protocol.Flow(p), says: map[string]bool{"logger": true}, ends: map[protocol.ID]bool{}, endsOf: map[protocol.ID][]protocol.ID{}}
	for i := range p.Paths {
		c.all = append(c.all, nameOf(&p.Paths[i]))
	}
	c.names = slices.Clone(c.all)
	for i := range p.Nodes {
		switch n := &p.Nodes[i]; {
		case n.Op == protocol.EndSub:
			c.endsOf[n.Body] = append(c.endsOf[n.Body], protocol.ID(i))
		case n.Op == protocol.Work && n.Mode.Has(protocol.Quiet):
			c.says[programOf(n.Text)] = true
		}
	}
	return c
}

// Report returns what was found so far.
func (c *Checker) Report() *Report { return &c.report }

// Schedule looks at each run of one schedule. It can be the Watch of a rehearsal.
func (c *Checker) Schedule(schedule string, log []rehearse.Deed) {
	c.named, c.ends, c.moved = nil, map[protocol.ID]bool{}, nil
	var runs []int
	looked := slices.Clone(c.looked)
	for i := range log {
		d := &log[i]
		for _, n := range []string{d.Name, d.Name2} {
			if n != "" && !slices.Contains(c.named, n) {
				c.named = append(c.named, n)
			}
			if n != "" && d.Looks() && !slices.Contains(looked, n) {
				looked = append(looked, n)
			}
		}
		if d.Op == "rename" && d.Result == 0 {
			c.moved = append(c.moved, [2]string{d.Name, d.Name2})
		}
		if !slices.Contains(runs, d.Run) {
			runs = append(runs, d.Run)
		}
	}
	c.choose()
	if c.report.Runs == 0 { // by then the names are learnt that somebody changes when he is alone
		c.looked = looked
	}
	for _, run := range runs {
		var own []rehearse.Deed
		for _, d := range log {
			if d.Run == run {
				own = append(own, d)
			}
		}
		c.run(schedule, run, own)
	}
	c.looked = looked // others are learnt on the way
}

// choose looks which of the names that a path may stand for the runs at hand have.
func (c *Checker) choose() {
	for i := range c.all {
		c.names[i] = c.all[i].chosen(c.named)
	}
}

// run follows one run.
func (c *Checker) run(schedule string, run int, log []rehearse.Deed) {
	c.report.Runs++
	if len(c.p.Nodes) == 0 {
		c.unprotected(schedule, run, log)
		return
	}
	c.killed, c.crowded = false, false
	now := c.start()
	for i := range log {
		d := &log[i]
		next := c.step(now, d)
		if c.crowded || len(next) > mostPositions {
			c.unclear(tooManyWays)
			return
		}
		if len(next) == 0 {
			c.outside(schedule, run, d, now)
			return
		}
		now = next
	}
	if slices.ContainsFunc(now, func(p *position) bool { return p.wild == "" }) {
		c.report.Inside++
	} else {
		c.unclear(now[0].wild)
	}
}

// unclear counts the run at hand as unknown.
func (c *Checker) unclear(why string) {
	c.report.Unknown++
	at := slices.IndexFunc(c.report.Unclear, func(u Unclear) bool { return u.Why == why })
	if at < 0 {
		at = len(c.report.Unclear)
		c.report.Unclear = append(c.report.Unclear, Unclear{Why: why})
	}
	c.report.Unclear[at].Runs++
}

// start is where a run begins.
func (c *Checker) start() []*position {
	return []*position{{threads: []thread{{back: protocol.None}}, bound: make([]string, len(c.names))}}
}

// step returns the positions after one step of the log.
func (c *Checker) step(now []*position, d *rehearse.Deed) []*position {
	var next []*position
	c.used = nil
	seen := map[string]bool{}
	add := func(p *position) {
		if k := p.key(); !seen[k] {
			seen[k] = true
			next = append(next, p)
		}
	}
	for _, p := range now {
		if p.wild != "" {
			add(p)
			continue
		}
		c.after(p, d, add)
	}
	return next
}

// after calls add for each position that a step makes of one.
func (c *Checker) after(p *position, d *rehearse.Deed, add func(*position)) {
	s, counts := counted[d.Signal()]
	switch {
	case d.Op == "signal" && counts:
		c.killed = true
		add(p.sent(s))
		return
	case d.Op == "signal":
		c.killed = true
		add(p)
		return
	case d.Op == "kill" && counts && d.Result >= 0: // it may be to the script itself
		c.killed = true
		add(p)
		add(p.sent(s))
		return
	case d.Op == "killed":
		c.killed = true
		if p = p.over(d.Task); d.Task == 0 {
			p = p.alone()
		}
		add(p)
		return
	case d.Op == "end" && d.Task == 0:
		c.ended(p, add)
		return
	case d.Op == "end":
		add(p.over(d.Task))
		return
	}
	if d.Op == "lacks" {
		add(p)
		c.without(p, d.Words, add)
		return
	}
	if d.Op != "work" && d.Op != "lock" && d.Op != "unlock" && d.Op != "read" && d.Op != "write" && !d.Looks() && !d.Opens() && !d.Changes() {
		add(p)
		return
	}
	must := c.must(p, d)
	if !must || d.Op != "work" && c.goesOn(p, d) {
		add(p)
	}
	for i := range p.threads {
		c.met(p, i, d, must, add)
	}
}

// met calls add for each position that a thread, or a child that it starts before,
// makes of a step.
func (c *Checker) met(p *position, i int, d *rehearse.Deed, must bool, add func(*position)) {
	c.reach(p, i, func(q *position) bool {
		for k := len(p.threads); k < len(q.threads); k++ {
			c.met(q, k, d, must, add)
		}
		stays := false // whoever stays before its node can still come to all behind it
		c.meet(q, i, d, func(r *position) {
			stays = stays || r.threads[i].at == q.threads[i].at
			c.used = append(c.used, q.threads[i].at)
			add(r)
		})
		if must && c.dark(q.threads[i].at) {
			add(q.astray(notUnderstood))
		}
		return !stays
	})
}

// ended meets the end of the script itself.
func (c *Checker) ended(p *position, add func(*position)) {
	if p.threads[0].at == protocol.None {
		add(p)
		return
	}
	if c.endsWithout(p) {
		add(p.alone())
	}
	c.reach(p, 0, func(q *position) bool {
		switch at := q.threads[0].at; {
		case at == protocol.None:
			add(q)
		case c.dark(at) && c.p.Nodes[at].Op != protocol.Opaque:
			add(q.astray(notUnderstood)) // to the shell it may be a mistake in the grammar
		}
		return true
	})
}

// dark tells whether it is not known what a shell does at a node: what was not
// understood, and digits that are a word to it.
func (c *Checker) dark(at protocol.ID) bool {
	return at != protocol.None && (c.p.Nodes[at].Op == protocol.Opaque || c.p.DigitsAreWord(&c.p.Nodes[at]))
}

// unprotected looks at a run of a script in which no lock was found.
func (c *Checker) unprotected(schedule string, run int, log []rehearse.Deed) {
	for i := range log {
		if d := &log[i]; d.Op == "lock" {
			c.outside(schedule, run, d, nil)
			return
		}
	}
	c.report.Inside++
}

// outside notes the first step that is none of the protocol's.
func (c *Checker) outside(schedule string, run int, d *rehearse.Deed, now []*position) {
	if len(c.p.Unknowns) > 0 {
		c.unclear(notUnderstood) // what was not understood is listed, and may be just that
		return
	}
	o := Outside{Schedule: schedule, Run: run, Deed: *d}
	o.Kind, o.Why = c.describe(d)
	for _, p := range now {
		for _, t := range p.threads {
			if t.at == protocol.None {
				continue
			}
			if span := c.p.Nodes[t.at].Span; span.Start.Known() && !slices.Contains(o.Near, span) {
				o.Near = append(o.Near, span)
			}
		}
	}
	c.report.Outside = append(c.report.Outside, o)
}

// describe says in a sentence what a step is, and of which kind.
func (c *Checker) describe(d *rehearse.Deed) (kind, why string) {
	by := "the shell"
	if d.Words != "" {
		by = d.Words
	}
	name := strings.TrimSpace(d.Name + " " + d.Name2)
	switch {
	case d.Op == "end":
		return "ends early", "the script ends, and its protocol has more to do first"
	case d.Op == "work":
		under := "no lock"
		for i, l := range d.Under {
			switch {
			case i == 0:
				under = l.Name
			case !strings.Contains(under, l.Name):
				under += ", " + l.Name
			}
		}
		return "work", fmt.Sprintf("%s is at work under %s, and the protocol has no work here, or under other locks", by, under)
	case d.Op == "lock" || d.Op == "unlock":
		outcome := "gets it"
		if d.Result < 0 {
			outcome = "does not get it"
		}
		if d.Op == "unlock" {
			outcome = "gives it up"
		}
		return d.Op, fmt.Sprintf("%s asks for the lock of %s and %s, which the protocol does not have here", by, name, outcome)
	}
	outcome := "and it is done"
	if d.Result < 0 {
		outcome = "and it fails"
	}
	return d.Op, fmt.Sprintf("%s: %s %s, %s, which the protocol does not have here", by, d.Op, name, outcome)
}
