package oracle

import "math/rand/v2"

// dice draws what a script is made of.
type dice struct{ r *rand.Rand }

func newDice(seed uint64) *dice { return &dice{rand.New(rand.NewPCG(seed, 16))} }

// below draws a number from 0 to n-1.
func (d *dice) below(n int) int { return d.r.IntN(n) }

// chance is true in so many of a hundred draws.
func (d *dice) chance(percent int) bool { return d.below(100) < percent }

// one draws from a list.
func one[T any](d *dice, list ...T) T { return list[d.below(len(list))] }
