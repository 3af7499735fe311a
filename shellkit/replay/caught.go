package replay

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// caught is a signal that ends frames inside of a shell that has a trap for it.
type caught struct {
	signal protocol.Signal
	ends   []*prove.Event // of the frames that die, the inner ones first
	left   int            // the event in which the redirects of the last one end, or 0 where they end with it
}

// stands tells whether the redirects of the last frame are there until the trap has run.
func (c *caught) stands() bool { return len(c.ends) > 0 && c.ends[len(c.ends)-1].Stands }

// findCaught finds the signals that a shell around a frame catches. The error is an
// *Unable: where the frame has a trap of its own as well.
func (p *plan) findCaught() error {
	p.caught, p.lost = map[*prove.Event]*caught{}, map[*prove.Event]*caught{}
	frames := map[int][]protocol.ID{}
	open := map[int]*caught{}        // by process: what the next EndSub belongs to
	depth := map[int]int{}           // of the shell that catches it
	waiting := map[int]protocol.ID{} // by process: the Wait of zsh to which it comes back
	for i := range p.events {
		ev := &p.events[i]
		if ev.Node != protocol.None && p.node(ev).Op == protocol.Wait && p.protocol(ev).Dialect == source.Zsh {
			if at, again := waiting[ev.Process]; again && at == ev.Node && ev.Kind == prove.Signal {
				return unable("a second signal in one wait is not replayed for zsh")
			}
			delete(waiting, ev.Process)
			if ev.Kind == prove.Signal {
				waiting[ev.Process] = ev.Node
			}
		}
		script, inside := p.protocol(ev), frames[ev.Process]
		switch {
		case ev.Kind == prove.Signal:
			at := catcher(script, inside, signalOf(ev.Signal))
			if p.node(ev).Mode.Has(protocol.Fatal) || at >= 0 && script.Nodes[inside[at]].Mode.Has(protocol.Fatal) {
				return unable("a signal under set -e is not replayed for %s", script.Dialect)
			}
			switch do := p.handler(ev).Do; {
			case at < 0:
			case do == protocol.Run:
				return unable("a signal that a frame and a shell around it catch is not replayed")
			case do == protocol.Die:
				open[ev.Process], depth[ev.Process] = &caught{signal: signalOf(ev.Signal)}, at
				p.caught[ev] = open[ev.Process]
			}
		case ev.Node == protocol.None:
			delete(frames, ev.Process)
		case script.Nodes[ev.Node].Op == protocol.Sub:
			frames[ev.Process] = append(inside, ev.Node)
		case script.Nodes[ev.Node].Op == protocol.EndSub && len(inside) > 0:
			if !ev.Stands {
				frames[ev.Process] = inside[:len(inside)-1]
			}
			if c := open[ev.Process]; c != nil {
				c.ends, p.lost[ev] = append(c.ends, ev), c
				if len(inside)-1 == depth[ev.Process] {
					delete(open, ev.Process)
				}
			}
		}
	}
	return nil
}

// catcher is the index of the innermost frame that a shell with a trap for the signal
// waits for, or -1.
func catcher(p *protocol.Protocol, frames []protocol.ID, sig protocol.Signal) int {
	for i, sub := range slices.Backward(frames) {
		if p.Handlers[p.Nodes[sub].Handlers].Signal[sig].Do == protocol.Run {
			return i
		}
	}
	return -1
}

// handler is what the signal of an event does where it finds the process.
func (p *plan) handler(ev *prove.Event) protocol.Handler {
	if p.node(ev).Op == protocol.EndSub { // of the shell in the frame, which has nothing left to do
		return protocol.NoHandlers().Signal[signalOf(ev.Signal)]
	}
	return p.protocol(ev).Handlers[p.node(ev).Handlers].Signal[signalOf(ev.Signal)]
}

// catches tells whether the end of a frame that died of a signal is the last one before
// a trap runs.
func (p *plan) catches(end *prove.Event) bool {
	c := p.lost[end]
	return c.ends[len(c.ends)-1] == end
}

// leftLate tells whether with an event redirects end whose frame has died before.
func (p *plan) leftLate(event int) bool {
	for _, c := range p.caught {
		if c.left == event {
			return true
		}
	}
	return false
}
