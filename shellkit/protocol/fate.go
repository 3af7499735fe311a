package protocol

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Fate says what became of a place in the script where a lock operation may stand.
type Fate uint8

const (
	Modelled Fate = iota // it is an operation of the protocol
	Dead                 // no run comes there
	NoLock               // it is nothing to a lock
	Unclear              // it was not understood: nothing can be promised
)

var fateNames = [...]string{"modelled", "dead", "nolock", "unclear"}

func (f Fate) String() string { return fateNames[f] }

// WorkSite is what stands at a place of work of a script none of which any run comes to.
const WorkSite = "work"

// ByName is what stands at a place where a script goes by whether a process of some name lives.
const ByName = "a process of a name"

// NeverWorks tells whether no run of the script comes to any of its work.
func (p *Protocol) NeverWorks() bool {
	return slices.ContainsFunc(p.Sites, func(s Site) bool { return s.What == WorkSite && s.Fate == Dead })
}

// Site is such a place with its fate.
type Site struct {
	What string // what stands there: "flock", "mkdir", a function
	Call bool   // it is a call of what is defined nowhere at hand
	Fate Fate
	Why  string // not for what is modelled
	Span source.Span
}

// Unclear tells whether the fate of some site is not known.
func (p *Protocol) Unclear() bool {
	return slices.ContainsFunc(p.Sites, func(s Site) bool { return s.Fate == Unclear })
}

// siteLine prints `site FATE "WHAT" "WHY" @PLACE`, and for a call `site FATE call …`.
func (p *Protocol) siteLine(s *Site) string {
	call := ""
	if s.Call {
		call = " call"
	}
	return fmt.Sprintf("site %s%s %q %q%s\n", s.Fate, call, s.What, s.Why, p.span("@", s.Span))
}

func (p *Protocol) parseSite(w []string) error {
	s := Site{Call: len(w) > 2 && w[2] == "call"}
	if s.Call {
		w = slices.Delete(w, 2, 3)
	}
	if len(w) < 4 || len(w) > 5 {
		return fmt.Errorf("want: site FATE WHAT WHY @PLACE")
	}
	fate := slices.Index(fateNames[:], w[1])
	if fate < 0 {
		return fmt.Errorf("unknown fate %q", w[1])
	}
	s.Fate, s.What, s.Why = Fate(fate), unquote(w[2]), unquote(w[3])
	if len(w) == 5 {
		span, err := p.parseSpan(w[4])
		if err != nil {
			return err
		}
		s.Span = span
	}
	p.Sites = append(p.Sites, s)
	return nil
}

// siteFaults names the sites that say nothing, or say that they are in the protocol
// and are not.
func (p *Protocol) siteFaults() []error {
	var faults []error
	for i := range p.Sites {
		s := &p.Sites[i]
		if (s.Fate == Modelled) != (s.Why == "") {
			faults = append(faults, fmt.Errorf("site %s %q: why is %q", s.Fate, s.What, s.Why))
		}
		if s.Fate == Modelled && !slices.ContainsFunc(p.Nodes, func(n Node) bool { return s.Span.Covers(n.Span) || n.Span.Covers(s.Span) }) {
			faults = append(faults, fmt.Errorf("site modelled %q: no node stands there", s.What))
		}
		if s.Fate == Unclear && len(p.Unknowns) == 0 {
			faults = append(faults, fmt.Errorf("site unclear %q: nothing is said to be unknown", s.What))
		}
	}
	return faults
}
