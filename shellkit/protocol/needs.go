package protocol

// Answers are what a machine says to questions that have one answer there for everybody
// (Node.AsksMachine).
type Answers map[string]bool

// Agree tells whether one machine can give both.
func (a Answers) Agree(b Answers) bool {
	for question, yes := range a {
		if other, asked := b[question]; asked && other != yes {
			return false
		}
	}
	return true
}

// Needs returns, by node, the answers without which no run comes there; none are said of a node to
// which nobody comes.
func (p *Protocol) Needs() []Answers {
	out := make([]Answers, len(p.Nodes))
	done := map[string]bool{}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		question := n.AsksMachine()
		if question == "" || done[question] || n.Else == None || n.Else == n.Next {
			continue
		}
		done[question] = true
		with, without := p.cameTo(question, true), p.cameTo(question, false)
		for id := range out {
			if with[id] == without[id] {
				continue
			}
			if out[id] == nil {
				out[id] = Answers{}
			}
			out[id][question] = with[id]
		}
	}
	return out
}

// cameTo tells, by node, whether some run comes there, or something that it has started or armed,
// where a question has that answer.
func (p *Protocol) cameTo(question string, yes bool) []bool {
	seen := make([]bool, len(p.Nodes))
	for todo := []ID{0}; len(todo) > 0; {
		id := todo[len(todo)-1]
		if todo = todo[:len(todo)-1]; id == None || seen[id] {
			continue
		}
		seen[id] = true
		n := &p.Nodes[id]
		switch asks := n.AsksMachine() == question && n.Else != None; {
		case asks && yes:
			todo = append(todo, n.Next)
		case asks:
			todo = append(todo, n.Else)
		default:
			todo = append(todo, n.Next, n.Else)
		}
		todo = append(todo, n.Body)
		for _, s := range p.Handlers[n.Handlers].Signal {
			todo = append(todo, s.Entry)
		}
	}
	return seen
}
