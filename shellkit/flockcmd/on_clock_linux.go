package flockcmd

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// machineClock is CLOCK_BOOTTIME.
type machineClock struct{}

func (machineClock) Now() time.Duration {
	var now unix.Timespec
	unix.ClockGettime(unix.CLOCK_BOOTTIME, &now) // cannot fail on a Linux that has pidfds
	return time.Duration(now.Nano())
}

func (machineClock) Alarm() (Alarm, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_BOOTTIME, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("timerfd_create", err)
	}
	a := &timerAlarm{fd: fd, file: os.NewFile(uintptr(fd), "timerfd"), rings: make(chan struct{}, 1)}
	go a.listen()
	return a, nil
}

// timerAlarm is a timer of the kernel's that is read like a file.
type timerAlarm struct {
	fd    int
	file  *os.File
	rings chan struct{}
}

func (a *timerAlarm) Set(at time.Duration) {
	// A time of zero would disarm it; whoever sets it to the past wants it to ring.
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(max(int64(at), 1))}
	unix.TimerfdSettime(a.fd, unix.TFD_TIMER_ABSTIME, &spec, nil)
}

func (a *timerAlarm) C() <-chan struct{} { return a.rings }

func (a *timerAlarm) listen() {
	var times [8]byte
	for {
		if _, err := a.file.Read(times[:]); err != nil {
			return
		}
		select {
		case a.rings <- struct{}{}:
		default: // one that was not heard yet is enough
		}
	}
}
