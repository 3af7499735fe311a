//go:build linux && (amd64 || arm64)

package rehearse

import (
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// crowds counts the worlds of this program on each processor.
var crowds struct {
	sync.Mutex
	on map[int]int
}

// onOneProcessor keeps the calling thread, and all that it starts from now on, on one
// processor, until leave is called. The supervisor and its tasks move in turns: on one
// processor the next one begins where the last one stops, and nobody has to be woken
// on another. Worlds of one program are spread, each to where there are fewest.
func onOneProcessor() (leave func()) {
	var all, one unix.CPUSet
	if unix.SchedGetaffinity(0, &all) != nil {
		return func() {}
	}
	crowds.Lock()
	defer crowds.Unlock()
	best := here()
	if !all.IsSet(best) {
		best = -1
	}
	for cpu := range 8 * int(unsafe.Sizeof(all)) {
		if all.IsSet(cpu) && (best < 0 || crowds.on[cpu] < crowds.on[best]) {
			best = cpu
		}
	}
	if best < 0 {
		return func() {}
	}
	one.Set(best)
	if unix.SchedSetaffinity(0, &one) != nil {
		return func() {} // it may not: then it goes where it goes
	}
	if crowds.on == nil {
		crowds.on = map[int]int{}
	}
	crowds.on[best]++
	return func() {
		_ = unix.SchedSetaffinity(0, &all)
		crowds.Lock()
		defer crowds.Unlock()
		crowds.on[best]--
	}
}

// here is the processor on which the caller runs.
func here() int {
	var cpu uint32
	if _, _, e := unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0); e != 0 {
		return -1
	}
	return int(cpu)
}
