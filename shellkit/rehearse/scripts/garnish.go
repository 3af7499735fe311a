package scripts

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A garnish is another way to write what is there, or something more that changes nothing
// of what is right: it is drawn by dice of its own, so that all else of a seed's script
// stays as it is.
var garnishes = []struct {
	name    string
	percent int
	fits    func(*plan) bool
	put     func(*plan, []string) []string
}{
	{"name again", 30, func(p *plan) bool {
		return (p.shape == "function" || p.shape == "nested") && p.shell != source.Ksh && p.heed != "in-background"
	}, func(p *plan, body []string) []string {
		name := p.words.main
		if p.shape == "nested" {
			name = p.words.take
		}
		return append(body, name+"() { :; }") // what was called has been called
	}},
	{"removed in a loop", 30, func(*plan) bool { return true }, func(_ *plan, body []string) []string {
		for i, line := range body {
			body[i] = removesOne().ReplaceAllString(line, `${1}for gone in ./scratch ${2}; do rm -f "$$gone"; done`)
		}
		return body
	}},
}

// removesOne is a line that removes one file.
var removesOne = regex.Of(`^(\s*)rm -f ("?[/$][^\s;"']*"?)$`)

// garnish puts in what fits and was drawn.
func (p *plan) garnish(body []string) []string {
	d := &dice{state: p.seed ^ 0x6761726e697368}
	for _, g := range garnishes {
		if !p.plain && d.chance(g.percent) && g.fits(p) {
			body = g.put(p, strings.Split(strings.Join(body, "\n"), "\n"))
		}
	}
	return body
}
