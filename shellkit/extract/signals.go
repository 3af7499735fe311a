package extract

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// signalNumbers are the signals that Linux numbers, apart from those that are counted.
var signalNumbers = map[string]string{
	"3": "QUIT", "4": "ILL", "5": "TRAP", "6": "ABRT", "7": "BUS", "8": "FPE", "9": "KILL", "10": "USR1", "11": "SEGV", "12": "USR2", "13": "PIPE", "14": "ALRM",
	"16": "STKFLT", "17": "CHLD", "18": "CONT", "19": "STOP", "20": "TSTP", "21": "TTIN", "22": "TTOU", "23": "URG", "24": "XCPU", "25": "XFSZ", "26": "VTALRM", "27": "PROF",
	"28": "WINCH", "29": "IO", "30": "PWR", "31": "SYS",
}

// fates are what signals do that nothing traps.
type fate uint8

const (
	kills    fate = iota
	nothing       // it is ignored, or only stops or continues
	noSignal      // conditions that trap takes like signals
)

var fateOf = map[string]fate{
	"CHLD": nothing, "CLD": nothing, "CONT": nothing, "STOP": nothing, "TSTP": nothing, "TTIN": nothing, "TTOU": nothing, "URG": nothing, "WINCH": nothing,
	"EXIT": noSignal, "ERR": noSignal, "ZERR": noSignal, "DEBUG": noSignal, "RETURN": noSignal,
	"POLL": kills, "IOT": kills, "LOST": kills,
}

func init() {
	for _, name := range signalNumbers {
		if _, ok := fateOf[name]; !ok {
			fateOf[name] = kills
		}
	}
	for name := range signalOf {
		fateOf[name] = kills
	}
}

// signalName is a signal as trap and kill take it, by its usual name; "" is none.
func signalName(s string) string {
	name := trimSIG(s)
	if name == "0" {
		return "EXIT"
	}
	if sig, ok := signalOf[name]; ok {
		return sig.String()
	}
	if usual, ok := signalNumbers[name]; ok {
		return usual
	}
	if _, ok := fateOf[name]; ok || strings.HasPrefix(name, "RTM") {
		return name
	}
	return ""
}

// killCommand walks kill. With 0 it asks whether a process is there; sent to the script
// itself, a signal is what the script has made of it.
func killCommand(x *walker, c *call, f flow) []flow {
	signal, known, i := "TERM", true, 1
	given := false
options:
	for ; i < len(c.args); i++ {
		v := c.args[i]
		a := v.text
		switch {
		case a == "--":
			i++
			break options
		case given && strings.HasPrefix(a, "-"):
			break options // a group of processes
		case (a == "-s" || a == "-n" || a == "--signal") && i+1 < len(c.args):
			given = true
			i++
			signal, known = c.args[i].text, c.args[i].known
		case a == "-l" || a == "-L" || a == "--list":
			return x.plain(c.at, "kill", f, protocol.Quiet)
		case strings.HasPrefix(a, "-") && len(a) > 1:
			given = true
			signal, known = a[1:], v.known
		default:
			break options
		}
	}
	if signal == "0" && known {
		who, mode := c.args[len(c.args)-1], protocol.Mode(0)
		if x.facts.EmptyIsGroup && who.quoted {
			mode = protocol.Unnamed
		}
		return x.alive(who, mode, c.at, f)
	}
	out := x.plain(c.at, "kill", x.jobsSignalled(c, min(i, len(c.args)), signal, known, f))
	for _, who := range c.args[min(i, len(c.args)):] {
		out = x.sent(who, signal, known, c.at, out)
	}
	return out
}

// sent walks what a signal to one process does, where that is the script itself.
func (x *walker) sent(who value, signal string, known bool, at *syntax.Stmt, in []flow) []flow {
	to := strings.TrimPrefix(who.text, "-")
	shell := who.key == "\x00$\x00" || to == "$$" || to == "0" && who.known
	self := who.key == "\x00BASHPID\x00" || to == "$BASHPID"
	if !shell && !self {
		return in
	}
	name := signalName(signal)
	var out []flow
	for _, f := range in {
		switch {
		case f.how != onward || f.st.status.nonzero:
			out = append(out, f)
		case !known || name == "":
			x.dunno(at, "a signal that is not known is sent to the script")
			ends, on := x.fork(f, x.opaque(at, "kill"))
			out = append(append(out, on.with(on.st.ok())), x.killed(ends, "KILL", at)...)
		case shell && x.ctx.child, shell && x.ctx.sub != nil && x.ctx.sub.what != "sh -c" && x.ctx.sub.parent != nil:
			x.dunno(at, "a signal to the shell around")
			out = append(out, f)
		case shell && x.ctx.sub != nil && x.ctx.sub.what != "sh -c" && x.ctx.sub.begin != protocol.None:
			f.st = f.st.clone()
			f.st.opts.hit = name // the shell that waits for the frame finds it
			out = append(out, f)
		default:
			out = append(out, x.signalled(f, name, at)...)
		}
	}
	return out
}

func (x *walker) opaque(at syntax.Node, why string) protocol.Node {
	n := x.node(protocol.Choose, at)
	n.Text = why
	return n
}

// signalled walks what a signal does to the shell at hand.
func (x *walker) signalled(f flow, name string, at syntax.Node) []flow {
	fate, known := fateOf[name]
	sig, counted := signalOf[name]
	switch {
	case name == "KILL":
		return x.replaced(f, at)
	case counted && f.st.sig[sig].armed:
		t := f.st.sig[sig]
		if t.text == "" {
			return []flow{f}
		}
		if x.ctx.handler || x.ctx.exiting {
			x.dunno(at, "a signal whose trap is running")
			return []flow{f}
		}
		return x.trapped(f, t)
	case !known || x.others[name]:
		x.dunno(at, "what the signal %s does to the script", name)
		ends, on := x.fork(f, x.opaque(at, "kill"))
		return append(x.killed(ends, name, at), on.with(on.st.ok()))
	case fate == kills:
		return x.killed(f, name, at)
	}
	return []flow{f}
}

// killed ends the shell by a signal: some run the EXIT trap then.
func (x *walker) killed(f flow, name string, at syntax.Node) []flow {
	if f.st.exit.armed && f.st.exit.text != "" && !x.ctx.exiting && x.facts.ExitTrapRunsOn(name) {
		return x.leave(f.with(f.st.fail()), at)
	}
	return x.replaced(f.with(f.st.fail()), at)
}

// trapped walks a trap that a signal sets off at a place that is known.
func (x *walker) trapped(f flow, t trap) []flow {
	outer, status := x.ctx, *f.st.status
	x.ctx.handler, x.ctx.want, x.ctx.ending = true, false, notLast
	x.ctx.trap = &trapped{before: status, gives: x.facts.InSignalTrap, sub: x.ctx.sub, byFunction: t.byFunction}
	out := x.eval(t.origin.src, f)
	x.ctx = outer
	for i := range out {
		if out[i].how == returning && f.st.frame == nil {
			out[i].how = onward
		}
		if out[i].how == onward {
			out[i].st = out[i].st.withStatus(status)
		}
	}
	return x.merge(out, true)
}
