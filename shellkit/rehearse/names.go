package rehearse

import (
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

var digits = regex.Of(`[0-9]+`)

// normal writes a name or command as every run would, with $$ for its own numbers.
func normal(text string, inner ...int) string {
	return digits().ReplaceAllStringFunc(text, func(d string) string {
		for _, n := range inner {
			if d == strconv.Itoa(n) {
				return "$$"
			}
		}
		return d
	})
}

// private says whether a name belongs to one process alone.
func private(name string, inner ...int) bool {
	return strings.Contains(normal(name, inner...), "$$")
}
