package extract

import (
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A file that is sourced and cannot be read blinds what hangs on it: flags that it may
// set, and the commands that may be functions of it. The rest of the script is what it
// is.

// unread takes down a file that was not read. A flag may have another value behind it.
func (x *walker) unread(c *call, f *flow) {
	x.sourced = true
	if name := c.args[1].text; isSettings(name) {
		x.marks.settings = append(x.marks.settings, name)
	} else if !slices.Contains(x.marks.unread, name) {
		if x.marks.unread = append(x.marks.unread, name); len(x.marks.unread) == 1 {
			x.marks.unreadAt = x.span(c.at)
		}
	}
	st := f.st
	for name := range x.in.split {
		if v, ok := st.vars.get(name); ok && v.known && !(x.in.seeds[name] && strings.Contains(v.text, "/")) { // the name of a lock is no flag
			st = st.set(name, x.fresh(name))
		}
	}
	*f = f.with(st)
}

// mayBeFunction tells whether a command is called as a function can be in every shell,
// and is no program that every system has.
func mayBeFunction(name string) bool {
	return syntax.ValidName(name) && (commands()[name].walk == nil || name == "lock") && !isA(name, takesLocks|isBuiltin|isEverywhere)
}

// settleCalls gives the calls of what is defined nowhere their fate: each name once, at
// its first place. What they all come to is said once.
func (x *walker) settleCalls() {
	if len(x.marks.unread) == 0 {
		if len(x.marks.settings) > 0 {
			x.settledBySettings()
		}
		return
	}
	files, were := strings.Join(x.marks.unread, " and "), "was"
	if len(x.marks.unread) > 2 {
		files = strings.Join(x.marks.unread[:2], " and ") + " and others"
	}
	if len(x.marks.unread) > 1 {
		were = "were"
	}
	var names []string
	for _, s := range x.marks.calls {
		if _, defined := x.funcs[s.what]; defined || slices.Contains(names, s.what) || s.behind != "" {
			continue
		}
		names = append(names, s.what)
		x.fated(protocol.Site{What: s.what, Call: true, Fate: protocol.Unclear, Span: s.span, Why: "it may be a function of " + files})
	}
	if len(names) == 0 {
		return
	}
	list := strings.Join(names[:min(len(names), 4)], ", ")
	if len(names) > 4 {
		list += " and others"
	}
	x.p.Unknowns = append(x.p.Unknowns, protocol.Unknown{Span: x.marks.unreadAt, Why: fmt.Sprintf("%s %s not read, and %s may be defined there", files, were, list)})
}
