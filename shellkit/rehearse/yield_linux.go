//go:build linux && (amd64 || arm64)

package rehearse

// yield lets others go first from now on: a sleep returns at once, and what the others do
// meanwhile takes no time. So does the job that sleeps, as far as it is no script itself: one
// that only looks after a lock while its script is at work sleeps again and again.
func (t *task) yield() {
	for ; t != nil && !t.main(); t = t.parent {
		t.yields = true
	}
}

// before tells whether a task moves before another one that is older, where both can. The
// newest does, for a shell waits for its child; of those that yield it is the one that has
// not moved for longest.
func (t *task) before(older *task) bool {
	if t.yields && older.yields {
		return t.moved < older.moved
	}
	return !t.yields
}
