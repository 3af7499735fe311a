package program

import (
	"fmt"
	"strings"
)

var opNames = [...]string{
	"begin", "expand", "target", "assign", "run", "declare", "check", "not", "well", "jump", "unless", "if", "ask", "answered",
	"loop", "head", "turn", "endloop", "each", "next", "calculate", "test", "subject", "match", "scope", "endscope",
	"sub", "here", "piped", "spawn", "define", "always", "opaque",
}

func (o Op) String() string { return opNames[o] }

// String is a code as text: an instruction a line, with its number, and the codes that it
// names indented below it.
func (c *Code) String() string {
	var b strings.Builder
	c.print(&b, "")
	return b.String()
}

func (c *Code) print(b *strings.Builder, indent string) {
	for i := range c.Ins {
		in := &c.Ins[i]
		fmt.Fprintf(b, "%s%d %s\n", indent, i, strings.Join(in.words(), " "))
		for _, inner := range []*Code{in.Code, in.Other} {
			if inner != nil {
				inner.print(b, indent+"  ")
			}
		}
	}
}

// words are the operation and what it is about.
func (in *Ins) words() []string {
	list := []string{in.Op.String()}
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	switch in.Op {
	case Expand, Subject, Match:
		add("%s", in.Word.Raw)
	case Target:
		add("%s", in.Redirect.Word.Raw)
	case Assign:
		add("%s", in.Assign.Name)
		if in.Before {
			add("before the command")
		}
	case Declare, Define, Sub, Next:
		add("%s", in.Name)
	case Calculate:
		add("%s", in.Arith.Raw)
	case Test:
		add("%s", in.Test.Raw)
	case Loop:
		add("again %d", in.Again)
	case Opaque:
		add("%s", in.Text)
	}
	switch in.Op {
	case Jump, Unless, If, Match, Scope, Loop, Each, Next:
		add("to %d", in.To)
	}
	if (in.Op == Ask || in.Op == Answered) && in.Negated {
		add("!")
	}
	return list
}
