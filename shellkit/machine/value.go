package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Value is what a word comes to. Two values are the same when their keys are. The key of a
// known value is its text; what the script does not fix is a symbol, which has a key of its
// own, so that $DIR/x is the same path twice as long as DIR is not assigned in between.
type Value struct {
	Text  string // as a person would write it
	Key   string
	Known bool // Text is exactly what the shell has
	Facts
}

// Facts is what else is known of a value that is not.
type Facts struct {
	Private bool // it differs from run to run: $$, mktemp, date
	Fresh   bool // private, and nobody else makes such a name
	Inside  bool // it lies in a folder with such a name
	Number  bool // a number, whatever it is
	Filled  bool // it is not empty
	Nonzero bool // a failing status
	Input   bool // arguments or the environment say it
	Unset   bool // nothing sets it; the text is empty
	Perhaps bool // of a word of a list: it is taken for one, and may be none, for nothing may be in a variable
	Line    bool // it is what is left of a line, which is several words more often than other values
	Blind   bool // the script itself has made it, in a way that was not followed
	Content int  // it was read from that path: index+1 in the protocol's paths
	Inode   int  // it is that path's inode number: index+1
	InodeFD int  // it is the inode number of what that descriptor has open: fd+1
	Spawn   int  // it is the process number of the child that was started at that node: id+1
	Command string
}

// Literal is a value that is written down.
func Literal(text string) Value { return Value{Text: text, Key: text, Known: true} }

// mark stands around the parts of a key that are no text.
const mark = "\x00"

// Symbol is a value that the script does not fix. Equal ids are equal values.
func Symbol(text, id string) Value { return Value{Text: text, Key: mark + id + mark} }

// nothing is what a variable has that is not set.
var nothing = Value{Known: true, Facts: Facts{Unset: true}}

var empty = Literal("")

// Statuses of commands.
var (
	success = Literal("0")
	failure = Value{Text: "$?", Key: mark + "failed" + mark, Facts: Facts{Nonzero: true, Number: true, Filled: true}}
	// someStatus is how a command has ended that may do either.
	someStatus = Value{Text: "$?", Key: mark + "status" + mark, Facts: Facts{Number: true, Filled: true}}
)

// status is an exit status that is a number.
func status(n int) Value {
	v := Literal(itoa(n & 255))
	v.Nonzero = n&255 != 0
	return v
}

// failed and succeeded tell how a status is known to be; neither is a status that may be both.
func (v Value) failed() bool    { return v.Nonzero }
func (v Value) succeeded() bool { return v.Known && v.Text == "0" }

// blank tells whether a value is surely empty.
func (v Value) blank() bool { return v.Known && v.Text == "" }

// full tells whether a value is surely not empty.
func (v Value) full() bool {
	return v.Known && v.Text != "" || v.Filled || v.Number || v.Private || v.Spawn != 0 || v.Nonzero
}

// with is the value of two texts written together.
func (v Value) with(w Value) Value {
	switch {
	case v.blank():
		w.Unset = false
		return w
	case w.blank():
		v.Unset = false
		return v
	}
	out := Value{Text: v.Text + w.Text, Key: v.Key + w.Key, Known: v.Known && w.Known}
	out.Private, out.Fresh, out.Input, out.Blind = v.Private || w.Private, v.Fresh || w.Fresh, v.Input || w.Input, v.Blind || w.Blind
	out.Inside = v.Inside || w.Inside || v.Fresh && strings.HasPrefix(w.Text, "/")
	out.Filled = v.full() || w.full()
	return out
}

// derived is something made from values in a way that is not worked out: the same
// operation on the same values gives the same.
func derived(text, operation string, from ...Value) Value {
	out := Symbol(text, "")
	var key strings.Builder
	key.WriteString(mark + operation + "(")
	for _, v := range from {
		key.WriteString(v.Key)
		key.WriteString("\x01")
		out.Private = out.Private || v.Private
		out.Input = out.Input || v.Input
		out.Blind = out.Blind || v.Blind
	}
	key.WriteString(")" + mark)
	out.Key = key.String()
	return out
}

// id of a node of the protocol, as a value carries it.
func spawned(id int) Value {
	v := Symbol("$!", "spawn"+itoa(id))
	v.Private, v.Filled, v.Number, v.Spawn = true, true, true, id+1
	return v
}

// none is no node.
const none = protocol.None
