//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Bounds of one schedule. Reaching one gives no verdict.
const (
	mostTasks  = 100  // at once
	mostEver   = 4000 // in all
	mostSteps  = 20000
	mostMove   = 20 * time.Second // without a stop, of processor time where it has some
	mostStops  = 200_000          // in one move, which ends at the next visible call
	mostMemory = 1 << 30          // bytes, of all tasks together
	mostTimers = 64               // that one task makes: whoever rehearses has so many fewer
)

// watchEvery is after how many orders to the kernel the bounds are looked at; while a
// task runs on without a stop, they are looked at all the time.
const watchEvery = 64

var (
	errTooMany = errors.New("the script starts too many processes")
	errTooLong = errors.New("the script runs on and on without a step that others could see")
	errTooBig  = fmt.Errorf("its processes want more than %d MB of memory together", mostMemory>>20)
	errNoTime  = errors.New("the time of a rehearsal is over")
	errLost    = errors.New("the process that keeps the private world was ended from outside: somebody has killed it, or the kernel, for want of memory")
	errKilled  = errors.New("a process of the script was killed from outside: by somebody, or by the kernel, for want of memory or of processor time")
	errUnmet   = errors.New("the script waits in a call of which nobody can tell when it ends")
)

// cutOff tells whether a schedule has reached a bound of its own, or was disturbed: the next
// one may not.
func cutOff(err error) bool {
	return errors.Is(err, errUnmet) || errors.Is(err, errKilled) || errors.Is(err, errTooLong) || errors.Is(err, errTooMany) || errors.Is(err, errTooBig)
}

// timed gives a rehearsal its time, in all of its schedules together.
func timed(ctx context.Context, opt *Options) (context.Context, context.CancelFunc) {
	most := opt.Time
	if most == 0 {
		counted := min(time.Duration(opt.Schedules), (math.MaxInt64-DefaultTime)/eachTime) // more than that has no number
		most = DefaultTime + counted*eachTime
	}
	return context.WithTimeoutCause(ctx, most, fmt.Errorf("%w: %s", errNoTime, most))
}

// used is how much processor time the process of t has had.
func (t *task) used() time.Duration {
	var p unix.Timespec
	if unix.ClockGettime(int32(^t.pid)<<3|2, &p) != nil {
		return mostMove + 1
	}
	return time.Duration(p.Nano())
}

// watch looks at the bounds that no count of moves keeps: the memory of all tasks, and
// the time. One task moves at a time, so that whatever happens between two looks is
// within the limits of one process.
func (s *scene) watch() error {
	if s.memory > 0 && s.residentMore() && s.shareOfAll() > s.memory {
		return errTooBig
	}
	return context.Cause(s.ctx)
}

// residentMore tells whether the tasks might have more memory than they may: what they
// share is counted for each of them, which costs less than to look who shares what.
func (s *scene) residentMore() bool {
	all := s.inSockets()
	for _, pid := range s.standing() {
		all += sumOf(fmt.Sprintf("/proc/%d/status", pid), "RssAnon", "RssShmem", "VmSwap", "VmPTE")
	}
	return all > s.memory
}

// shareOfAll is how much memory the tasks have together, whoever shares it with whom.
// Threads of one process have theirs in common.
func (s *scene) shareOfAll() uint64 {
	all := s.inSockets()
	met := map[uint64]bool{}
	for _, pid := range s.standing() {
		status := fmt.Sprintf("/proc/%d/status", pid)
		if process := sumOf(status, "Tgid"); !met[process] {
			met[process] = true
			all += sumOf(status, "VmPTE") + sumOf(fmt.Sprintf("/proc/%d/smaps_rollup", pid), "Pss_Anon", "Pss_Shmem", "SwapPss")
		}
	}
	return all
}

// inSockets is how much memory there may be in the sockets of the world, of which nothing
// stands with a task: each keeps what was written and not read (socket(7), wmem_default,
// and half of it more for what was begun below that).
func (s *scene) inSockets() uint64 {
	table, _ := readTable("/proc/%d/net/sockstat", s.stage.keeper) // a kernel without it has no sockets to fill
	var n uint64
	if _, err := fmt.Sscanf(string(table), "sockets: used %d", &n); err != nil || n == 0 {
		return 0
	}
	room, _ := readTable("%s", "/proc/sys/net/core/wmem_default")
	each, err := strconv.ParseUint(strings.TrimSpace(string(room)), 10, 64)
	if err != nil {
		each = 212992 // where nobody has changed it
	}
	return n * (each + each/2)
}

// sumOf adds lines of a table of the kernel's, in bytes; of a task that is gone there is none.
func sumOf(table string, names ...string) uint64 {
	data, _ := readTable("%s", table)
	var sum uint64
	for line := range strings.Lines(string(data)) {
		name, rest, _ := strings.Cut(line, ":")
		for _, wanted := range names {
			if name != wanted {
				continue
			}
			number, isSize := strings.CutSuffix(strings.TrimSpace(rest), " kB")
			n, _ := strconv.ParseUint(number, 10, 64) // the kernel writes numbers
			if isSize {
				n <<= 10
			}
			sum += n
		}
	}
	return sum
}
