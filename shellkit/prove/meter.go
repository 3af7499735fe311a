package prove

import "fmt"

// A meter counts the steps of all explorations that one question costs, so that every
// answer comes, and the same one on every machine: a step is a place that a process
// is taken to, or a piece of the way there that nobody notices.
type meter struct {
	steps, most int
	why         string // what is said when there are more
}

func newMeter(opt Options) *meter {
	if opt.Budget > 0 {
		// What is kept back is for suspicions that no schedule found so far explains.
		return &meter{most: opt.Budget / 4 * 3, why: OverBudget}
	}
	return &meter{most: opt.MaxSteps, why: fmt.Sprintf("more than %d steps", opt.MaxSteps)}
}

// OverBudget is why a suspicion is not confirmed when the budget was used up.
const OverBudget = "budget"

// out tells whether no more steps may be taken.
func (c *meter) out() bool { return c.steps > c.most }

// release lets what was kept back be used.
func (c *meter) release(opt Options) {
	if opt.Budget > 0 {
		c.most = opt.Budget
	}
}
