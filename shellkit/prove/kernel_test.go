package prove

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// story runs two processes of a protocol as order says ("A" and "B", one letter a
// step; "a" and "b" for kill -9) and returns what each row did.
func story(t *testing.T, text, order string) string {
	t.Helper()
	w := NewWalk([]*protocol.Protocol{parse(t, text)}, []int{0, 0}, false)
	var out []string
	for _, r := range order {
		kind, proc := Run, uint8(r-'A')
		if r >= 'a' {
			kind, proc = Kill, uint8(r-'a')
		}
		took := false
		for _, c := range w.Choices() {
			if c.Kind != kind || c.Proc != proc || took {
				continue
			}
			took = true
			for _, ev := range w.Take(c) {
				out = append(out, fmt.Sprintf("%c %s: %s", 'A'+c.Proc, ev.Op, ev.Effect))
			}
		}
		if !took {
			out = append(out, fmt.Sprintf("%c waits", 'A'+proc))
		}
	}
	return strings.Join(out, "\n")
}

const twoFDs = `
n0 open creat path=p0 fd=9
n1 flock sh fd=9 -> n2 ? n5
n2 flock nb fd=9 -> n3 ? n4
n3 work "upgraded"
n4 flock un fd=9
n5 end`

func TestKernel(t *testing.T) {
	for _, c := range []struct{ name, text, order, want string }{
		{"a failed conversion has lost the old lock", twoFDs, "AABBABAB", `
A open 9 /a: creates inode 1
A flock -s 9: shares inode 1
B open 9 /a: inode 1
B flock -s 9: shares inode 1
A flock -n 9: busy: B has inode 1
B flock -n 9: locks inode 1
A flock -u 9: releases inode 1
B upgraded: `},
		{"a waiting conversion has lost the old lock", strings.Replace(twoFDs, "n2 flock nb", "n2 flock", 1), "AABBABAA", `
A open 9 /a: creates inode 1
A flock -s 9: shares inode 1
B open 9 /a: inode 1
B flock -s 9: shares inode 1
A flock 9: gives up its lock on inode 1 and waits: B has inode 1
B flock 9: locks inode 1
A waits
A waits`},
		{"a copy keeps the lock", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n4
n2 dup fd=8 from=9
n3 close fd=9
n4 end`, "AAAABBA", `
A open 9 /a: creates inode 1
A flock -n 9: locks inode 1
A dup 8 from 9: 
A close 9: 
B open 9 /a: inode 1
B flock -n 9: busy: A has inode 1
A end: releases inode 1`},
		{"the name goes, the inode stays", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n3
n2 remove path=p0 "rm"
n3 end`, "AAABBB", `
A open 9 /a: creates inode 1
A flock -n 9: locks inode 1
A rm /a: removes the name; inode 1 (deleted) lives on
B open 9 /a: creates inode 2
B flock -n 9: locks inode 2
B rm /a: removes the name; inode 2 (deleted) lives on`},
		{"kill -9 frees the lock and leaves the file", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n2
n2 end`, "AAaBB", `
A open 9 /a: creates inode 1
A flock -n 9: locks inode 1
A kill -9: releases inode 1
B open 9 /a: inode 1
B flock -n 9: locks inode 1`},
		{"a shadowed descriptor comes back", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n5
n2 open save creat path=p1 fd=9 -> n3 ? n5
n3 restore fd=9 body=n2
n4 flock un fd=9
n5 end`, "AAAAA", `
A open 9 /a: creates inode 1
A flock -n 9: locks inode 1
A open 9 /b: creates inode 2
A restore: 
A flock -u 9: releases inode 1`},
		{"fcntl locks do not meet flock locks", `
n0 open creat path=p0 fd=9
n1 choose -> n2 ? n4
n2 flock nb fcntl fd=9 -> n3 ? n5
n3 end
n4 flock nb fd=9 -> n5 ? n5
n5 end`, "AABB", `
A open 9 /a: creates inode 1
A choose: 
B open 9 /a: inode 1
B choose: `},
		{"closing any descriptor of the file ends an fcntl lock", `
n0 open creat path=p0 fd=9
n1 flock nb fcntl fd=9 -> n2 ? n5
n2 open creat path=p0 fd=8
n3 dup fd=8 from=9
n4 work "y"
n5 end`, "AAAABB", `
A open 9 /a: creates inode 1
A flock --fcntl -n 9: locks inode 1
A open 8 /a: inode 1
A dup 8 from 9: 
B open 9 /a: inode 1
B flock --fcntl -n 9: locks inode 1`},
		{"mkdir fails when it is there", `
n0 claim path=p2 "mkdir" -> n1 ? n2
n1 remove path=p2 "rmdir"
n2 end`, "ABAB", `
A mkdir /d: creates inode 1
B mkdir /d: fails: it is there (inode 1)
A rmdir /d: removes the name; inode 1 is gone
B end: `},
		{"a child keeps the lock of its dead parent", `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n4
n2 spawn body=n5 "w"
n3 end
n4 end
n5 work program "w"
n6 end`, "AAAABB", `
A open 9 /a: creates inode 1
A flock -n 9: locks inode 1
A start w: 
A end: B keeps inode 1 locked
B open 9 /a: inode 1
B flock -n 9: busy: B has inode 1`},
	} {
		if got := story(t, c.text, c.order); got != strings.TrimPrefix(c.want, "\n") {
			t.Errorf("%s:\n%s\nwant:%s", c.name, got, c.want)
		}
	}
}

// TestStepIsPure takes every choice of some states twice and looks whether the
// states they were taken in are what they were.
func TestStepIsPure(t *testing.T) {
	for _, c := range verdicts {
		m := newModel([]*protocol.Protocol{parse(t, c.text)}, []int{0, 0}, Options{}.withDefaults())
		seen := 0
		for todo := m.starts(); len(todo) > 0 && seen < 200; todo = todo[1:] {
			s := todo[0]
			seen++
			before := s
			var first []State
			v := &mover{m: m, yield: func(_ Choice, n *State, _ effects, _ []row) { first = append(first, *n) }}
			v.successors(&s)
			i := 0
			v.yield = func(ch Choice, n *State, _ effects, _ []row) {
				if again, _ := m.step(&s, ch, false); *n != first[i] || again != first[i] {
					t.Fatalf("%s: choice %+v gives different states", c.name, ch)
				}
				i++
			}
			v.successors(&s)
			if s != before {
				t.Fatalf("%s: a state was changed by what came after it", c.name)
			}
			todo = append(todo, first...)
		}
	}
}
