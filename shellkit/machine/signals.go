package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// signalOf are the signals that are counted, by name and number.
var signalOf = map[string]protocol.Signal{
	"HUP": protocol.HUP, "1": protocol.HUP, "INT": protocol.INT, "2": protocol.INT, "TERM": protocol.TERM, "15": protocol.TERM,
}

// signalNumbers are those that Linux numbers, apart from these.
var signalNumbers = map[string]string{
	"3": "QUIT", "4": "ILL", "5": "TRAP", "6": "ABRT", "7": "BUS", "8": "FPE", "9": "KILL", "10": "USR1", "11": "SEGV", "12": "USR2", "13": "PIPE", "14": "ALRM",
	"16": "STKFLT", "17": "CHLD", "18": "CONT", "19": "STOP", "20": "TSTP", "21": "TTIN", "22": "TTOU", "23": "URG", "24": "XCPU", "25": "XFSZ", "26": "VTALRM", "27": "PROF",
	"28": "WINCH", "29": "IO", "30": "PWR", "31": "SYS",
}

// harmless are signals that are ignored, or only stop or continue, where nothing traps
// them; conditions are what trap takes like signals.
var (
	harmless   = shell.SetOf(`CHLD CLD CONT STOP TSTP TTIN TTOU URG WINCH`)
	conditions = shell.SetOf(`EXIT ERR ZERR DEBUG RETURN`)
	further    = shell.SetOf(`POLL IOT LOST`)
)

// signalName is a signal as trap and kill take it, by its usual name; "" is none.
func signalName(text string) string {
	name := strings.TrimPrefix(strings.ToUpper(text), "SIG")
	if name == "0" {
		return "EXIT"
	}
	if sig, ok := signalOf[name]; ok {
		return sig.String()
	}
	if usual, ok := signalNumbers[name]; ok {
		return usual
	}
	for _, usual := range signalNumbers {
		if name == usual {
			return name
		}
	}
	if harmless[name] || conditions[name] || further[name] || strings.HasPrefix(name, "RTM") {
		return name
	}
	return ""
}

// trapRow is trap.
func trapRow(m *machine, c *call, s *State) plan {
	args := c.args[1:]
	if len(args) > 0 && args[0].Text == "--" {
		args = args[1:]
	}
	if len(args) == 0 || strings.HasPrefix(args[0].Text, "-") && args[0].Text != "-" {
		return m.quiet(c)
	}
	action, signals := args[0], args[1:]
	_, isSignal := signalOf[strings.TrimPrefix(strings.ToUpper(action.Text), "SIG")]
	_, isNumber := shell.Number(action.Text)
	if isNumber || len(signals) == 0 && (isSignal || action.Text == "EXIT") {
		signals, action = args, field{Value: Literal("-")}
	}
	if len(signals) == 0 && action.Text != "-" {
		if !m.facts(s).LoneTrapFails {
			m.unknown(c.at, "a trap for no signal")
		}
		return plan{done: func(s *State, _ bool) outcome { return goes(s.over(status(1))) }}
	}
	a := &arming{m: m, c: c, action: action}
	a.read(s, signals)
	if a.trap.armed && !action.Known && !strings.HasPrefix(action.Text, "$") {
		m.unknown(c.at, "a trap whose command is not known")
	}
	return a.plan(s)
}

// arming is what one trap command does.
type arming struct {
	m       *machine
	c       *call
	action  field
	trap    trap
	names   []string
	refused bool
}

// read takes the names of the signals, and the text that they run.
func (a *arming) read(s *State, signals []field) {
	for _, f := range signals {
		if len(f.Text) > 3 && strings.EqualFold(f.Text[:3], "SIG") && a.m.facts(s).PlainSignals {
			a.refused = true
			break
		}
		name := signalName(f.Text)
		if name == "" {
			if f.Known {
				a.m.unknown(a.c.at, "%s is no signal that is known", f.Text)
			} else {
				a.m.unknown(a.c.at, "a trap for a signal that is not known")
			}
			continue
		}
		a.names = append(a.names, name)
	}
	if a.action.Text == "-" {
		return
	}
	a.trap = trap{armed: true, text: a.action.Text, node: a.m.now}
	if !a.action.Known {
		a.m.unknown(a.c.at, "a trap whose command is not known")
	}
	src := program.WordSource(a.m.p.File, a.action.word, a.action.Text)
	a.trap.source = src.Key()
	code, err := a.m.codeOf(src, s)
	if err != nil {
		a.m.unknown(a.c.at, "a trap that does not parse")
		code = &program.Code{}
	}
	a.trap.code = code
}

// plan is the step in which the traps are armed.
func (a *arming) plan(s *State) plan {
	n := node(protocol.Trap, a.c.at)
	n.Text = strings.Join(a.names, " ")
	if a.trap.armed && a.trap.text == "" {
		n.Mode |= protocol.Quiet
	}
	var counted, exit bool
	for _, name := range a.names {
		_, ok := signalOf[name]
		counted, exit = counted || ok, exit || name == "EXIT"
	}
	e := effect{node: n, well: a.state}
	if a.trap.runs() && (counted || exit) {
		e.emitted = func(n *protocol.Node) { n.Body = a.m.handler(a.state(s), a.trap, exit && len(a.names) == 1) }
	}
	ends := success
	if a.refused {
		ends = status(1)
	}
	return plan{effects: []effect{e}, done: func(s *State, _ bool) outcome { return goes(s.over(ends)) }}
}

// state is the state in which they are armed.
func (a *arming) state(s *State) *State {
	t := s.clone()
	own := a.m.ownsExit(s)
	t.traps = s.traps.change(func(u *traps) {
		for _, name := range a.names {
			sig, counted := signalOf[name]
			switch {
			case counted:
				u.sig[sig] = a.trap
			case name == "EXIT" && own, name == "DEBUG":
			case name == "EXIT":
				u.exit = a.trap
			case name == "ERR" || name == "ZERR":
				if a.m.facts(s).KnowsErr {
					u.err = a.trap
				}
			case name == "RETURN":
			default:
				u.rest = withOther(u.rest, name, a.trap)
			}
		}
	})
	for _, name := range a.names {
		switch {
		case name == "EXIT" && own:
			t = t.inCallFrame(func(f *frame) { f.exit = a.trap })
		case name == "RETURN" && a.m.facts(s).ReturnTrap && s.innermost(inCall) != nil:
			t = t.inCallFrame(func(f *frame) { f.back = a.trap })
		case name == "DEBUG" && a.trap.runs(), name == "RETURN" && a.trap.runs():
			a.m.unknown(a.c.at, "when the %s trap runs", name)
		}
	}
	return t
}

func withOther(list []other, name string, t trap) (out []other) {
	for _, o := range list {
		if o.signal != name {
			out = append(out, o)
		}
	}
	if t.armed {
		out = append(out, other{name, t})
	}
	return out
}

// ownsExit tells whether an EXIT trap that is set here runs when the function returns.
func (m *machine) ownsExit(s *State) bool {
	f := s.innermost(inCall)
	if f == nil {
		return false
	}
	switch m.facts(s).FunctionExit {
	case shell.ExitOfAll:
		return !s.opts.posix && !s.opts.posixTraps
	case shell.ExitOfKorn:
		code := s.funcs.get(f.name)
		return code != nil && code.Korn
	}
	return false
}

// inCallFrame changes the frame of the function at hand.
func (s *State) inCallFrame(change func(*frame)) *State {
	var put func(f *frame) *frame
	put = func(f *frame) *frame {
		g := *f
		g.hash = 0
		if f.kind == inCall {
			change(&g)
		} else {
			g.up = put(f.up)
		}
		return &g
	}
	t := s.clone()
	t.stack = put(s.stack)
	return t
}

// signalOfFunction is the signal, EXIT or ZERR that a function of such a name traps, or "".
func (m *machine) signalOfFunction(s *State, name string) string {
	signal, found := strings.CutPrefix(name, "TRAP")
	if !found || !m.facts(s).TrapFunctions || signal == "" || signal[0] < 'A' {
		return ""
	}
	return signalName(signal)
}

// armedByName is the state in which the definition of such a function has armed it.
func (m *machine) armedByName(s *State, in *program.Ins, signal string) *State {
	number := "0"
	for n, name := range signalNumbers {
		if name == signal {
			number = n
		}
	}
	if sig, ok := signalOf[signal]; ok {
		number = map[protocol.Signal]string{protocol.HUP: "1", protocol.INT: "2", protocol.TERM: "15"}[sig]
	}
	text := in.Name + " " + number
	if !conditions[signal] {
		text += " || exit"
	}
	c := &call{at: in.Span, raw: in.Raw}
	a := &arming{m: m, c: c, action: field{Value: Literal(text)}, names: []string{signal}}
	src := program.At(in.Span, text)
	a.trap = trap{armed: true, text: text, node: m.now, source: src.Key(), byFunction: true}
	code, err := m.codeOf(src, s)
	if err != nil {
		return s
	}
	a.trap.code = code
	return a.state(s)
}

// signalled is what a signal does to the shell at hand that is sent to it.
func (m *machine) signalled(s *State, name string) outcome {
	sig, counted := signalOf[name]
	switch {
	case name == "KILL":
		return goes(s.ended(failure).replaced())
	case counted && s.traps != nil && s.traps.sig[sig].armed:
		t := s.traps.sig[sig]
		if t.text == "" {
			return goes(s)
		}
		if s.proc.handler || s.proc.exiting {
			m.unknown(s.span(), "a signal whose trap is running")
			return goes(s)
		}
		return goes(s.runsTrap(t, signalTrap, s.code, s.pc))
	case m.trapOf(s, name).armed:
		if t := m.trapOf(s, name); t.text != "" {
			return goes(s.runsTrap(t, signalTrap, s.code, s.pc))
		}
		return goes(s)
	case harmless[name]:
		return goes(s)
	case name == "" || conditions[name]:
		m.unknown(s.span(), "what a signal does to the script")
		return goes(s)
	}
	if s.traps.exitOf().runs() && !s.proc.exiting && m.facts(s).ExitTrapRunsOn(name) {
		return goes(s.ended(failure).exits())
	}
	return goes(s.ended(failure).replaced())
}

func (m *machine) trapOf(s *State, name string) trap {
	if s.traps == nil {
		return trap{}
	}
	for _, o := range s.traps.rest {
		if o.signal == name {
			return o.trap
		}
	}
	return trap{}
}
