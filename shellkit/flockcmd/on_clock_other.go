//go:build unix && !linux

package flockcmd

import (
	"errors"
	"time"
)

// machineClock is none: locks of several machines are for Linux (see seesTree).
type machineClock struct{}

func (machineClock) Now() time.Duration { return 0 }

func (machineClock) Alarm() (Alarm, error) {
	return nil, errors.New("this system has no clock that goes on while the machine sleeps")
}
