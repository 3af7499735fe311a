package machine

import (
	"hash/maphash"
	"iter"
	"math/bits"
	"strings"
)

// Variable is what a name stands for in a shell.
type Variable struct {
	Value    Value
	List     *List  // of an array; its first element is what Value is elsewhere
	Refers   string // to another variable: declare -n
	Constant bool
	Exported bool
	Integer  bool
	Declared bool // by local or declare, without a value
}

// List is the elements of an array, in the order of their keys. It is never changed.
type List struct {
	Items []Item
	Keyed bool // its keys are texts
	Loose bool // there may be more, of which nothing is known
}

// placed tells whether the element at an index is surely the one that stands there: those
// behind a word that may be none may stand elsewhere, and so may it, where it is not the last.
func (l *List) placed(index Value) bool {
	for i, it := range l.Items {
		is := it.Key.Key == index.Key
		if it.Value.Perhaps && !(is && i == len(l.Items)-1) {
			return false
		}
		if is {
			break
		}
	}
	return true
}

// Item is one element.
type Item struct {
	Key   Value
	Value Value
}

func (v Variable) key() string {
	var b strings.Builder
	b.WriteString(v.Value.Key)
	if v.Value.Unset {
		b.WriteString("\x02")
	}
	if v.Value.Spawn != 0 {
		b.WriteString(itoa(v.Value.Spawn))
	}
	for _, on := range []bool{v.Constant, v.Exported, v.Integer, v.Declared} {
		if on {
			b.WriteByte('+')
		} else {
			b.WriteByte('-')
		}
	}
	b.WriteString(v.Refers)
	b.WriteString(v.List.key())
	return b.String()
}

func (l *List) key() string {
	if l == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("\x03[")
	for _, it := range l.Items {
		b.WriteString(it.Key.Key)
		b.WriteByte('=')
		b.WriteString(it.Value.Key)
		if it.Value.Perhaps {
			b.WriteByte('?')
		}
		b.WriteByte(1)
	}
	if l.Loose {
		b.WriteByte('~')
	}
	return b.String()
}

// vars are variables and what they are. They are never changed: with and without return
// others that share all but a few branches with them, for there is a state at every step,
// and most steps change one variable or none.
//
// They are a tree, ordered by the hashes of the names. A rank, which hangs on the hash
// too, decides who stands above whom: it keeps the tree flat, and gives equal sets of
// names equal trees. nil is the empty tree.
type vars struct {
	left, right *vars
	item        *entry
	size        int
	sum         uint64 // of the marks of all items: what all of it is in a key
}

type entry struct {
	name  string
	is    Variable
	order uint64 // hash of the name
	mark  uint64 // hash of the name and of what it stands for
}

var seed = maphash.MakeSeed()

func orderOf(name string) uint64 { return maphash.String(seed, name) }

func newEntry(name string, v Variable) *entry {
	order := orderOf(name)
	return &entry{name, v, order, scrambled(order ^ bits.RotateLeft64(maphash.String(seed, v.key()), 32))}
}

// scrambled spreads a hash, so that sums of such hashes say what was added.
func scrambled(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	return (h ^ h>>33) * 0xc4ceb9fe1a85ec53
}

func (e *entry) above(o *entry) bool { return bits.Reverse64(e.order) > bits.Reverse64(o.order) }

func branch(left *vars, item *entry, right *vars) *vars {
	return &vars{left, right, item, left.len() + 1 + right.len(), left.marks() + item.mark + right.marks()}
}

func (t *vars) len() int {
	if t == nil {
		return 0
	}
	return t.size
}

func (t *vars) marks() uint64 {
	if t == nil {
		return 0
	}
	return t.sum
}

// get returns what a name stands for.
func (t *vars) get(name string) (Variable, bool) {
	for order := orderOf(name); t != nil; {
		switch {
		case order == t.item.order:
			return t.item.is, true
		case order < t.item.order:
			t = t.left
		default:
			t = t.right
		}
	}
	return Variable{}, false
}

// with returns the variables of which one is what it is said to be.
func (t *vars) with(name string, v Variable) *vars { return t.put(newEntry(name, v)) }

func (t *vars) put(e *entry) *vars {
	switch {
	case t == nil:
		return branch(nil, e, nil)
	case e.order == t.item.order:
		return branch(t.left, e, t.right)
	case e.above(t.item):
		left, right := t.split(e.order)
		return branch(left, e, right)
	case e.order < t.item.order:
		return branch(t.left.put(e), t.item, t.right)
	}
	return branch(t.left, t.item, t.right.put(e))
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

// without returns the variables of which one is not there.
func (t *vars) without(name string) *vars {
	if _, ok := t.get(name); !ok {
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
func (t *vars) all() iter.Seq2[string, Variable] {
	return func(yield func(string, Variable) bool) { t.each(yield) }
}

func (t *vars) each(yield func(string, Variable) bool) bool {
	return t == nil || t.left.each(yield) && yield(t.item.name, t.item.is) && t.right.each(yield)
}
