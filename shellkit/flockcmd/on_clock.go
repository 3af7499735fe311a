package flockcmd

import "time"

// Clock is one that nobody sets and that goes on while the machine sleeps: etcd's lease does
// not sleep. Its readings mean the same in every process of the machine.
type Clock interface {
	Now() time.Duration
	Alarm() (Alarm, error)
}

// Alarm rings when its clock has come to what it was set to last, at once where that has
// passed.
type Alarm interface {
	Set(at time.Duration)
	C() <-chan struct{}
}
