// Package regex has the regular expressions of the other packages, which cost nothing until
// somebody asks for one: a program that is started for every lock must not compile what it does
// not use.
package regex

import (
	"regexp"
	"sync"
)

// Pattern gives a regular expression, compiled when it is first asked for and then kept.
type Pattern func() *regexp.Regexp

// Of is the pattern of a text. Who asks for it panics where the text is none; a test of the
// house compiles each that is written down.
func Of(text string) Pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
