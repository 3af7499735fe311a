package truth

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/lockkit/lockkit/shellkit/rehearse/reworded"
)

// Options say what is measured.
type Options struct {
	Scripts  int
	From     uint64    // the first seed
	Also     uint64    // every other script is taken from there on; 0: none is
	Retold   int       // scripts more, whose verdict is known, in other words
	Folder   string    // in which scripts are written, and what rehearsals have shown is kept
	Edition  string    // of the supervisor: what another one has shown is not used
	Unseen   bool      // nothing is rehearsed
	Progress io.Writer // is told now and then how far it is; may be nil
}

// Run asks lint and prove about generated scripts, rehearses them, and returns what
// differs. It ends early when ctx does; what was rehearsed by then is kept.
func Run(ctx context.Context, opt Options) (*Table, error) {
	known, err := deck()
	if err != nil {
		return nil, err
	}
	seeds := make(chan uint64)
	go func() {
		defer close(seeds)
		for i := range opt.Scripts + opt.Retold {
			select {
			case seeds <- opt.seed(i, known):
			case <-ctx.Done():
				return
			}
		}
	}()
	table := newTable()
	var mu sync.Mutex
	var failed error
	var wait sync.WaitGroup
	for range runtime.NumCPU() {
		wait.Go(func() {
			for seed := range seeds {
				said, seen, err := one(ctx, opt, seed)
				mu.Lock()
				switch {
				case err != nil && ctx.Err() == nil:
					failed = fmt.Errorf("seed %d: %w", seed, err)
				case err == nil:
					table.add(said, seen)
					if opt.Progress != nil && (table.Scripts+table.Retold)%25 == 0 {
						fmt.Fprintf(opt.Progress, "%d of %d scripts\n", table.Scripts+table.Retold, opt.Scripts+opt.Retold)
					}
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return table, failed
}

// seed is that of the script at a place.
func (o *Options) seed(i int, known *reworded.Deck) uint64 {
	switch {
	case i >= o.Scripts:
		return known.Seed(i - o.Scripts)
	case o.Also == 0:
		return o.From + uint64(i)
	case i%2 == 1:
		return o.Also + uint64(i/2)
	}
	return o.From + uint64(i/2)
}

// one looks at one script.
func one(ctx context.Context, opt Options, seed uint64) (*Said, *Seen, error) {
	folder := filepath.Join(opt.Folder, fmt.Sprint(seed))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, nil, err
	}
	s, err := script(seed)
	if err != nil {
		return nil, nil, err
	}
	said, err := Ask(s, folder)
	if err != nil || opt.Unseen || s.Retold != "" {
		return said, nil, err
	}
	memory := filepath.Join(folder, "seen.json")
	if seen := recall(memory, said, opt.Edition); seen != nil {
		return said, seen, nil
	}
	seen, err := rehearsed(ctx, said, filepath.Join(folder, s.Name))
	if err == nil && seen.Cannot == "" {
		err = keep(memory, said, opt.Edition, seen)
	}
	return said, seen, err
}
