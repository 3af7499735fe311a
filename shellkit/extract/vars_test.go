package extract

import (
	"maps"
	"testing"

	"pgregory.net/rapid"
)

// Variables are what a map of them would be, whatever is done in which order; what they
// were before stays; and trees of one content have one shape and one mark.
func TestVars(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"})
		text := rapid.SampledFrom([]string{"", "1", "2"})
		var now, before *vars
		want, then := map[string]value{}, map[string]value{}
		for range rapid.IntRange(0, 40).Draw(t, "changes") {
			n := name.Draw(t, "name")
			if rapid.Bool().Draw(t, "unset") {
				delete(want, n)
				now = now.without(n)
			} else {
				v := literal(text.Draw(t, "text"))
				want[n] = v
				now = now.with(n, v)
			}
			if rapid.IntRange(0, 9).Draw(t, "keep") == 0 {
				before, then = now, maps.Clone(want)
			}
		}
		for _, c := range []struct {
			got  *vars
			want map[string]value
		}{{now, want}, {before, then}} {
			if got := maps.Collect(c.got.all()); !maps.Equal(got, c.want) || c.got.len() != len(c.want) {
				t.Fatalf("%v, not %v", got, c.want)
			}
			for n := range c.want {
				if v, ok := c.got.get(n); !ok || v != c.want[n] {
					t.Fatalf("%s is %v", n, v)
				}
			}
			var again *vars
			for n, v := range c.want {
				again = again.with(n, v)
			}
			if !again.same(c.got) {
				t.Fatal("made in another order, they are not the same")
			}
			again.unlike(c.got, func(v, w *variable) { t.Fatalf("unlike in %v and %v", v, w) })
		}
		unlike := map[string]bool{}
		now.unlike(before, func(v, w *variable) {
			if v == nil {
				v = w
			}
			unlike[v.name] = true
		})
		for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
			v, isNow := want[n]
			w, was := then[n]
			if unlike[n] != (isNow != was || v != w) {
				t.Fatalf("%s: %v and %v", n, v, w)
			}
		}
		if now.same(before) != (len(unlike) == 0) {
			t.Fatalf("same, and unlike in %v", unlike)
		}
	})
}

// What a name and what a value is count apart in what variables are in a key.
func TestMarks(t *testing.T) {
	var none *vars
	a := none.with("x", literal("1")).with("y", literal("2"))
	b := none.with("x", literal("2")).with("y", literal("1"))
	if a.same(b) {
		t.Error("values that change places are not told apart")
	}
	if one := literal("1"); a.with("x", value{key: one.key, spawn: 7}).same(a) {
		t.Error("the job that a number stands for is not told apart")
	}
}
