package extract

import (
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
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
		action := name.Value + " " + numberOfSignal(signal)
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
		for i, g := range next {
			next[i].st = byFunction(signal, g.st)
		}
		out = next
	}
	return out
}

// byFunction is the state in which the trap of a signal is known to be such a function.
func byFunction(signal string, s *state) *state {
	s = s.clone()
	s.arm(func(a *armed) {
		if sig, ok := signalOf[signal]; ok {
			a.sig[sig].byFunction = a.sig[sig].armed
		}
		if signal == "EXIT" {
			a.exit.byFunction = a.exit.armed
		}
	})
	return s
}

// numberOfSignal is what such a function is given: the number of its signal, 0 for EXIT.
func numberOfSignal(signal string) string {
	for number, name := range signalNumbers {
		if name == signal {
			return number
		}
	}
	if sig, ok := signalOf[signal]; ok {
		for number, other := range signalOf {
			if _, isNumber := shell.Number(number); isNumber && other == sig {
				return number
			}
		}
	}
	return "0"
}
