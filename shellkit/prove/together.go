package prove

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// group is a set of scripts whose runs meet: one script alone, or all together.
type group struct {
	scripts []int   // indexes in the caller's list
	crews   [][]int // which of them run at once: indexes in scripts, one a run
	states  int     // bound of all crews together; 0: each has its own alone

	members []*protocol.Protocol // the scripts, where some are not as in the caller's list
	given   exchange             // what differs then
}

// of returns the scripts of the group.
func (g group) of(scripts []*protocol.Protocol) (members []*protocol.Protocol) {
	if g.members != nil {
		return g.members
	}
	for _, i := range g.scripts {
		members = append(members, scripts[i])
	}
	return members
}

// mixStates bounds what the mixes of several scripts cost together, in parts of what
// one exploration may.
const mixStates = 4

// maxMixes bounds how many mixes are tried at all.
const maxMixes = 10_000

// groups lists what is explored: each script that has locks alone, then all of them
// together with those that do something to such locks, in every mix of as many runs as
// were asked for or as there are scripts. whole is false where not every mix is among
// them.
func groups(scripts []*protocol.Protocol, opt Options) (list []group, whole bool) {
	var locking []int
	for i, p := range scripts {
		if p.HasLocks() || p.Disturbs() {
			locking = append(locking, i)
		}
		if p.HasLocks() && !opt.Together {
			list = append(list, group{scripts: []int{i}, crews: [][]int{make([]int, opt.Processes)}})
			if other, given := exchanged(p); other != nil && opt.Processes > 1 {
				list = append(list, group{scripts: []int{i, i}, crews: [][]int{{0, 1}}, members: []*protocol.Protocol{p, other}, given: given})
			}
		}
	}
	if len(locking) < 2 {
		return list, true
	}
	runs := opt.Processes
	if len(locking) <= MaxProcesses {
		runs = max(runs, len(locking))
	}
	x := mixer{runs: runs, crew: make([]int, 0, runs), meets: make([][]bool, len(locking))}
	for i, a := range locking {
		for _, b := range locking {
			x.meets[i] = append(x.meets[i], meet(scripts[a], scripts[b]))
		}
	}
	x.add(0)
	if len(x.out) > 0 {
		list = append(list, group{scripts: locking, crews: x.sorted(), states: mixStates * opt.MaxStates})
	}
	return list, len(x.out) < maxMixes && x.largest() <= runs
}

// meet tells whether two scripts have a lock in common. What a name that the script
// does not fix stands for is known within that script alone.
func meet(a, b *protocol.Protocol) bool {
	return slices.ContainsFunc(a.Paths, func(p protocol.Path) bool {
		return common(&p) && slices.ContainsFunc(b.Paths, func(q protocol.Path) bool { return common(&q) && p.Text == q.Text })
	})
}

func common(p *protocol.Path) bool { return p.Kind != protocol.Data && !p.Private && !p.Opaque }

// mixer lists the crews of several scripts that hang together through their locks:
// others do nothing together that they do not do alone.
type mixer struct {
	runs  int
	meets [][]bool
	crew  []int
	out   [][]int
}

func (x *mixer) add(least int) {
	if len(x.out) == maxMixes {
		return
	}
	if len(x.crew) == x.runs {
		if distinct(x.crew) > 1 && x.hangsTogether() {
			x.out = append(x.out, slices.Clone(x.crew))
		}
		return
	}
	for i := least; i < len(x.meets); i++ {
		x.crew = append(x.crew, i)
		x.add(i)
		x.crew = x.crew[:len(x.crew)-1]
	}
}

// sorted puts the mixes with the most scripts first.
func (x *mixer) sorted() [][]int {
	slices.SortStableFunc(x.out, func(a, b []int) int { return distinct(b) - distinct(a) })
	return x.out
}

// hangsTogether tells whether every script of the crew meets the others, if only
// through some of them.
func (x *mixer) hangsTogether() bool {
	return len(x.reached(x.crew[0], func(i int) bool { return slices.Contains(x.crew, i) })) == distinct(x.crew)
}

// largest is how many scripts hang together at most.
func (x *mixer) largest() (most int) {
	for i := range x.meets {
		most = max(most, len(x.reached(i, func(int) bool { return true })))
	}
	return most
}

// reached lists the scripts that hang together with one, through those that count.
func (x *mixer) reached(from int, counts func(int) bool) []int {
	list := []int{from}
	for at := 0; at < len(list); at++ {
		for i, meets := range x.meets[list[at]] {
			if meets && counts(i) && !slices.Contains(list, i) {
				list = append(list, i)
			}
		}
	}
	return list
}

// distinct counts the scripts of a crew, which is sorted.
func distinct(crew []int) int { return len(slices.Compact(slices.Clone(crew))) }

// tooMany is said where not all mixes were explored.
func tooMany(scripts int) string {
	return fmt.Sprintf("not every mix of runs of the %d scripts was explored", scripts)
}
