package replay

import (
	"bytes"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// report is a line that a shell or a program has written: the event that it is
// about, and the rest.
type report struct {
	event int
	word  string // "run", "frame", "begun", "born", "over", or the status
	pid   int
}

// collect reads what the processes of a run have reported so far.
func (s *stage) collect(r *run) {
	var buf [4096]byte
	for {
		n, err := unix.Read(r.told, buf[:])
		if err == unix.EINTR {
			continue
		}
		if n <= 0 {
			r.silent = r.silent || err == nil
			return
		}
		r.part = append(r.part, buf[:n]...)
		for {
			line, rest, whole := bytes.Cut(r.part, []byte("\n"))
			if !whole {
				break
			}
			r.part = rest
			if rep, ok := parseReport(line); ok {
				s.kept = append(s.kept, rep)
			}
		}
	}
}

func parseReport(line []byte) (rep report, ok bool) {
	words := bytes.Fields(line)
	if len(words) < 2 {
		return rep, false
	}
	event, err := strconv.Atoi(string(words[0]))
	if err != nil {
		return rep, false
	}
	rep = report{event: event, word: string(words[1])}
	if len(words) > 2 {
		rep.pid, _ = strconv.Atoi(string(words[2]))
	}
	return rep, true
}

// told takes the report about an event from those that have come.
func (s *stage) told(r *run, event int) (report, bool) {
	s.collect(r)
	for i, rep := range s.kept {
		if rep.event == event {
			s.kept = append(s.kept[:i], s.kept[i+1:]...)
			return rep, true
		}
	}
	return report{}, false
}

// await returns the report about an event. What the process's end, the clock or the
// user put in its place is an error.
func (s *stage) await(a *actor, event int) (report, error) {
	end := openEnd(a.pid())
	defer end.close()
	over := false
	for until := time.Now().Add(patience); ; {
		if rep, ok := s.told(a.run, event); ok {
			return rep, nil
		}
		switch {
		case over: // and all that it had to say has been read
			return report{}, &Difference{What: "the shell ended" + s.message()}
		case time.Now().After(until):
			return report{}, &Difference{What: "it does not come back" + s.message()}
		}
		var err error
		if over, err = s.rest(a.run, end, until); err != nil {
			return report{}, err
		}
	}
}

// rest waits until a run, or nil, has something to report, a process has ended, or
// the time is over. The error is that of the context.
func (s *stage) rest(r *run, end end, until time.Time) (ended bool, err error) {
	watched := []unix.PollFd{{Fd: s.woken(), Events: unix.POLLIN}, {Fd: int32(end), Events: unix.POLLIN}, {Fd: -1, Events: unix.POLLIN}}
	if r != nil && !r.silent {
		watched[2].Fd = int32(r.told)
	}
	if end != dead {
		unix.Poll(watched, int(max(0, time.Until(until).Milliseconds()+1)))
	}
	return end == dead || watched[1].Revents != 0, s.ctx.Err()
}
