package main

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/flockcmd"
)

// fileClock is the machine's clock, set forward or back by the duration that a file says; with
// "frozen" in it it stands still. The machine's own clock is never set.
type fileClock string

func (f fileClock) Now() time.Duration {
	text, _ := os.ReadFile(string(f))
	word := strings.TrimSpace(string(text))
	if word == "frozen" {
		return time.Hour
	}
	offset, _ := time.ParseDuration(word)
	return bootTime() + offset
}

func bootTime() time.Duration {
	var now unix.Timespec
	unix.ClockGettime(unix.CLOCK_BOOTTIME, &now)
	return time.Duration(now.Nano())
}

func (f fileClock) Alarm() (flockcmd.Alarm, error) {
	a := &fileAlarm{clock: f, set: make(chan time.Duration), rings: make(chan struct{}, 1)}
	go a.look()
	return a, nil
}

// fileAlarm looks at its clock now and then.
type fileAlarm struct {
	clock fileClock
	set   chan time.Duration
	rings chan struct{}
}

func (a *fileAlarm) Set(at time.Duration) { a.set <- at }
func (a *fileAlarm) C() <-chan struct{}   { return a.rings }

func (a *fileAlarm) look() {
	at, last := time.Duration(1<<62), time.Duration(0)
	for {
		select {
		case at = <-a.set:
		case <-time.After(10 * time.Millisecond):
		}
		now := a.clock.Now()
		if now >= at || now < last {
			at = 1 << 62
			select {
			case a.rings <- struct{}{}:
			default:
			}
		}
		last = now
	}
}
