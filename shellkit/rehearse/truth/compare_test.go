package truth

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
)

var (
	rightScript   = scripts.Script{Answer: scripts.Answer{Lock: true, Known: true}}
	brokenScript  = scripts.Script{Answer: scripts.Answer{Lock: true, Known: true, Broken: []scripts.Fault{{Promise: prove.Exclusion}}}}
	unknownScript = scripts.Script{Answer: scripts.Answer{Lock: true}}
	retoldScript  = scripts.Script{Retold: "x", Expect: prove.Holds, Answer: scripts.Answer{Known: true}}
	retoldBroken  = scripts.Script{Retold: "x", Expect: prove.Violated, Answer: scripts.Answer{Known: true, Broken: []scripts.Fault{{Promise: prove.Leak}}}}
	noLockScript  = scripts.Script{Answer: scripts.Answer{Known: true, None: true}}

	exclusionBroken = []diag.Promise{{Property: "exclusion", Lock: "x"}}
	seenExclusion   = &Seen{Breaches: []Breach{{Promise: prove.Exclusion}}}
)

// comparisons has a case for each row.
var comparisons = []struct {
	row  Row
	said Said
	seen *Seen
}{
	{FalseHolds, Said{Script: brokenScript, Verdict: prove.Holds}, nil},
	{FalseNothing, Said{Script: rightScript, Verdict: prove.Nothing}, nil},
	{FalseLock, Said{Script: noLockScript, Verdict: prove.Holds}, nil},
	{FalseViolated, Said{Script: rightScript, Verdict: prove.Violated, Proved: exclusionBroken, Linted: exclusionBroken}, nil},
	{Missed, Said{Script: brokenScript, Verdict: prove.Violated, Proved: []diag.Promise{{Property: "leak"}}}, nil},
	{Disagree, Said{Script: brokenScript, Verdict: prove.Violated, Proved: exclusionBroken}, nil},
	{Disagree, Said{Script: rightScript, Verdict: prove.Holds, Linted: exclusionBroken}, nil},
	{Unbacked, Said{Script: rightScript, Verdict: prove.Holds, Unbacked: []string{"LK303"}}, nil},
	{Unsteady, Said{Script: rightScript, Verdict: prove.Holds, Unsteady: "one, then another"}, nil},
	{Unknown, Said{Script: rightScript, Verdict: prove.Unknown}, nil},
	{SeenBroken, Said{Script: unknownScript, Verdict: prove.Holds}, seenExclusion},
	{SeenBroken, Said{Script: unknownScript, Verdict: prove.Violated, Proved: []diag.Promise{{Property: "leak"}}}, seenExclusion},
	{SeenMoved, Said{Script: noLockScript, Verdict: prove.Nothing}, &Seen{Locks: []string{"x"}}},
	{Strayed, Said{Script: rightScript, Verdict: prove.Holds}, &Seen{Followed: 1, Outside: []Stray{{Kind: "lock"}}}},
	{GotOut, Said{Script: rightScript, Verdict: prove.Holds}, &Seen{GotOut: []string{"x"}}},
	{NotForced, Said{Script: brokenScript, Verdict: prove.Violated, Needs: []Need{{Promise: prove.Exclusion}}}, &Seen{}},
	{Forced, Said{Script: brokenScript, Verdict: prove.Violated, Needs: []Need{{Promise: prove.Exclusion}}}, seenExclusion},
	{ByAnother, Said{Script: brokenScript, Verdict: prove.Violated, Needs: []Need{{Promise: prove.Exclusion}}}, &Seen{Breaches: seenExclusion.Breaches, Left: []string{"at step 1"}}},
	{SeenWrongly, Said{Script: rightScript, Verdict: prove.Holds}, seenExclusion},
	{NotSeen, Said{Script: brokenScript, Verdict: prove.Violated, Proved: exclusionBroken}, &Seen{}},
	{Flipped, Said{Script: retoldScript, Verdict: prove.Violated, Proved: exclusionBroken, Linted: exclusionBroken}, nil},
	{Flipped, Said{Script: retoldBroken, Verdict: prove.Violated, Proved: exclusionBroken, Linted: exclusionBroken}, nil},
	{Lost, Said{Script: retoldScript, Verdict: prove.Unknown}, nil},
	{NotRun, Said{Script: brokenScript, Verdict: prove.Violated}, &Seen{Cannot: "no"}},
}

// TestOtherwise holds that the first line is told in which two answers differ.
func TestOtherwise(t *testing.T) {
	for _, c := range []struct{ one, two, want string }{
		{"a\nb", "a\nb", ""},
		{"a\nb\nc", "a\nB\nC", `"b", then "B"`},
		{"a", "a\nb", `nothing, then "b"`},
		{"a\nb", "a", `"b", then nothing`},
	} {
		if got := otherwise(c.one, c.two); got != c.want {
			t.Errorf("%q and %q: %s, want %s", c.one, c.two, got, c.want)
		}
	}
}
