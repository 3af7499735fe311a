package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/extract"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Verdict is what a case says about the extraction; the worse one is greater.
type Verdict uint8

// What there is to say.
const (
	Right    Verdict = iota
	Unknown          // the extraction says that it does not know
	Wrong            // what was seen cannot be, and it does not say so
	Unjudged         // it could not be asked
)

// answer is a verdict with its reason.
type answer struct {
	verdict Verdict
	only    bool // Right, and there is no other path
	why     string
}

// Walk is a way from a script to its protocol.
type Walk func(*source.File, source.Dialect) (*protocol.Protocol, error)

// Extraction is the way of the product.
func Extraction(f *source.File, d source.Dialect) (*protocol.Protocol, error) {
	return extract.Script(f, d, extract.Options{})
}

// judge holds what was seen against the protocol of its script.
func judge(s *script, events []event, d source.Dialect, walk Walk) answer {
	file, err := source.New("case", []byte(s.lock))
	if err != nil {
		return answer{verdict: Unjudged, why: err.Error()}
	}
	p, err := walk(file, d)
	if err != nil {
		return answer{verdict: Unknown, why: "it does not parse"}
	}
	if len(p.Unknowns) > 0 {
		return answer{verdict: Unknown, why: p.Unknowns[0].Why}
	}
	if len(p.Nodes) == 0 && len(events) > 0 {
		return answer{verdict: Wrong, why: "nothing is left of it"}
	}
	if len(p.Nodes) == 0 {
		return answer{only: true}
	}
	w := newPaths(p, s)
	a := w.walk(s, events)
	if a.verdict == Wrong && s.kills {
		a = answer{verdict: Unjudged, why: "it sends signals: " + a.why}
	}
	if a.verdict == Wrong && s.limits {
		a = answer{verdict: Unjudged, why: "it sets limits: " + a.why}
	}
	return a
}

// walk looks for a path on which what was seen is.
func (w *paths) walk(s *script, events []event) answer {
	if s.beside || slices.ContainsFunc(w.p.Nodes, func(n protocol.Node) bool { return n.Op == protocol.Spawn }) {
		return w.sideBySide(s, events)
	}
	return w.alone(s, events)
}

// alone walks with what was seen of a script that does one thing at a time.
func (w *paths) alone(s *script, events []event) answer {
	at, only := w.settle([]place{w.start()}), true
	for i, e := range events {
		offers := w.offers(at)
		var after []place
		for _, p := range at {
			if slices.ContainsFunc(w.probed(p), e.is) {
				next, _ := w.next(p)
				after = append(after, next...)
			}
		}
		if len(after) == 0 {
			return answer{verdict: Wrong, why: s.refused(events, i, offers)}
		}
		only = only && single(offers)
		at = w.settle(after)
	}
	offers := w.offers(at)
	if !slices.Contains(offers, theEnd) {
		return answer{verdict: Wrong, why: s.refused(events, len(events), offers)}
	}
	return answer{verdict: Right, only: only && single(offers)}
}

func (e event) is(m mark) bool { return m.probe == e.Probe && m.status == class(e.Status) }

// settle returns the places before a probe, or at the end, that can be reached without one.
func (w *paths) settle(from []place) []place {
	var out []place
	seen := map[string]bool{}
	for len(from) > 0 {
		p := from[len(from)-1]
		from = from[:len(from)-1]
		if key := p.key(); seen[key] {
			continue
		} else {
			seen[key] = true
		}
		from = append(from, w.struck(p)...)
		if p.at == gone || len(w.probed(p)) > 0 {
			out = append(out, p)
			continue
		}
		next, _ := w.next(p)
		from = append(from, next...)
	}
	return out
}

// theEnd stands for the end of the script in what is offered.
const theEnd = "the end"

// single tells whether there is but one thing on offer, whatever a status is that is not 0.
func single(offers []string) bool {
	probe := func(o string) string {
		name, status, _ := strings.Cut(o, "=")
		if status == "0" {
			return o
		}
		return name
	}
	return !slices.ContainsFunc(offers, func(o string) bool { return probe(o) != probe(offers[0]) })
}

// offers names what the protocol has at these places.
func (w *paths) offers(at []place) []string {
	var out []string
	for _, p := range at {
		if p.at == gone {
			out = append(out, theEnd)
		}
		for _, m := range w.probed(p) {
			out = append(out, fmt.Sprintf("%d=%s", m.probe, m.status))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// refused says where what was seen leaves the protocol, by lines of the case.
func (s *script) refused(events []event, i int, offers []string) string {
	var seen []string
	for k, e := range events[:min(i+1, len(events))] {
		if k >= i-6 {
			seen = append(seen, fmt.Sprintf("%d(%s)", s.lines[e.Probe], e.Status))
		}
	}
	if i >= len(events) {
		seen = append(seen, theEnd)
	}
	for k, o := range offers {
		var probe int
		var status string
		if n, _ := fmt.Sscanf(o, "%d=%s", &probe, &status); n == 2 {
			offers[k] = fmt.Sprintf("%d(%s)", s.lines[probe], status)
		}
	}
	return fmt.Sprintf("seen %s; the protocol has %s", strings.Join(seen, " "), strings.Join(offers, " or "))
}

func (v Verdict) String() string {
	return [...]string{"right", "unknown", "wrong", "unjudged"}[v]
}
