package extract

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// mkfifo fails where the name is there, as mkdir does: a pipe that nobody opens, reads or
// writes may be a lock.

// pipesMade are the words that name what mkfifo NAME... or mknod NAME TYPE makes.
func pipesMade(command string, words []*syntax.Word) (made []*syntax.Word) {
	for i := 0; i < len(words); i++ {
		switch text := words[i].Lit(); {
		case text == "-m" || text == "--mode" || text == "-Z":
			i++
		case len(text) > 1 && text[0] == '-':
		default:
			made = append(made, words[i])
		}
	}
	if command == "mknod" {
		return made[:min(1, len(made))]
	}
	return made
}

// pipeCommand walks mkfifo and mknod: with one name each is an atomic claim.
func pipeCommand(x *walker, c *call, f flow) []flow {
	made := pipesMade(c.name(), c.words[min(1, len(c.words)):])
	if len(made) != 1 {
		return x.settled(c, f)
	}
	for i, w := range c.words {
		if w != made[0] {
			continue
		}
		n := x.file(protocol.Claim, c, i)
		n.Text = "mkfifo"
		word := x.in.bareIn(x.src, w)
		about := &x.about[n.Path]
		about.data = about.data || x.in.opened[word] || x.in.made[word]
		return x.claimed(n, c.args[i], f)
	}
	return x.settled(c, f)
}
