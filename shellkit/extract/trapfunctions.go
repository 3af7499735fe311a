package extract

import (
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// In zsh a function that is called TRAP and a signal is the trap of that signal from its
// definition on. Where it gives a status other than zero, the script ends of the signal.

// signalOfFunction is the signal, EXIT or ZERR that a function of such a name traps, or "".
func (x *walker) signalOfFunction(name string) string {
	signal, found := strings.CutPrefix(name, "TRAP")
	if !found || !x.facts.TrapFunctions || signal == "" || signal[0] < 'A' {
		return ""
	}
	return signalName(signal)
}

// armedByName walks what the definition of such functions does: the trap is armed.
func (x *walker) armedByName(decl *syntax.FuncDecl, f flow) []flow {
	out := []flow{f}
	for _, name := range append(decl.Names, decl.Name) {
		if name == nil {
			continue
		}
		signal := x.signalOfFunction(name.Value)
		if signal == "" {
			continue
		}
		if x.in.undefined[name.Value] {
			x.dunno(decl, "until when %s is a trap", name.Value)
		}
		action := name.Value
		if fateOf[signal] != noSignal {
			action += " || exit"
		}
		text := x.src.embedded(nil, fmt.Sprintf("trap '%s' %s", action, signal))
		span := x.span(decl)
		text.fixed = &span
		var next []flow
		for _, g := range out {
			next = append(next, x.eval(text, g)...)
		}
		if signal == "EXIT" {
			for i, g := range next {
				if st := g.st.clone(); st.exit.armed {
					st.arm(func(a *armed) { a.exit.byFunction = true })
					next[i].st = st
				}
			}
		}
		out = next
	}
	return out
}
