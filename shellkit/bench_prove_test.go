package shellkit_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

// BenchmarkProve explores every script with locks among the examples on the rules'
// pages and those that $LOCKKIT_SCRIPTS names, from its text to the answer.
func BenchmarkProve(b *testing.B) {
	files := map[*source.File]source.Dialect{}
	for _, r := range rules.All() {
		for _, e := range r.Examples() {
			f, err := source.New(fmt.Sprintf("%s:%d", r.Code, e.Line), []byte(e.Text))
			if err != nil {
				b.Fatal(err)
			}
			files[f] = e.Dialect
		}
	}
	if os.Getenv("LOCKKIT_SCRIPTS") != "" {
		names, _ := scripts(b)
		for _, name := range names {
			if f, err := source.Read(name); err == nil {
				files[f] = source.Other
			}
		}
	}
	for b.Loop() {
		var all []time.Duration
		var total, slowest time.Duration
		var who string
		states, verdicts := 0, map[prove.Verdict]int{}
		for f, dialect := range files {
			begin := time.Now()
			s, err := shellkit.Load(f, dialect, source.Read)
			if err != nil || !s.Protocol.HasLocks() {
				continue
			}
			r := prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{})
			took := time.Since(begin)
			all, total, states = append(all, took), total+took, states+r.States
			verdicts[r.Verdict]++
			if took > slowest {
				slowest, who = took, f.Name
			}
		}
		slices.Sort(all)
		b.Logf("slowest: %s", who)
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(len(all)), "scripts")
		b.ReportMetric(float64(states)/total.Seconds(), "states/s")
		b.ReportMetric(milliseconds(all[len(all)/2]), "median-ms")
		b.ReportMetric(milliseconds(slowest), "slowest-ms")
		for _, v := range []prove.Verdict{prove.Holds, prove.Violated, prove.Unknown} {
			b.ReportMetric(float64(verdicts[v]), string(v))
		}
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// grown is a script that holds, so that every state of it is seen: it removes its
// lock file, and looks behind the lock whether the file is still there.
const grown = `#!/bin/bash
trap 'exit 1' TERM
while :; do
  exec 9<>/run/job.lock
  flock 9 || exit 1
  [ /run/job.lock -ef /dev/fd/9 ] && break
done
work
rm /run/job.lock
`

// BenchmarkProveGrowth shows what one more run costs, and what the reductions save.
func BenchmarkProveGrowth(b *testing.B) {
	f, err := source.New("grown", []byte(grown))
	if err != nil {
		b.Fatal(err)
	}
	s, err := shellkit.Load(f, source.Other, source.Read)
	if err != nil {
		b.Fatal(err)
	}
	for n := 2; n <= 5; n++ {
		for name, unreduced := range map[string]bool{"reduced": false, "every": true} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				opt := prove.Options{Processes: n, Unreduced: unreduced, MaxStates: 1_000_000}
				for b.Loop() {
					begin := time.Now()
					r := prove.Explore([]*protocol.Protocol{s.Protocol}, opt)
					b.ReportMetric(0, "ns/op")
					b.ReportMetric(float64(r.States), "states")
					b.ReportMetric(milliseconds(time.Since(begin)), "ms")
					if r.Verdict == prove.Violated {
						b.Fatal("violated")
					}
				}
			})
		}
	}
}
