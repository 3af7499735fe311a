package scripts

// Draw returns a function that draws numbers below its argument. The same seed draws the
// same numbers for ever.
func Draw(seed uint64) func(below int) int { return (&dice{state: seed}).below }
