package machine

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// callOf is a call with such words.
func callOf(words ...Value) *call {
	c := &call{raw: "x"}
	for _, w := range words {
		c.args = append(c.args, field{Value: w})
		c.raw += " " + w.Text
	}
	return c
}

// TestNamesPrinted: basename and dirname print exactly that, as far as it is written down.
func TestNamesPrinted(t *testing.T) {
	dir := Symbol("$DIR", "DIR")
	for _, c := range []struct {
		words []Value
		want  string
		known bool
	}{
		{[]Value{Literal("basename"), Literal("/a/b.c")}, "b.c", true},
		{[]Value{Literal("basename"), Literal("/a/b.c"), Literal(".c")}, "b", true},
		{[]Value{Literal("basename"), Literal(".c"), Literal(".c")}, ".c", true},
		{[]Value{Literal("basename"), Literal("/")}, "/", true},
		{[]Value{Literal("basename"), Literal("a//")}, "a", true},
		{[]Value{Literal("basename"), Literal("")}, "", true},
		{[]Value{Literal("basename"), dir.with(Literal("/x.lock"))}, "x.lock", true},
		{[]Value{Literal("basename"), dir}, "", false},
		{[]Value{Literal("basename"), dir.with(Literal("/"))}, "", false},
		{[]Value{Literal("basename"), dir.with(Literal("x"))}, "", false},
		{[]Value{Literal("dirname"), Literal("/a/b")}, "/a", true},
		{[]Value{Literal("dirname"), Literal("/a")}, "/", true},
		{[]Value{Literal("dirname"), Literal("a")}, ".", true},
		{[]Value{Literal("dirname"), Literal("a/../b//")}, "a/..", true},
		{[]Value{Literal("dirname"), Literal("/")}, "/", true},
		{[]Value{Literal("dirname"), dir.with(Literal("/x"))}, "", false},
	} {
		m := newMachine("x", source.Bash)
		v, ok := m.printedBy(callOf(c.words...), &State{})
		if !ok || v.Known != c.known || c.known && v.Text != c.want {
			t.Errorf("%v: %+v", callOf(c.words...).raw, v)
		}
	}
	m := newMachine("x", source.Bash)
	v, _ := m.printedBy(callOf(Literal("dirname"), dir.with(Literal("/x"))), &State{})
	if m.path(v, &State{}) != m.path(dir, &State{}) || v.Key == dir.Key {
		t.Errorf("the folder of $DIR/x: %q", v.Key)
	}
}

// TestPrinted: what programs print is known as far as it says something of a file.
func TestPrinted(t *testing.T) {
	file := Literal("/run/x")
	m := newMachine("x", source.Bash)
	at := m.path(file, &State{}) + 1
	for _, c := range []struct {
		words []Value
		is    func(v Value) bool
	}{
		{[]Value{Literal("cat"), file}, func(v Value) bool { return v.Content == at && contentOf(Literal("/proc/").with(v)) == at }},
		{[]Value{Literal("readlink"), file}, func(v Value) bool { return v.Content == at }},
		{[]Value{Literal("readlink"), Literal("-f"), file}, func(v Value) bool { return !v.Known && m.path(v, &State{})+1 == at }},
		{[]Value{Literal("stat"), Literal("-c"), Literal("%i"), file}, func(v Value) bool { return v.Inode == at && v.Number }},
		{[]Value{Literal("stat"), Literal("-Lc%i"), Literal("/dev/fd/9")}, func(v Value) bool { return v.InodeFD == 10 }},
		{[]Value{Literal("mktemp"), Literal("-d")}, func(v Value) bool { return v.Fresh && v.Private && v.full() }},
		{[]Value{Literal("date"), Literal("+%s")}, func(v Value) bool { return v.Private && v.Number }},
		{[]Value{Literal("date"), Literal("+%Y-%m-%d")}, func(v Value) bool { return !v.Private }},
		{[]Value{Literal("stat"), Literal("--format=%Y"), file}, func(v Value) bool { path, sign := ageOf(derived("-", "-", v)); return path == at && sign == timeSign }},
		{[]Value{Literal("date"), Literal("-r"), file, Literal("+%s")}, func(v Value) bool { path, _ := ageOf(v); return path == at && v.Number && !v.Private }},
		{[]Value{Literal("find"), file, Literal("-mmin"), Literal("+5")}, func(v Value) bool { path, sign := ageOf(v); return path == at && sign == oldSign }},
		{[]Value{Literal("hostname")}, func(v Value) bool { return !v.Private && v.full() }},
	} {
		s := &State{}
		v, ok := m.printedBy(callOf(c.words...), s)
		if !ok || !c.is(v) {
			t.Errorf("%v: %+v", callOf(c.words...).raw, v)
		}
		s = s.clone()
		s.some = true
		if v, ok := m.printedBy(callOf(c.words...), s); !ok || !v.blank() {
			t.Errorf("%v has failed and printed %+v", callOf(c.words...).raw, v)
		}
	}
	for range 2 { // who is asked again may say something else
		s := &State{}
		first, _ := m.printedBy(callOf(Literal("date")), s)
		s.vars = s.vars.with("x", Variable{Value: first})
		if second, _ := m.printedBy(callOf(Literal("date")), s); second.Key == first.Key {
			t.Errorf("two times are one: %q", first.Key)
		}
	}
}
