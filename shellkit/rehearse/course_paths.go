package rehearse

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// An argument is one of a run's arguments: the actor of a trace, and the number.
type argument struct{ actor, number int }

// A slot is the part of a trace's name that an argument stands for: which part of which
// path, written with a hole in place of each argument, and in which name.
type slot struct {
	path string
	part int
	name int
}

// fillPaths gives the arguments that stand in the paths of a trace their values: two
// runs that meet at a name are given the same, and two names of one pattern are told
// apart, so that the second argument of one run may be the first of another.
//
// needs are the values by run and number, as far as they are known already.
func (c *course) fillPaths(protocols []*protocol.Protocol, v *prove.Violation, needs map[int]map[int]string, need func(actor, number int, value string)) {
	alike := sameAs[any]{}
	whole := map[argument]bool{} // the argument is the path
	var order []argument
	for i := range v.Events {
		ev := &v.Events[i]
		if ev.Node == protocol.None || ev.Name == 0 {
			continue
		}
		p := protocols[ev.Script]
		node := &p.Nodes[ev.Node]
		if node.Path == protocol.None {
			continue
		}
		text := p.Paths[node.Path].Text
		pattern := inputInPath().ReplaceAllString(text, "\x00")
		for part, m := range inputInPath().FindAllStringSubmatch(text, -1) {
			number, err := strconv.Atoi(m[1])
			if err != nil {
				continue
			}
			a := argument{c.runOf(ev.Process), number}
			whole[a] = whole[a] || m[0] == text
			alike.join(a, slot{pattern, part, ev.Name})
			order = append(order, a)
		}
	}
	words := map[any]string{}
	for _, a := range order {
		if asked := needs[a.actor][a.number]; asked != "" && asked != otherWord {
			words[alike.of(a)] = asked
		}
	}
	for _, a := range order {
		class := alike.of(a)
		if words[class] == "" {
			words[class] = givenWord(len(words))
			if whole[a] {
				words[class] = "/srv/" + words[class]
			}
		}
		need(a.actor, a.number, words[class])
	}
	for i := range v.Events {
		ev := &v.Events[i]
		if ev.Node == protocol.None || ev.Name == 0 || c.names[ev.Name].likely != "" {
			continue
		}
		p := protocols[ev.Script]
		if at := p.Nodes[ev.Node].Path; at != protocol.None {
			c.names[ev.Name].likely = filled(p.Paths[at].Text, needs[c.runOf(ev.Process)])
		}
	}
}

// filled writes a path with a run's arguments; "" where it hangs on more than those.
func filled(text string, args map[int]string) string {
	text = inputInPath().ReplaceAllStringFunc(text, func(m string) string {
		number, err := strconv.Atoi(strings.Trim(m, "${}"))
		if err != nil || args[number] == "" {
			return m
		}
		return args[number]
	})
	if symbol().MatchString(text) {
		return ""
	}
	return text
}

// givenWord is the n-th argument that some path is made of.
func givenWord(n int) string {
	if n == 0 {
		return "given"
	}
	return fmt.Sprintf("given%d", n+1)
}

// runOf is the run that an actor is a part of.
func (c *course) runOf(actor int) int {
	for c.actors[actor].parent != 0 {
		actor = c.actors[actor].parent
	}
	return actor
}

// sameAs says which things are the same: each is led to one that stands for all.
type sameAs[T comparable] map[T]T

func (c sameAs[T]) of(x T) T {
	for {
		next, known := c[x]
		if !known {
			return x
		}
		x = next
	}
}

func (c sameAs[T]) join(x, y T) {
	if x, y = c.of(x), c.of(y); x != y {
		c[x] = y
	}
}
