package extract

import (
	"bytes"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Who calls a function that the text of its script does not call? Somebody who sources
// the script; or another shell to which the function's name is handed; or nobody.

// hand notes the words of a text that another shell runs: bash -c NAME. A function that
// was exported is there too, under whatever the command around it holds.
func (in *interest) hand(args []*syntax.Word) {
	for i, w := range args {
		if i > 0 && in.bare(args[i-1]) == "-c" {
			for _, word := range strings.Fields(in.bare(w)) {
				in.handed[strings.Trim(word, ";&|()")] = true
			}
		}
	}
}

// callsByValue notes a command whose name does not stand in the text.
func (in *interest) callsByValue(w *syntax.Word) {
	if strings.ContainsAny(in.raw(w), "$`") {
		in.byValue = append(in.byValue, w)
	}
}

// dispatches tells whether some command may be one of the script's functions although
// it does not stand there by its name: "$@", "do_$1", eval "$text".
func (in *interest) dispatches() bool {
	return slices.ContainsFunc(in.byValue, func(w *syntax.Word) bool {
		name := shell.ParamOf(w)
		switch text := in.bare(w); {
		case strings.Contains(text, "/") && !strings.ContainsAny(text, "({"):
			return false // a file
		case name == "" || shell.IsParameter(name) || name == "@" || name == "*" || len(in.assigned[name]) == 0:
			return true
		}
		return slices.ContainsFunc(in.assigned[name], func(a assignment) bool {
			first, _, _ := strings.Cut(shell.UnquoteText(a.text), " ")
			return in.funcs[first] != nil || strings.ContainsAny(first, "$`") && !strings.Contains(first, "/")
		})
	})
}

// isProgram tells whether a script is run and not sourced: it says which shell runs it,
// its own commands, outside of functions, take locks or do work, and it does not ask
// whether it is sourced. What none of these calls is called by nobody.
func (x *walker) isProgram() bool {
	if x.facts.Tests || x.in.dispatches() || !bytes.HasPrefix(x.src.text, []byte("#!")) || x.asksIfSourced() {
		return false
	}
	return slices.ContainsFunc(x.p.Nodes, func(n protocol.Node) bool {
		return n.Op == protocol.Flock || n.Op == protocol.Claim || n.Op == protocol.Work && n.Mode.Has(protocol.Program) && !n.Mode.Has(protocol.Minor)
	})
}

// asksIfSourced tells whether a script compares itself with what is run, or looks whether
// it may return.
func (x *walker) asksIfSourced() bool {
	for _, sign := range []string{"BASH_SOURCE", "ZSH_EVAL_CONTEXT", "ZSH_ARGZERO", "funcstack", ".sh.file", "(return", "( return", "FUNCNAME"} {
		if bytes.Contains(x.src.text, []byte(sign)) {
			return true
		}
	}
	return false
}
