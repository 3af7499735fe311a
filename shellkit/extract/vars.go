package extract

import (
	"hash/maphash"
	"iter"
	"math/bits"
)

// vars are variables and what they are. They are never changed: with and without return
// others that share all but a few branches with them, for a walk makes a state at every
// command, and most commands change one variable or none.
//
// They are a tree, ordered by the hashes of the names. A rank, which hangs on the hash
// too, decides who stands above whom: it keeps the tree flat, and gives equal sets of
// names equal trees. nil is the empty tree.
type vars struct {
	left, right *vars
	item        *variable
	size        int
	sum         uint64 // of the marks of all items: what all of it is in a key
}

type variable struct {
	name  string
	value value
	order uint64 // hash of the name; that two names have one is as good as impossible
	mark  uint64 // hash of the name and of what equal values have in common
}

func orderOf(name string) uint64 { return maphash.String(keySeed, name) }

func newVariable(name string, v value) *variable {
	order := orderOf(name)
	return &variable{name, v, order, scrambled(order ^ bits.RotateLeft64(maphash.String(keySeed, v.key), 32) ^ uint64(v.spawn)<<1)}
}

// scrambled spreads a hash, so that sums of such hashes say what was added.
func scrambled(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	return (h ^ h>>33) * 0xc4ceb9fe1a85ec53
}

// above tells whether an item stands above another one.
func (v *variable) above(w *variable) bool { return bits.Reverse64(v.order) > bits.Reverse64(w.order) }

func branch(left *vars, item *variable, right *vars) *vars {
	return &vars{left, right, item, left.len() + 1 + right.len(), left.marks() + item.mark + right.marks()}
}

func (t *vars) len() int {
	if t == nil {
		return 0
	}
	return t.size
}

// marks is what the variables are in a key: equal variables, equal marks.
func (t *vars) marks() uint64 {
	if t == nil {
		return 0
	}
	return t.sum
}

// same tells whether equal variables are set to equal values.
func (t *vars) same(u *vars) bool { return t == u || t.len() == u.len() && t.marks() == u.marks() }

// find returns a variable, or nil where it is not set.
func (t *vars) find(name string) *variable {
	if t == nil {
		return nil
	}
	return t.at(orderOf(name))
}

// at returns the variable that stands at a place, or nil.
func (t *vars) at(order uint64) *variable {
	for t != nil && t.item.order != order {
		if order < t.item.order {
			t = t.left
		} else {
			t = t.right
		}
	}
	if t == nil {
		return nil
	}
	return t.item
}

func (t *vars) get(name string) (value, bool) {
	if v := t.find(name); v != nil {
		return v.value, true
	}
	return value{}, false
}

// with returns the variables of which one is what it is said to be.
func (t *vars) with(name string, v value) *vars { return t.put(newVariable(name, v)) }

func (t *vars) put(v *variable) *vars {
	switch {
	case t == nil:
		return branch(nil, v, nil)
	case v.order == t.item.order:
		return branch(t.left, v, t.right)
	case v.above(t.item): // and so it is not below
		left, right := t.split(v.order)
		return branch(left, v, right)
	case v.order < t.item.order:
		return branch(t.left.put(v), t.item, t.right)
	}
	return branch(t.left, t.item, t.right.put(v))
}

// split returns what stands before a place in the order, and what stands behind it.
func (t *vars) split(order uint64) (before, behind *vars) {
	if t == nil {
		return nil, nil
	}
	if order < t.item.order {
		before, behind = t.left.split(order)
		return before, branch(behind, t.item, t.right)
	}
	before, behind = t.right.split(order)
	return branch(t.left, t.item, before), behind
}

// without returns the variables of which one is not set.
func (t *vars) without(name string) *vars {
	if t.find(name) == nil {
		return t
	}
	return t.drop(orderOf(name))
}

func (t *vars) drop(order uint64) *vars {
	switch {
	case order < t.item.order:
		return branch(t.left.drop(order), t.item, t.right)
	case order > t.item.order:
		return branch(t.left, t.item, t.right.drop(order))
	}
	return joined(t.left, t.right)
}

// joined puts together what stands before a place and what stands behind it.
func joined(before, behind *vars) *vars {
	switch {
	case before == nil:
		return behind
	case behind == nil:
		return before
	case before.item.above(behind.item):
		return branch(before.left, before.item, joined(before.right, behind))
	}
	return branch(joined(before, behind.left), behind.item, behind.right)
}

// all yields the variables, in no order that means anything.
func (t *vars) all() iter.Seq2[string, value] {
	return func(yield func(string, value) bool) { t.each(func(v *variable) bool { return yield(v.name, v.value) }) }
}

func (t *vars) each(yield func(*variable) bool) bool {
	return t == nil || t.left.each(yield) && yield(t.item) && t.right.each(yield)
}

// unlike calls found for every name that is not the same in both: nil is not set.
func (t *vars) unlike(u *vars, found func(v, w *variable)) {
	switch {
	case t == u:
	case t != nil && u != nil && t.item.order == u.item.order:
		t.left.unlike(u.left, found)
		if t.item != u.item && t.item.value != u.item.value {
			found(t.item, u.item)
		}
		t.right.unlike(u.right, found)
	default: // they have not the same names
		t.each(func(v *variable) bool {
			if w := u.at(v.order); w != v && (w == nil || w.value != v.value) {
				found(v, w)
			}
			return true
		})
		u.each(func(w *variable) bool {
			if t.at(w.order) == nil {
				found(nil, w)
			}
			return true
		})
	}
}
