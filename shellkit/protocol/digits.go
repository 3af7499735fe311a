package protocol

import "strconv"

// DigitsAreWord tells of a redirect that it is none to its shell: where that takes one
// digit, 200 in front of > is a word, and what follows is opened as standard output.
func (p *Protocol) DigitsAreWord(n *Node) bool {
	return n.Op == Open && n.FD >= 10 && n.Text == strconv.Itoa(n.FD) && !p.Dialect.Facts().MultiDigitFD
}
