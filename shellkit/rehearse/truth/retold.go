package truth

import (
	"slices"
	"sync"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse/reworded"
	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
)

// The rows about scripts whose verdict is known, written otherwise.
const (
	Flipped Row = "another verdict by rewriting"
	Lost    Row = "lost by rewriting" // nothing is said for sure any more
)

// deck holds the scripts whose verdict is known.
var deck = sync.OnceValues(reworded.NewDeck)

// script makes the script of a seed: from parts, as a tale, or a known one in other words.
func script(seed uint64) (scripts.Script, error) {
	if seed < reworded.First {
		return scripts.Make(seed), nil
	}
	k, err := deck()
	if err != nil {
		return scripts.Script{}, err
	}
	r, err := k.Make(seed)
	return retold(&r), err
}

// retold is such a script as the others are. What is known of it is its verdict, and the
// promises that it breaks where the row names them.
func retold(r *reworded.Script) scripts.Script {
	s := scripts.Script{
		Seed: r.Seed, Shell: r.Shell, Name: "job.sh", Text: r.Text, Files: r.Files, Kind: "known " + r.Row.Kind, Parts: r.By,
		Runs: [][]string{nil}, Retold: r.String(), Expect: r.Row.Verdict,
	}
	s.Known = r.Row.Verdict == prove.Holds || len(r.Row.Broken) > 0
	for _, p := range r.Row.Broken {
		s.Broken = append(s.Broken, scripts.Fault{Promise: p, Why: r.String()})
	}
	return s
}

// compareRetold holds what is said of such a script against its verdict.
func compareRetold(o *Said, differ func(Row, string, ...any)) {
	s := &o.Script
	switch {
	case o.Verdict == s.Expect:
	case o.Verdict == prove.Unknown:
		differ(Lost, "%s: %s", s.Retold, firstOf(o.Doubts))
		return
	default:
		differ(Flipped, "%s: %s, is %s", s.Retold, o.Verdict, s.Expect)
		return
	}
	if o.Verdict != prove.Violated || !s.Known {
		return
	}
	for _, p := range prove.Properties {
		if o.Sees(p) != s.Breaks(p) {
			differ(Flipped, "%s: %s is broken: %v", s.Retold, p, o.Sees(p))
		}
	}
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return "no doubt is named"
	}
	return slices.Min(list)
}
