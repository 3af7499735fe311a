package lockfile

import (
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// How N are let in. Each part is a lock that ends with its holder, so a kill at any point
// loses nothing, and nothing has to be cleaned up.
//
//   - A slot is an exclusive lock on one of N files. Who has one is inside.
//   - Who waits queues at the gate, in the kernel's order. The first in the queue keeps the
//     gate while it waits for all slots at once, so nobody polls and nobody comes between.
//   - The door is held for moments only: by who looks for a free slot without waiting
//     for one. So two who come at once do not take each other for a full house, and who
//     does not wait can ask without queueing.
//   - The door's file says N. It is written only by who holds gate and door and has found
//     all slots free; so it is true of all who are inside, whatever crashed before.
//
// The order is gate, door, slots; who does not wait has the door first and tries the rest.
// Users without slots hold the gate, and are kept apart from those inside by the door (Apart).

// SlotsError says that somebody uses the lock with another number of slots.
type SlotsError struct{ Have, Want int }

func (e *SlotsError) Error() string {
	if e.Have == 0 {
		return "is used with another number of slots than " + strconv.Itoa(e.Want)
	}
	return "is used with " + strconv.Itoa(e.Have) + " slots, not " + strconv.Itoa(e.Want)
}

const (
	// brief is how long who does not wait bears with somebody who was stopped at the door.
	brief = 5 * time.Second
	// passing is how long it bears with somebody at the gate while nobody has said how many
	// slots there are. It is either one who is about to come in, or one without slots, who
	// may stay.
	passing = time.Second
)

// errNotSaid says that N has to be written, and that somebody else is at the gate.
var errNotSaid = errors.New("nobody has said how many slots there are")

// Acquire takes a slot as Acquire takes a lock, in order of arrival. Errors are those of
// Acquire, and a *SlotsError.
func (s Slots) Acquire(r Request) (*Held, error) {
	if r.Wait == 0 {
		return s.now()
	}
	deadline := r.deadline()
	gate, err := s.gate(until(deadline))
	if err != nil {
		return nil, err
	}
	held, err := s.look(until(deadline), true)
	if err == ErrBusy {
		held, err = s.first(deadline)
	}
	s.leave(gate, held)
	if err == ErrBusy { // the time was over before anybody waited
		err = ErrTimeout
	}
	return held, err
}

// Try takes a slot if there is one and nobody waits. Unlike Acquire without waiting it
// gives way to those who are just about to come in.
func (s Slots) Try() (*Held, error) {
	gate, err := s.gate(Request{})
	if err != nil {
		return nil, err
	}
	held, err := s.look(Request{}, true)
	s.leave(gate, held)
	return held, err
}

// now takes a slot without queueing. It leaves the last one to somebody at the gate.
func (s Slots) now() (*Held, error) {
	held, err := s.look(Request{}, false)
	if err != errNotSaid {
		return held, err
	}
	gate, err := s.gate(Request{Wait: passing})
	if err == ErrTimeout {
		return nil, ErrBusy
	}
	if err != nil {
		return nil, err
	}
	defer gate.free()
	return s.look(Request{}, true)
}

// look passes the door, sees to it that all agree on N, and takes a free slot. Who does
// not wait waits at the door all the same, but not for one who was stopped there.
func (s Slots) look(r Request, atGate bool) (*Held, error) {
	soon := r.Wait == 0
	if soon {
		r.Wait = brief
	}
	door, err := Acquire(s.Path(0), r)
	if soon && err == ErrTimeout {
		err = ErrBusy
	}
	if err != nil {
		return nil, err
	}
	defer door.free()
	if err = s.agree(door, atGate); err != nil {
		return nil, err
	}
	var held *Held
	for number := 1; number <= s.N; number++ {
		slot, err := s.slot(number, Request{})
		switch {
		case err == ErrBusy:
			continue
		case err != nil:
			held.free()
			return nil, err
		case atGate || held == nil && s.gateIsFree():
			return slot, nil
		case held != nil: // there is one for us and one for who is at the gate
			slot.free()
			return held, nil
		}
		held = slot
	}
	held.free()
	return nil, ErrBusy
}

func (s Slots) gateIsFree() bool {
	gate, err := s.gate(Request{})
	gate.free()
	return err == nil
}

// agree makes N the number of slots, unless it is that already or somebody is inside
// with another one.
func (s Slots) agree(door *Held, atGate bool) error {
	n, err := readSlots(door)
	if err != nil || n == s.N {
		return err
	}
	if err = s.nobodyInside(n); err != nil {
		return err
	}
	if !atGate {
		gate, err := s.gate(Request{})
		if err == ErrBusy {
			return errNotSaid
		}
		if err != nil {
			return err
		}
		defer gate.free()
		if err = s.nobodyInside(n); err != nil { // the first at the gate needs no door
			return err
		}
	}
	return door.rewrite(strconv.Itoa(s.N) + " slots\n")
}

// nobodyInside tries the slots that there are, up to n and what stands behind. The error is
// a *SlotsError where somebody has one of them.
func (s Slots) nobodyInside(n int) error {
	for number := 1; number <= MostSlots; number++ {
		if _, err := os.Lstat(s.Path(number)); err != nil {
			if number > max(n, s.N) {
				break
			}
			continue
		}
		slot, err := Acquire(s.Path(number), Request{})
		if err == ErrBusy {
			return &SlotsError{n, s.N}
		}
		if err != nil {
			return err
		}
		slot.free()
	}
	return nil
}

// Apart keeps one who has the lock without slots apart from those who have a slot: the
// error is a *SlotsError where somebody is inside. Where nobody is, nobody comes in with a
// slot as long as the lock is held, whose gate it is.
func (s Slots) Apart() error {
	if _, err := os.Lstat(s.Path(0)); err != nil {
		return nil
	}
	door, err := Acquire(s.Path(0), Request{Wait: Forever})
	if err != nil {
		return err
	}
	defer door.free()
	if n, err := readSlots(door); err != nil || n == 0 {
		return nil // a file of somebody else's that is called like that
	}
	return s.agree(door, true)
}

var errNoDoor = errors.New("is in the way: it is not what says how many slots there are")

// readSlots reads what the door says: 0 where it says nothing yet, or that the lock was
// last used without slots.
func readSlots(door *Held) (int, error) {
	text := make([]byte, longestLine)
	n, err := syscall.Pread(door.FD, text, 0)
	if err != nil {
		return 0, &Error{OpOpen, door.Path, err}
	}
	line, _, whole := strings.Cut(string(text[:max(n, 0)]), "\n")
	if line == "" && n <= 1 {
		return 0, nil
	}
	number, unit, _ := strings.Cut(line, " ")
	slots, err := strconv.Atoi(number)
	if err != nil || unit != "slots" || !whole || slots < 0 || slots > MostSlots {
		return 0, &Error{OpCreate, door.Path, errNoDoor}
	}
	return slots, nil
}

// first waits for whichever slot is the first to be free. It is called at the gate: nobody
// else waits for a slot.
func (s Slots) first(deadline time.Time) (*Held, error) {
	type outcome struct {
		slot *Held
		err  error
	}
	r := until(deadline)
	r.stop = &stopper{}
	outcomes := make(chan outcome)
	for number := 1; number <= s.N; number++ {
		go func() {
			slot, err := s.slot(number, r)
			outcomes <- outcome{slot, err}
		}()
	}
	var won outcome
	for range s.N {
		o := <-outcomes
		r.stop.now()
		switch {
		case won.slot != nil:
			o.slot.free()
		case o.slot != nil || won.err == nil || won.err == errStopped:
			won = o
		}
	}
	return won.slot, won.err
}

// until is a request for an exclusive lock up to deadline, where there is one.
func until(deadline time.Time) Request {
	if deadline.IsZero() {
		return Request{Wait: Forever}
	}
	return Request{Wait: min(max(time.Until(deadline), 0), math.MaxInt64)}
}

// free gives up a lock that nobody else was to inherit. Nothing is a lock too.
func (h *Held) free() {
	if h != nil {
		h.Unlock()
		h.Close()
	}
}
