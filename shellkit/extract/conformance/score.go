package conformance

import (
	"errors"
	"fmt"
	"os/exec"
	"reflect"
	"slices"
	"sync"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Score counts the verdicts on the cases of a suite in one shell.
type Score struct {
	Suite  string
	Shell  source.Dialect
	Counts [Unjudged + 1]int
	Only   int // of the right ones: there is no other path
	// Details are the cases that are not right.
	Details []Detail
}

// A Detail is what there is to say of one case: "FILE:LINE: …".
type Detail struct {
	Verdict Verdict
	Text    string
}

// Measure judges a suite's cases in one of its shells. What was seen of them is kept in a
// folder. The error wraps [ErrCannot] when cases cannot be run here.
func Measure(s *Suite, cases []Case, d source.Dialect, folder string, workers int, walk Walk) (*Score, error) {
	answers := make([]answer, len(cases))
	work := make(chan int)
	var all sync.WaitGroup
	errs := make([]error, workers)
	for k := range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			m := &memory{folder: folder}
			for i := range work {
				if errs[k] == nil {
					answers[i], errs[k] = ask(m, &cases[i], d, walk)
				}
			}
			errs[k] = errors.Join(errs[k], m.close())
		}()
	}
	for i := range cases {
		if cases[i].in(d) {
			work <- i
		}
	}
	close(work)
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	score := &Score{Suite: s.Name, Shell: d}
	for i, a := range answers {
		c := &cases[i]
		if !c.in(d) {
			continue
		}
		score.Counts[a.verdict]++
		if a.only {
			score.Only++
		}
		if a.verdict != Right {
			text := fmt.Sprintf("%s:%d: %s [%s]: %s: %s", c.File, c.Line, c.Name, d, a.verdict, a.why)
			score.Details = append(score.Details, Detail{a.verdict, text})
		}
	}
	return score, nil
}

// ask judges one case, as it is and as a subshell: the worse answer counts.
func ask(m *memory, c *Case, d source.Dialect, walk Walk) (answer, error) {
	if c.Skip != "" {
		return answer{verdict: Unjudged, why: c.Skip}, nil
	}
	all := answer{only: true}
	for _, subshell := range []bool{false, true} {
		s, err := prepare(c, d, subshell)
		if err != nil {
			return answer{verdict: Unknown, why: "it does not parse"}, nil
		}
		if len(s.lines) == 0 {
			continue // there is nothing to see
		}
		what, err := m.see(d, s, c.Files)
		if err != nil {
			return answer{}, err
		}
		a := answer{verdict: Unjudged, why: what.Why}
		if what.Why == "" {
			a = judge(s, what.Events, d, walk)
		}
		if subshell && a.why != "" {
			a.why = "as a subshell: " + a.why
		}
		if a.verdict > all.verdict {
			all.verdict, all.why = a.verdict, a.why
		}
		all.only = all.only && a.only
	}
	return all, nil
}

// alike tells whether the processes of two runs have noted the same, whoever came first.
func alike(a, b []event) bool {
	sorted := func(events []event) [][]string {
		var out [][]string
		for _, strand := range strandsOf(events) {
			var one []string
			for _, e := range strand {
				one = append(one, fmt.Sprint(e.Probe, " ", e.Status))
			}
			out = append(out, one)
		}
		slices.SortFunc(out, slices.Compare)
		return out
	}
	return reflect.DeepEqual(sorted(a), sorted(b))
}

// Installed tells whether the shell of a dialect is here.
func Installed(d source.Dialect) bool {
	_, err := exec.LookPath(shellOf(d)[0])
	return err == nil
}

// Shells are those that the cases of the suite are judged in.
func (s *Suite) Shells() []source.Dialect { return s.shells }

// Heading is what stands above lines of scores.
func Heading() string {
	return fmt.Sprintf("%-10s %-5s %6s %6s %6s %8s %6s %8s", "suite", "shell", "cases", "right", "(only)", "unknown", "wrong", "unjudged")
}

func (s *Score) String() string {
	all := 0
	for _, n := range s.Counts {
		all += n
	}
	return fmt.Sprintf("%-10s %-5s %6d %6d %6d %8d %6d %8d", s.Suite, s.Shell, all, s.Counts[Right], s.Only, s.Counts[Unknown], s.Counts[Wrong], s.Counts[Unjudged])
}

// Add counts another score in.
func (s *Score) Add(o *Score) {
	for v := range s.Counts {
		s.Counts[v] += o.Counts[v]
	}
	s.Only += o.Only
	s.Details = append(s.Details, o.Details...)
}
