package extract

import "github.com/lockkit/lockkit/shellkit/protocol"

// Commands that are run with the same words do the same, wherever they stand.

// sameCall is the number of a command with its words: equal words, equal numbers.
func (x *walker) sameCall(args []value) int {
	var words []byte
	for _, v := range args {
		words = append(append(words, v.key...), 1)
	}
	n, ok := x.sameCalls[string(words)]
	if !ok {
		n = len(x.sameCalls)
		x.sameCalls[string(words)] = n
	}
	return n
}

// numberCalls numbers the commands that stand at several places, as a reader meets them,
// and takes the number from the others.
func numberCalls(p *protocol.Protocol) {
	type place struct{ from, to int }
	places := map[int]map[place]bool{}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Mode&(protocol.Quiet|protocol.Minor) != 0 {
			n.Call = protocol.None // no lock is for it
		}
		if n.Call != protocol.None {
			if places[n.Call] == nil {
				places[n.Call] = map[place]bool{}
			}
			places[n.Call][place{n.Span.Start.Offset, n.Span.End.Offset}] = true
		}
	}
	number := map[int]int{}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if len(places[n.Call]) < 2 {
			n.Call = protocol.None
			continue
		}
		if _, known := number[n.Call]; !known {
			number[n.Call] = len(number)
		}
		n.Call = number[n.Call]
	}
}
