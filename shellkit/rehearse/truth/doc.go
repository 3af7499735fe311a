// Package truth holds what lockkit says of generated scripts against what is known of
// them: from the parts that they are made of, and from runs of the very scripts. Scripts
// whose verdict is known are asked for in other words as well.
package truth
