package replay

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// prelude stands at the top of every script. A gate that reads end of file means
// that nobody leads any more.
const prelude = `gate() { read -r go || exit 99; }
said() { echo "$1 $?"; }
h=: x=:
`

// program is what stands for a program of the user's script: it says that it runs,
// and goes on when it is told to.
const program = `echo "$1 run $$"
read -r go || exit 99
`

// patience is how long one step may take. Nothing of a replay lives much longer.
const patience = 30 * time.Second

// What is no event has a number below zero.

// becomes is the number under which a child reports that it has become a program.
func becomes(process int) int { return -1000 - process }

// born is the number under which a child reports that it is there: what a shell does
// to itself after fork is done by then.
func born(process int) int { return -2000 - process }

// tries is the number under which a process reports that it has not got what it
// tries for: what it sleeps with ends when its gate opens, and it tries again.
func tries(process int) int { return -3000 - process }

// stranded is the number under which a process reports that what it waited for is no
// more.
func stranded(process int) int { return -4000 - process }

// trapped is the number under which a process reports that its handler runs.
func trapped(process int) int { return -5000 - process }

// doomed is the number under which a program reports that runs in a frame that is about
// to die.
func doomed(process int) int { return -6000 - process }

// writer writes what one process runs.
type writer struct {
	*plan
	who  int
	list []int // its events
	at   int   // how many of them are written

	handed bool // a redirect hands the locked descriptor to the next program
}

// bracket is a compound command that is open in what has been written.
type bracket struct {
	opener protocol.ID
	event  int
	frame  bool
	begin  int    // the line before which it stands
	tail   string // the redirection behind the closing brace
}

// text writes the events up to the end of the process, or of the signal handler
// that it is in.
func (w *writer) text() (string, error) {
	var lines []string
	var open []bracket
	line := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format+"\n", args...)) }
	closeOne := func() {
		last := open[len(open)-1]
		open = open[:len(open)-1]
		if last.frame {
			line(") %s", last.tail)
			return
		}
		line("} %s", last.tail)
		line(`[ "$in%d" = 1 ] || echo "%d 1"`, last.event, last.event)
	}
	group := func(i int, ev *prove.Event, n *protocol.Node) {
		open = append(open, bracket{opener: ev.Node, event: i, tail: w.redirect(ev, n)})
		line(`gate; in%d=0`, i)
		line(`{ in%d=1; echo "%d 0"`, i, i)
	}
	// abandon closes the frames that die of a signal, each while it runs a program.
	abandon := func(c *caught) {
		for range c.ends {
			line(`/bin/sh "$D/program" %d <"$D/hold"; exit 98`, doomed(w.who))
			for frame := false; !frame && len(open) > 0; {
				frame = open[len(open)-1].frame
				closeOne()
			}
		}
		if c.left != 0 {
			line(`echo "%d 0"`, c.left)
		}
	}
	// strike writes what a signal does; the trap of a shell around frames is known
	// before they begin.
	strike := func(i int, ev *prove.Event, n *protocol.Node) error {
		c := w.caught[ev]
		if c == nil {
			return w.signal(line, i, ev, n)
		}
		assigned := ""
		if len(c.ends) > 0 { // it gets that far
			w.at += len(c.ends)
			var err error
			if assigned, err = w.handlerText(ev, w.outer(c), c); err != nil {
				return err
			}
		}
		if w.asked(i) < 0 {
			if err := w.struck(line, i, ev, n, over(ev)); err != nil {
				return err
			}
		}
		at := len(lines)
		for left := len(c.ends); left > 0; left-- {
			j := len(open) - 1
			for j >= 0 && (!open[j].frame || open[j].begin >= at) {
				j--
			}
			if j < 0 {
				return unable("step %d ends something that it did not begin", i+1)
			}
			at = open[j].begin
		}
		lines = slices.Insert(lines, at, assigned)
		for j := range open {
			if open[j].begin > at {
				open[j].begin++
			}
		}
		return nil
	}
	ended := false
	for !ended && w.at < len(w.list) {
		i := w.list[w.at]
		w.at++
		ev := &w.events[i]
		if ev.Kind == prove.Kill || ev.Kind == prove.Run && ev.Node == protocol.None {
			break
		}
		n := w.node(ev)
		if ev.Kind == prove.Signal {
			if err := strike(i, ev, n); err != nil {
				return "", err
			}
			if c := w.caught[ev]; c != nil {
				abandon(c)
			}
			continue
		}
		var lost *caught
		if ev.Waits && w.at < len(w.list) && w.asked(w.list[w.at]) == i {
			if next := &w.events[w.list[w.at]]; next.Kind == prove.Signal { // the handler is to be known by then
				w.at++
				if err := strike(w.list[w.at-1], next, n); err != nil {
					return "", err
				}
				lost = w.caught[next]
			}
		}
		switch n.Op {
		case protocol.Dup, protocol.Restore:
			if w.digit(ev, n.FD) != 0 && !w.gated(ev) {
				w.handed = n.Op == protocol.Dup && ev.OK
			}
		case protocol.Trap:
			w.trap(line, ev, n)
			continue
		case protocol.Resume:
			ended = true
			continue
		case protocol.Leave:
			if !w.gated(ev) {
				continue
			}
			rest, err := w.text()
			if err != nil {
				return "", err
			}
			line("gate; x=%s", quote(fmt.Sprintf("echo '%d 0'\n", i)+rest))
			line("exit 0")
			ended = true
			continue
		}
		if !w.gated(ev) || w.asked(i) >= 0 {
			continue
		}
		switch {
		case n.Op == protocol.End:
			line("gate; exit 0")
			ended = true
		case n.Op == protocol.Sub || w.merged[ev]:
			frame := bracket{opener: ev.Node, event: i, frame: true, begin: len(lines)}
			if w.merged[ev] {
				frame.opener, frame.tail = w.events[w.list[w.at-2]].Node, w.redirect(ev, n)
			}
			open = append(open, frame)
			line("gate")
			line(`( /bin/sh -c 'echo "%d frame $PPID"'`, i)
		case n.Op == protocol.EndSub || n.Op == protocol.Restore:
			line("gate")
			found := false
			for len(open) > 0 && !found {
				found = open[len(open)-1].opener == n.Body
				if !found && n.Op == protocol.EndSub {
					line("exit 0")
				}
				closeOne()
			}
			if !found {
				return "", unable("step %d ends something that it did not begin", i+1)
			}
			line(`echo "%d 0"`, i)
		case w.scoped(ev, n):
			group(i, ev, n)
		case n.Op == protocol.Spawn:
			if err := w.spawn(line, i, ev); err != nil {
				return "", err
			}
		case w.last(ev, n):
			line(`gate; /bin/sh "$D/program" %d%s`, i, w.excluded(ev, n))
			ended = true
		case n.Op == protocol.Work && !n.Mode.Has(protocol.Stays):
			line(`gate; exec /bin/sh "$D/program" %d%s`, i, w.excluded(ev, n))
		case n.Op == protocol.Work:
			line(`gate; /bin/sh "$D/program" %d <"$D/in.%d"%s &`, i, ev.Child, w.excluded(ev, n))
		default:
			command, err := w.command(ev, n)
			if err != nil {
				return "", err
			}
			if w.own != nil && !w.forced(ev, n) {
				if own := w.own(ev); own != "" {
					command = own
				}
			}
			if n.Op == protocol.Wait {
				command = fmt.Sprintf(`echo "%d begun"; `, i) + command
			}
			line("gate; %s; said %d", command, i)
		}
		if lost != nil {
			abandon(lost)
		}
	}
	if !ended {
		line("gate; exit 98") // nothing more of it is in the trace
	}
	for len(open) > 0 {
		closeOne()
		line(":") // a frame that is the last command may be run by the shell around it itself
	}
	return strings.Join(lines, ""), nil
}

// scoped tells whether what a redirect opens belongs to a compound command: to the
// one that it stands at, or to the rest of the script where exec would make it
// close-on-exec though the script does not.
func (w *writer) scoped(ev *prove.Event, n *protocol.Node) bool {
	if !isRedirect(n) || !ev.OK || w.digit(ev, n.FD) == 0 {
		return false
	}
	if n.Mode.Has(protocol.Save) || n.Mode.Has(protocol.Scoped) {
		return true
	}
	return n.Op == protocol.Open && kshLike(w.protocol(ev).Dialect) && !n.Mode.Has(protocol.Cloexec)
}

// excluded is the redirection by which a program does not inherit a lock.
func (w *writer) excluded(ev *prove.Event, n *protocol.Node) string {
	if fd := w.digit(ev, n.FD); n.Mode.Has(protocol.Exclude) && fd != 0 {
		return fmt.Sprintf(" %d>&-", fd)
	}
	return ""
}

// signal writes the place at which a signal finds the process, and before it what
// its handler does.
func (w *writer) signal(line func(string, ...any), i int, ev *prove.Event, n *protocol.Node) error {
	after := ""
	if h := w.handler(ev); h.Do == protocol.Run {
		assigned, err := w.handlerText(ev, h, nil)
		if err != nil {
			return err
		}
		line("%s", strings.TrimSuffix(assigned, "\n"))
	} else {
		after = over(ev)
	}
	if w.asked(i) >= 0 {
		return nil // it is in what it has begun
	}
	return w.struck(line, i, ev, n, after)
}

// resumed tells whether an event is the end of a handler after which the script goes on.
func (w *writer) resumed(event int) bool {
	ev := &w.events[event]
	return ev.Node != protocol.None && w.node(ev).Op == protocol.Resume
}

// over reports that what a process waited for is no more.
func over(ev *prove.Event) string {
	return fmt.Sprintf(`; echo "%d over"`, stranded(ev.Process))
}

// outer is what the shell does that catches a signal around frames.
func (w *writer) outer(c *caught) protocol.Handler {
	end := c.ends[len(c.ends)-1]
	p := w.protocol(end)
	return p.Handlers[p.Nodes[w.node(end).Body].Handlers].Signal[c.signal]
}

// handlerText makes a handler of the events that follow. Where the redirects of a dead
// frame stand while it runs, they end with it.
func (w *writer) handlerText(ev *prove.Event, h protocol.Handler, c *caught) (string, error) {
	rest, err := w.text()
	if err != nil {
		return "", err
	}
	if c != nil && c.stands() && w.at < len(w.list) && w.resumed(w.list[w.at-1]) {
		c.left = w.list[w.at]
		w.at++
		rest += "gate\n"
	}
	name := "h"
	if h.Armed != protocol.None && !named(w.protocol(ev).Nodes[h.Armed].Text, ev.Signal) {
		name = "x" // an EXIT trap that the signal sets off
	}
	return fmt.Sprintf("%s=%s\n", name, quote(fmt.Sprintf("echo '%d runs'\n", trapped(ev.Process))+rest)), nil
}

// struck writes where a signal finds the process: in a program, or in what it waits in.
func (w *writer) struck(line func(string, ...any), i int, ev *prove.Event, n *protocol.Node, after string) error {
	before, program := "", fmt.Sprintf(`/bin/sh "$D/program" %d <"$D/hold"`, i)
	if !ev.Alone && n.Op != protocol.Work {
		waiting := *ev
		waiting.OK = n.Op == protocol.Claim // one try, and then the program that it sleeps with
		command, err := w.command(&waiting, n)
		if err != nil {
			return err
		}
		switch n.Op {
		case protocol.Wait:
			before, program = fmt.Sprintf(`echo "%d begun"; `, i), command
		case protocol.Claim:
			before = command + "; "
		default:
			program = command
		}
	}
	line("gate; %s%s%s", before, program, after)
	return nil
}

// trap arms, ignores or resets signals as the script does; what a trap runs is known
// only where the trace sets it off.
func (w *writer) trap(line func(string, ...any), ev *prove.Event, n *protocol.Node) {
	p := w.protocol(ev)
	for _, name := range strings.Fields(n.Text) {
		action := "-"
		switch {
		case n.Body != protocol.None && name == "EXIT":
			action = `'eval "$x"'`
		case n.Body != protocol.None:
			action = `'eval "$h"'`
		case name != "EXIT" && n.Next != protocol.None:
			if sig := signalOf(name); sig < protocol.NumSignals && p.Handlers[p.Nodes[n.Next].Handlers].Signal[sig].Do == protocol.Ignore {
				action = "''"
			}
		}
		line("trap %s %s", action, name)
	}
}

func (w *writer) spawn(line func(string, ...any), i int, ev *prove.Event) error {
	child := w.writer(ev.Child)
	line("gate")
	text, err := child.text()
	if work := w.programs[ev.Child]; work != nil {
		text = fmt.Sprintf("gate; exec /bin/sh \"$D/program\" %d%s\n", becomes(ev.Child), w.excluded(ev, work))
	}
	if err != nil {
		return err
	}
	line("{\necho \"%d born\"\n%s} <\"$D/in.%d\" &", born(ev.Child), text, ev.Child) // yash needs two processes for ( ) here
	line(`echo "%d run $!"`, i)
	return nil
}

func signalOf(name string) protocol.Signal {
	for s := range protocol.NumSignals {
		if s.String() == name {
			return s
		}
	}
	return protocol.NumSignals
}

func named(list, signal string) bool {
	for _, name := range strings.Fields(list) {
		if name == signal {
			return true
		}
	}
	return false
}

// quote makes a word of a text that every shell reads back.
func quote(text string) string {
	if q, err := syntax.Quote(text, syntax.LangPOSIX); err == nil {
		return q
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
