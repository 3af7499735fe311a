package extract

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// lockTool is what a program for lock files does: LOCK is claimed atomically; some wait,
// some take over what has grown old or the lock of a dead owner.
type lockTool struct {
	mode    protocol.Mode // how it claims, unless options say otherwise
	does    deed
	first   bool   // the first operand is the lock; else the last one
	suffix  string // what it puts behind the name
	options []toolOption
}

// toolOption is an option that changes that. Others are passed over.
type toolOption struct {
	names []string
	takes bool          // the next word, or the rest of this one, is its value
	mode  protocol.Mode // what holds with it,
	not   protocol.Mode // and what does not
	does  deed
}

// deed is what such a program does in place of claiming, or what an option is about.
type deed uint8

const (
	claims    deed = iota
	removes        // the lock is given up
	looksAt        // it only says whether the lock is there, and somebody's
	keeps          // its age begins anew
	keepsOn        // again and again, until somebody ends the program
	inverts        // the exit status says the opposite
	namesLock      // the value is the lock
	namesAll       // nothing is put behind the name
)

// toolCall is what one call of such a program comes to.
type toolCall struct {
	mode     protocol.Mode
	does     deed
	inverted bool
	word     int // that names the lock, or none
	lock     value
}

const noWord = 0

// read takes the words of a call apart.
func (t *lockTool) read(c *call) toolCall {
	r, suffix := toolCall{mode: t.mode, does: t.does, word: noWord}, t.suffix
	byOption := slices.ContainsFunc(t.options, func(o toolOption) bool { return o.does == namesLock })
	ended := false
	for i := 1; i < len(c.args); i++ {
		text := c.args[i].text
		switch {
		case ended || len(text) < 2 || text[0] != '-':
			if !byOption && (r.word == noWord || !t.first) {
				r.word, r.lock = i, c.args[i]
			}
			continue
		case text == "--":
			ended = true
			continue
		}
		for _, o := range t.options {
			name := o.in(text)
			if name == "" {
				continue
			}
			r.mode = r.mode&^o.not | o.mode
			switch o.does {
			case removes, keeps, looksAt:
				r.does = o.does
			case inverts:
				r.inverted = !r.inverted
			case namesAll:
				suffix = ""
			}
			if !o.takes {
				continue
			}
			if text == name {
				i++
			}
			if o.does == namesLock && i < len(c.args) {
				r.word, r.lock = i, c.args[i]
				r.lock.text, r.lock.key = strings.TrimPrefix(r.lock.text, name), strings.TrimPrefix(r.lock.key, name)
			}
			break
		}
	}
	r.lock.text, r.lock.key = r.lock.text+suffix, r.lock.key+suffix
	return r
}

// in returns the name by which a word is that option, alone or with others, or "".
func (o toolOption) in(word string) string {
	for _, name := range o.names {
		switch bundle := len(name) == 2 && word[1] != '-'; {
		case word == name, bundle && o.takes && strings.HasPrefix(word, name), bundle && !o.takes && strings.Contains(word[1:], name[1:]):
			return name
		}
	}
	return ""
}

// toolCommand walks such a program.
func toolCommand(x *walker, c *call, f flow) []flow {
	r := commands()[c.name()].tool.read(c)
	if r.word == noWord {
		return x.plain(c.at, c.name(), f)
	}
	r.lock.lockish = true
	n := x.file(protocol.Claim, c, r.word)
	n.Path, n.Text, n.Mode = x.path(r.lock), c.name(), n.Mode|r.mode
	switch r.does {
	case keeps, keepsOn:
		x.kept(n.Path, r.does == keepsOn)
		return x.program(c, c.name(), f)
	case looksAt:
		if n.Op, n.Mode = protocol.Alive, r.mode&protocol.Expires; n.Mode != 0 {
			n.Text = protocol.ItsAge
		}
	case removes:
		n.Op, n.Mode = protocol.Remove, 0
		return x.settled(c, x.then(f, n))
	}
	ok, fail := x.fork(f, n)
	if r.inverted {
		ok.st, fail.st = ok.st.fail(), fail.st.ok()
	}
	return []flow{ok, fail}
}
