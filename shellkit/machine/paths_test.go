package machine

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// TestPath: what names one file is one path, and says what is known of it.
func TestPath(t *testing.T) {
	home := Symbol("$HOME", "HOME")
	dir := Symbol("$DIR", "DIR")
	here := Symbol("$PWD", "PWD")
	fresh := Symbol("$(mktemp)", "m")
	fresh.Private, fresh.Fresh = true, true
	at := func(cwd Value) *State { return &State{cwd: cwd} }
	for _, c := range []struct {
		name string
		a, b Value
		in   *State // of b; a is named where the script began
		same bool
	}{
		{"cleaned", Literal("/run/./x//y"), Literal("/run/x/y"), at(Value{}), true},
		{"parent", Literal("/run/a/../x"), Literal("/run/x"), at(Value{}), true},
		{"relative", Literal("x"), Literal("./x"), at(Value{}), true},
		{"relative from $PWD", Literal("x"), here.with(Literal("/x")), at(Value{}), true},
		{"relative is not from the root", Literal("x"), Literal("/x"), at(Value{}), false},
		{"after cd", Literal("/tmp/x"), Literal("x"), at(Literal("/tmp")), true},
		{"after cd up", Literal("/x"), Literal("../x"), at(Literal("/tmp")), true},
		{"after cd, another one", Literal("x"), Literal("x"), at(Literal("/tmp")), false},
		{"after cd to a symbol", dir.with(Literal("/x")), Literal("x"), at(dir), true},
		{"after cd below", Literal("sub/x"), Literal("x"), at(here.with(Literal("/sub"))), true},
		{"whole names do not hang on the folder", Literal("/run/x"), Literal("/run/x"), at(Literal("/tmp")), true},
		{"symbols", home.with(Literal("/x")), dir.with(Literal("/x")), at(Value{}), false},
		{"slashes behind symbols", home.with(Literal("//x/./y/")), home.with(Literal("/x/y")), at(Value{}), true},
		{"readlink -f", namesSame(home, "$(readlink -f ~)").with(Literal("/x")), home.with(Literal("/x")), at(Value{}), true},
		{"twice", namesSame(namesSame(dir, "a"), "b"), dir, at(Value{}), true},
		{"a value that names the same is another text", namesSame(dir, "a"), dir, at(Value{}), true},
	} {
		m := newMachine("x", source.Bash)
		if same := m.path(c.a, at(Value{})) == m.path(c.b, c.in); same != c.same {
			t.Errorf("%s: %q and %q are one path: %v", c.name, c.a.Key, c.b.Key, same)
		}
	}
	m := newMachine("x", source.Bash)
	for _, v := range []Value{fresh.with(Literal("/x")), given().name, Symbol("$LOCK", "LOCK"), given().at(2).with(Literal(".lock"))} {
		m.path(v, at(Value{}))
	}
	flags := m.p.Paths
	if p := flags[0]; !p.Private || !p.Inside || !p.Opaque || p.Self {
		t.Errorf("in a folder of its own: %+v", p)
	}
	if p := flags[1]; !p.Self {
		t.Errorf("the script itself: %+v", p)
	}
	if p := flags[2]; p.Input != "${LOCK}" {
		t.Errorf("from the environment: %+v", p)
	}
	if p := flags[3]; p.Input != "${2}.lock" {
		t.Errorf("an argument: %+v", p)
	}
}
