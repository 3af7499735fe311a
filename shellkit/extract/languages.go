package extract

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What a text in another language does with a lock file is not followed: where it names
// one and takes files away, nothing can be promised.

// foreignText is a text that a program runs which is no shell.
type foreignText struct {
	name, text string
	span       source.Span
}

var (
	// takesAway are the words for that in the languages that are known.
	takesAway = regex.Of(`\b(unlink|unlinkSync|remove|rename|renameSync|replace|rmtree|rmdir|rmSync|delete|move|rm|mv|rm_f|rm_rf)\b`)
	// perlInPlace are options by which perl and ruby put a new file in the place of the old one.
	perlInPlace = regex.Of(`^-[pnlaws0-7]*i`)
)

// languageCommand walks perl and its like.
func languageCommand(x *walker, c *call, f flow) []flow {
	for _, i := range c.code() {
		x.foreign = append(x.foreign, foreignText{c.name(), c.args[i].text, x.span(x.atWord(c.word(i)))})
	}
	return x.rewrites(c, x.program(c, c.name(), f))
}

// code lists the words of such a program that are a text in its language.
func (c *call) code() (list []int) {
	code := false
	for i := 1; i < len(c.args); i++ {
		switch a := c.args[i].text; {
		case strings.HasPrefix(a, "-"):
			code = !strings.HasPrefix(a, "--") && strings.ContainsAny(a[len(a)-1:], "ecEr")
		case code:
			list, code = append(list, i), false
		}
	}
	return list
}

// behindCode lists the operands of such a program that are no text in its language.
func (c *call) behindCode() []int {
	code := c.code()
	return slices.DeleteFunc(c.operands(), func(i int) bool { return slices.Contains(code, i) })
}

// doubtForeign notes the texts in another language that may take a lock away.
func doubtForeign(p *protocol.Protocol, texts []foreignText) {
	for _, t := range texts {
		if !takesAway().MatchString(t.text) {
			continue
		}
		for _, path := range p.Paths {
			if path.Kind != protocol.Data && len(path.Text) > 1 && strings.Contains(t.text, path.Text) {
				p.Unknowns = append(p.Unknowns, protocol.Unknown{Span: t.span, Why: "what " + t.name + " does with " + path.Text + " is not known"})
				break
			}
		}
	}
}
