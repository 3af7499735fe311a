// Package reworded writes scripts whose verdict is known in other ways that mean the same,
// so that what is said of them can be held against what is known.
//
// A seed chooses a row of package verdicts and one to three rewrites, or none; Make says
// which they were. A rewrite keeps the meaning under every promise, in the shell of the row,
// or it is not applied: each says in its comment what it may not be applied to. Where that
// cannot be told from the text, the rewrite does not fit: fewer scripts are drawn then, and
// no wrong one.
package reworded
