package flockcmd

import (
	"strconv"
	"time"
)

// defaultTTL is how long a holder that is not heard of keeps the lock of several machines.
const defaultTTL = 15 * time.Second

// longestTTL is a day: who needs longer has a lock that outlives a crash for as long.
const longestTTL = 24 * time.Hour

// leaseTime reads --ttl: etcd's leases have whole seconds.
func leaseTime(text string) (time.Duration, *failure) {
	n, err := strconv.ParseUint(text, 10, 32)
	ttl := time.Duration(n) * time.Second
	if err != nil || ttl < time.Second || ttl > longestTTL {
		return 0, usage("run", "--ttl takes whole seconds from 1 to ", strconv.Itoa(int(longestTTL.Seconds())), ", not '", text, "'")
	}
	return ttl, nil
}

// readOn reads where the lock of several machines is, if one is asked for.
func (r *run) readOn() (err *failure) {
	if r.on == "" {
		return nil
	}
	switch {
	case r.slots > 0:
		return usage("run", "--slots and --on exclude each other: etcd's lock has no slots")
	case r.request.Range != nil:
		return usage("run", "--fcntl and --on exclude each other: nobody else's file is a lock in etcd")
	}
	r.place, err = parsePlace(r.on)
	return err
}
