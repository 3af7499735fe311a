// Package scripts makes small scripts that take locks, from a grammar of its own:
// the way the lock is taken, how the result is heeded, how the lock is given up,
// traps, structure, children, inputs, shell. About half of them are wrong.
//
// A seed makes the same script again, byte for byte, whatever was made before it. It
// is not the text but the choice of parts that decides what is right, so a script
// carries with it what is known of it: which promises it breaks, and whether all
// others are kept. Where the parts do not decide, that is said too, and nobody may
// hold an answer against it.
//
// In reading order: a deck of recipes (recipes.go) says which kinds of script there
// are and how often; a plan (plan.go) is what was drawn of each part, and fit.go what does not go together; write*.go turn a
// plan into text; answer.go says what is known of it. From a seed on that is far out,
// scripts are told as a whole (tales*.go), for what no choice of parts leads to.
package scripts
