package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// verdict is what the history of a run says.
type verdict struct {
	sections, writes, refused int
	disorder                  int // fenced writes that were accepted out of order
	overlaps                  int // two sections at once, with somebody there who could have ended the earlier
	slipped                   int // two sections at once where nobody was left
	running                   int // work that went on after the TTL of a lock whose holder was stopped or killed
	stuck                     int // machines on which the lock could not be had when all was well again
	longest                   time.Duration
	statuses                  map[int]int
	faults                    map[string]int
	odd, broken               []string
}

func (v *verdict) String() string {
	return fmt.Sprintf("%d sections, %d fenced writes accepted, %d refused\n"+
		"accepted out of order %d, overlaps %d, slipped through where nobody watched %d, left running %d, stuck %d\n"+
		"longest time without anybody inside %s; statuses %v; faults %v\n%s",
		v.sections, v.writes, v.refused, v.disorder, v.overlaps, v.slipped, v.running, v.stuck,
		v.longest.Round(time.Millisecond), v.statuses, v.faults, strings.Join(v.broken, "\n"))
}

// judge looks whether the lock can still be had everywhere, and at the history.
func (a *arena) judge() *verdict {
	v := &verdict{statuses: a.statuses, faults: a.done}
	for _, host := range hostNames {
		if out, err := a.command(host, "lockkit", "run", "-w", "60", "job", "--", "true").CombinedOutput(); err != nil {
			v.stuck++
			v.broken = append(v.broken, fmt.Sprintf("stuck on %s: %v: %s", host, err, out))
		}
	}
	sections, err := readHistory(a.path("history"))
	if err != nil {
		a.t.Fatal(err)
	}
	v.sections = len(sections)
	a.store.mutex.Lock()
	v.writes, v.refused, v.disorder = len(a.store.accepted), a.store.refused, disorder(a.store.accepted)
	a.store.mutex.Unlock()
	for _, o := range overlaps(sections) {
		if a.blind(o.earlier) {
			v.slipped++
			continue
		}
		v.overlaps++
		v.broken = append(v.broken, fmt.Sprintf("%+v and %+v by %s; done to it: %v", *o.earlier, *o.later, o.by, a.deeds(o.earlier)))
	}
	v.stragglers(a, sections)
	order := byFence(sections)
	for i := 1; i < len(order); i++ {
		v.longest = max(v.longest, order[i].enter-order[i-1].last)
	}
	for words, count := range a.words {
		v.odd = append(v.odd, fmt.Sprintf("%d times %s", count, words))
	}
	slices.Sort(v.odd)
	return v
}

// stragglers counts the work that went on for longer than the TTL after its holder was
// stopped or killed, and what of it is still there.
func (v *verdict) stragglers(a *arena, sections map[int64]*section) {
	for _, s := range sections {
		for _, i := range a.deeds(s) {
			if i.what != "holder stopped" && i.what != "holder killed" || a.blind(s) {
				continue
			}
			if late := s.last - i.at - faultTTL; late > 0 {
				v.running++
				v.broken = append(v.broken, fmt.Sprintf("%+v worked on for %s too long; %v", *s, late, i))
			}
		}
		if !a.blind(s) && !s.left && a.works(s.worker) {
			v.running++
			v.broken = append(v.broken, fmt.Sprintf("%+v is still there", *s))
		}
	}
}

// works says whether the process is a worker of ours: its number may be another's by now.
func (a *arena) works(pid int) bool {
	words, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && strings.Contains(string(words), a.path("history"))
}

// deeds lists what was done to the processes of a section.
func (a *arena) deeds(s *section) (deeds []incident) {
	for _, i := range a.struck {
		if i.holder == s.holder && i.guard == s.guard && i.at >= s.enter {
			deeds = append(deeds, i)
		}
	}
	return deeds
}

// blind says that nobody was left to end the section's work.
func (a *arena) blind(s *section) bool {
	return slices.ContainsFunc(a.deeds(s), func(i incident) bool { return i.blind })
}

func commandOutput(words []string) (string, error) {
	out, err := exec.Command(words[0], words[1:]...).Output()
	return string(out), err
}
