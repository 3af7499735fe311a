package oracle

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Score counts what scripts have said.
type Score struct {
	Scripts      int      // that were run, each held against every walk
	Unknown      int      // walks that say of themselves that they have not understood the script
	Given, Asked int      // values that the protocols give, of all that were noted
	Slow         int      // scripts that took longer than [Patience]
	Wrong        []string // one line a script: shell, seed, where
	Missing      []source.Dialect
}

// Measure asks every shell that is here for the scripts of n seeds.
func Measure(from uint64, n int) (*Score, error) {
	here, missing := Shells()
	all := &Score{Missing: missing}
	var (
		wg   sync.WaitGroup
		lock sync.Mutex
		bad  error
	)
	for _, d := range here {
		wg.Go(func() {
			score, err := measure(d, from, n)
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				bad = err
				return
			}
			all.add(score)
		})
	}
	wg.Wait()
	return all, bad
}

func measure(d source.Dialect, from uint64, n int) (*Score, error) {
	folder, err := os.MkdirTemp("", "oracle")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return nil, err
	}
	folder = filepath.Join(folder, "run", "lock") // where a name that is made is likely to be a lock
	if err := Lay(folder); err != nil {
		return nil, err
	}
	score := &Score{}
	for seed := from; seed < from+uint64(n); seed++ {
		if err := score.ask(Draw(seed, d, folder)); err != nil {
			return nil, err
		}
	}
	return score, nil
}

// ask runs a script and holds every walk against it.
func (sc *Score) ask(s *Script) error {
	seen, slow, err := s.Run()
	if err != nil {
		return err
	}
	if slow {
		sc.Slow++
		return nil
	}
	sc.Scripts++
	for _, walk := range Walks {
		a := s.Hold(seen, walk)
		sc.Given, sc.Asked = sc.Given+a.Given, sc.Asked+a.Asked
		if a.Unknown != "" {
			sc.Unknown++
		}
		if a.Wrong != "" {
			sc.Wrong = append(sc.Wrong, fmt.Sprintf("%s, seed %d, %s walk: %s", s.Shell, s.Seed, walk.Name, a.Wrong))
			break
		}
	}
	return nil
}

func (sc *Score) add(o *Score) {
	sc.Scripts, sc.Unknown, sc.Slow = sc.Scripts+o.Scripts, sc.Unknown+o.Unknown, sc.Slow+o.Slow
	sc.Given, sc.Asked = sc.Given+o.Given, sc.Asked+o.Asked
	sc.Wrong = append(sc.Wrong, o.Wrong...)
}
