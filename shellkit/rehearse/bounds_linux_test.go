//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Each of them keeps a little memory, and all of them live until the world ends.
const manyKeepMemory = `mkfifo /p; exec 8<>/p
for n in 1 2 3 4 5 6 7 8 9 10; do ( printf -v x %020000000d 0; read -r -u 8 y ) & done; wait`

// Those that are bounded by no limit of the kernel's, with each bound and without it: a
// bound that is left out has to be missed.
func TestTableOfBounds(t *testing.T) {
	needsWorld(t)
	const memory = 120 << 20 // of ten that have 20 MB each, or more
	var held uint64
	var ctx context.Context
	tests := []struct {
		name, text string
		on, off    func(*scene)
		err, other error
		missed     func() bool // without the bound
	}{
		{"memory of all", manyKeepMemory, func(s *scene) { s.memory = memory }, func(s *scene) { s.memory = 0 }, errTooBig, nil,
			func() bool { return held > memory }},
		{"time of steps that others see", "while :; do : >/f; done", func(s *scene) { s.ctx = ctx }, func(s *scene) { s.moves = mostSteps - 500 }, errNoTime, errTooLong, nil},
		{"time of calls that nobody sees", "while :; do printf -v x '%(%s)T'; done", func(s *scene) { s.ctx = ctx }, func(s *scene) { s.stops = 2000 }, errNoTime, errTooLong, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			over, cancel := context.WithCancelCause(context.Background())
			cancel(errNoTime)
			ctx = over
			play := func(change func(*scene)) error {
				var on *scene
				a := assault{begin: start{Path: "/bin/bash", Argv: []string{"bash", "/hostile"}, Dir: "/", Env: []string{"PATH=/usr/bin:/bin"}},
					file:   worldFile{"/hostile", 0o755, []byte(tt.text)},
					change: func(s *scene) { on = s; change(s) }, during: func() { held = on.shareOfAll() }}
				_, err := a.try()
				return err
			}
			if err := play(tt.on); !errors.Is(err, tt.err) {
				t.Errorf("with its bound: %v", err)
			}
			if held > 2*memory {
				t.Errorf("with its bound it had %d MB", held>>20)
			}
			if err := play(tt.off); !errors.Is(err, tt.other) {
				t.Errorf("without its bound: %v", err)
			}
			if tt.missed != nil && !tt.missed() {
				t.Errorf("without its bound it had %d MB, which shows nothing", held>>20)
			}
		})
	}
}

// A task that runs on without any call is looked at as well.
func TestTimeWithoutCalls(t *testing.T) {
	needsWorld(t)
	over, cancel := context.WithCancelCause(context.Background())
	a := assault{begin: start{Path: "/bin/bash", Argv: []string{"bash", "-c", "while :; do :; done"}, Dir: "/"}, file: worldFile{"/none", 0o600, nil},
		change: func(s *scene) { s.ctx = over; cancel(errNoTime) }}
	if _, err := a.try(); !errors.Is(err, errNoTime) {
		t.Error(err)
	}
}

// What many share counts once.
func TestSharedMemoryCountsOnce(t *testing.T) {
	needsWorld(t)
	var on *scene
	var more bool
	var seen error
	text := "printf -v x %050000000d 0\nmkfifo /p; exec 8<>/p\nfor n in 1 2 3 4 5 6 7 8 9 10; do ( read -r -u 8 y ) & done; wait"
	a := assault{begin: start{Path: "/bin/bash", Argv: []string{"bash", "/hostile"}, Dir: "/", Env: []string{"PATH=/usr/bin:/bin"}},
		file: worldFile{"/hostile", 0o755, []byte(text)}, change: func(s *scene) { on, s.memory = s, 300<<20 },
		during: func() { more, seen = on.residentMore(), on.watch() }}
	if _, err := a.try(); err != nil || seen != nil {
		t.Error(err, seen)
	}
	if !more {
		t.Error("it is not more than it may be even where each has all of it, which shows nothing")
	}
}

// Where the machine has no memory left, a run is what the kernel ends first.
func TestRunsEndFirst(t *testing.T) {
	needsWorld(t)
	var first string
	var on *scene
	a := assault{begin: start{Path: "/bin/bash", Argv: []string{"bash", "-c", "mkfifo /p; exec 8<>/p; read -r -u 8 x"}, Dir: "/", Env: []string{"PATH=/usr/bin:/bin"}},
		file: worldFile{"/none", 0o600, nil}, change: func(s *scene) { on = s }, during: func() {
			data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/oom_score_adj", on.mains[0].pid)) // one that cannot be read is empty
			first = strings.TrimSpace(string(data))
		}}
	if _, err := a.try(); err != nil || first != "1000" {
		t.Errorf("%q, %v", first, err)
	}
}

// Whoever asks is told, whichever of its schedules reaches a bound.
func TestBoundsAreTold(t *testing.T) {
	needsWorld(t)
	file := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(file, []byte("exec 9>/srv/app/lock\nflock 9\n./work\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	script := Script{Path: file, Shell: "bash"}
	if _, err := Run(context.Background(), script, Options{Time: 1}); !errors.Is(err, ErrCannot) || !strings.Contains(err.Error(), errNoTime.Error()) {
		t.Errorf("before anything was seen: %v", err)
	}
	ctx, over := context.WithCancelCause(context.Background())
	var names []string
	r, err := Run(ctx, script, Options{watch: func(p *played) {
		if names = append(names, p.name); p.name != "alone" {
			over(errNoTime)
		}
	}})
	if err != nil || r.Cut == "" || names[len(names)-1] != "just-inside" || !strings.Contains(strings.Join(r.Unjudged, "\n"), r.Cut) {
		t.Errorf("in the middle: %v, %+v, played %q", err, r, names)
	}
	ctx, over = context.WithCancelCause(context.Background())
	gone := errors.New("the caller is gone")
	if _, err := Run(ctx, script, Options{watch: func(*played) { over(gone) }}); !errors.Is(err, gone) {
		t.Errorf("whose caller is gone: %v", err)
	}
}

// However many schedules are asked for, there is time.
func TestTimeForMany(t *testing.T) {
	for _, n := range []int{0, 20, 1 << 33, math.MaxInt} {
		ctx, stop := timed(context.Background(), &Options{Schedules: n})
		if end, ok := ctx.Deadline(); !ok || ctx.Err() != nil || time.Until(end) < DefaultTime-time.Minute {
			t.Errorf("%d schedules end at %v: %v", n, end, ctx.Err())
		}
		stop()
	}
}
