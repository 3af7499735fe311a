package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

// trap is what is armed for one signal; the zero trap is the default.
type trap struct {
	armed  bool
	text   string // "" with armed set: ignored
	code   *program.Code
	node   protocol.ID // that set it
	source string      // where its text stands
	// byFunction is set for a function called TRAPTERM, or TRAPEXIT.
	byFunction bool
}

func (t trap) key() string {
	if !t.armed {
		return ""
	}
	return "\x01" + t.source + "\x02" + t.text
}

// runs tells whether there is something to run.
func (t trap) runs() bool { return t.armed && t.text != "" }

// traps are what is armed in a shell, by the names of signals, EXIT, ERR and RETURN. They
// are never changed.
type traps struct {
	exit trap
	last trap // the EXIT trap with which a shell ends when the handler that it runs has come to its end
	err  trap
	sig  [protocol.NumSignals]trap
	rest []other
	name string
}

// other is a trap for a signal that is not counted.
type other struct {
	signal string
	trap   trap
}

func (t *traps) key() string {
	if t == nil {
		return ""
	}
	return t.name
}

// change is what is armed once something has been changed.
func (t *traps) change(change func(*traps)) *traps {
	var u traps
	if t != nil {
		u = *t
	}
	change(&u)
	var b strings.Builder
	all := append([]trap{u.exit, u.last, u.err}, u.sig[:]...)
	some := false
	for _, one := range all {
		some = some || one.armed
		b.WriteString(one.key() + "\x03")
	}
	for _, o := range u.rest {
		some = true
		b.WriteString(o.signal + o.trap.key() + "\x03")
	}
	if !some {
		return &traps{}
	}
	u.name = b.String()
	return &u
}
