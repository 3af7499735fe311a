package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Whether a program that locks is installed is a question with one answer within one
// run: who asks before the lock is taken and again before it is given up hears the same.

// asksFor notes the words by which a command asks whether programs are there.
func (in *interest) asksFor(name string, args []*syntax.Word) {
	switch name {
	case "command", "which", "type", "hash":
		for _, w := range args {
			in.asks[path.Base(in.bare(w))]++
		}
	case "[", "test":
		for i, w := range args {
			if i+1 < len(args) && in.bare(w) == "-x" {
				in.asks[path.Base(in.bare(args[i+1]))]++
			}
		}
	}
}

// repeated tells whether the script asks more than once for a program that locks.
func (x *walker) repeated(program string) bool {
	name := path.Base(program)
	return isA(name, takesLocks) && x.in.asks[name] > 1
}

// once asks a question to which the answer may be known already, and remembers what
// it was.
func (x *walker) once(fact string, f flow, ask func() []flow) []flow {
	if truth, known := f.st.facts[fact]; known {
		yes, no := decided(truth, f)
		return append(yes, no...)
	}
	out := slices.Clone(ask())
	for i := range out {
		switch status := *out[i].st.status; {
		case status.nonzero:
			out[i].st = out[i].st.answer(fact, false).fail()
		case status.key == "0":
			out[i].st = out[i].st.answer(fact, true).ok()
		}
	}
	return out
}

// installed asks whether programs are there. A function of the script is.
func (x *walker) installed(c *call, names []value, f flow) []flow {
	if len(names) == 1 && names[0].known {
		if _, ok := x.function(names[0].text, f.st); ok {
			return []flow{f.with(f.st.ok())}
		}
	}
	ask := func() []flow { return x.plain(c.at, "command -v "+strings.Join(texts(names), " "), f) }
	if len(names) != 1 || !x.repeated(names[0].text) || !names[0].known {
		return ask()
	}
	return x.once("command -v "+names[0].text, f, ask)
}

// executable asks whether a file can be run.
func (x *walker) executable(t *test, v value, f flow) (yes, no []flow) {
	ask := func() []flow {
		n := x.node(protocol.Choose, t.at)
		switch n.Text = "-x"; {
		case v.known:
			n.Text += " " + v.text
		case v.command != "":
			n.Text += " " + v.command
		}
		yes, no := x.fork(f, n)
		return []flow{yes, no}
	}
	if !v.known || !x.repeated(v.text) {
		return sides(ask())
	}
	for _, g := range x.once("-x"+v.text, f, ask) {
		if g.st.status.nonzero {
			no = append(no, g)
		} else {
			yes = append(yes, g)
		}
	}
	return yes, no
}
