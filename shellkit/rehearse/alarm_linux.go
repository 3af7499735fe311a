//go:build linux && (amd64 || arm64)

package rehearse

import (
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// alarmEvery is after how long a wait for the kernel's next report is broken off, to look
// what it is that takes so long. It decides nothing: who is looked at too early is looked
// at again.
const alarmEvery = 10 * time.Millisecond

// An alarm breaks off waits that take long. A wait4 knows no end but a report about a
// child, so the alarm makes one: the keeper, which has nothing to do, is stopped for a
// moment. What comes quickly is met without looking anywhere, and without any sleep that
// would be too long.
type alarm struct {
	keeper int
	waits  atomic.Int64 // odd while the supervisor waits
	end    chan struct{}
	ended  chan struct{}
}

func newAlarm(keeper int) *alarm {
	a := &alarm{keeper: keeper, end: make(chan struct{}), ended: make(chan struct{})}
	go a.run()
	return a
}

func (a *alarm) run() {
	defer close(a.ended)
	tick := time.NewTicker(alarmEvery)
	defer tick.Stop()
	var before int64
	for {
		select {
		case <-a.end:
			return
		case <-tick.C:
		}
		now := a.waits.Load()
		if now%2 == 1 && now == before {
			_ = unix.Kill(a.keeper, unix.SIGSTOP) // it is not reaped before stop has returned
		}
		before = now
	}
}

// heard lets the keeper go on, whose stop has broken off a wait.
func (a *alarm) heard() { _ = unix.Kill(a.keeper, unix.SIGCONT) } // if it is gone, that is reported too

// stop ends the alarm; the keeper is not touched any more.
func (a *alarm) stop() {
	close(a.end)
	<-a.ended
}
