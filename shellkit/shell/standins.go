package shell

import "strings"

// standIns are texts that the parser quotes although no script has them: they stand for
// something of the kind. Each is here with what it means, in words.
var standIns = strings.NewReplacer(
	"`foo(`", "the `(` behind a function's name",
	"`function foo(`", "the `(` behind a function's name",
	"`foo()`", "the `()` behind a function's name",
	"`for foo [in words]`", "`for` with its name and words",
	"`select foo [in words]`", "`select` with its name and words",
	"`for foo`", "`for` with its name",
	"`select foo`", "`select` with its name",
	"`if <cond>`", "`if` with its condition",
	"`elif <cond>`", "`elif` with its condition",
	"`while <cond>`", "`while` with its condition",
	"`until <cond>`", "`until` with its condition",
	"`case x`", "`case` with its word",
	"`a[b]+`", "the `+` behind an element of an array",
	"`a[b]`", "an element of an array",
	"`[x]`", "the index of an element",
	"`expr`", "an expression",
	"`@test \"desc\"`", "`@test` with its description",
)

// inWords is what the parser says, without texts that are not in the script.
func inWords(text string) string { return standIns.Replace(text) }
