package protocol

import (
	"strconv"
	"strings"
)

// DigitsAreWord tells of a redirect that it is none to its shell: where that takes one
// digit, 200 in front of > is a word, and so is {fd} where it knows no such descriptors.
// What follows is opened as standard output. exec runs that word and does not find it,
// and behind a group it is a syntax error: in either case the script ends there.
func (p *Protocol) DigitsAreWord(n *Node) bool {
	if n.Op != Open || n.FD < 10 {
		return false
	}
	return n.Text == strconv.Itoa(n.FD) && !p.Shell.Has(ManyDigits) || strings.HasPrefix(n.Text, "{") && !p.Shell.Has(BraceFDs)
}
