package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// binary asks about two words.
func (a *asking) binary(q *question) bool {
	l := a.value(q.x)
	if a.halted() {
		return false
	}
	equal := q.op == "=" || q.op == "==" || q.op == "-eq"
	if q.pattern && q.y.word != nil {
		return a.fits(q, l, q.op != "!=")
	}
	if a.numeric(q.op) && !q.x.given { // [[ x -eq y ]] reads arithmetic
		l = a.orZero(a.expander.number(q.x.word))
	}
	r := a.value(q.y)
	if a.numeric(q.op) && !q.y.given {
		r = a.orZero(a.expander.number(q.y.word))
	}
	if a.halted() {
		return false
	}
	switch q.op {
	case "-ef":
		return a.sameFile(q, l, r)
	case "-nt", "-ot":
		return a.open(q, 0)
	case "=~":
		return a.asked(q, "=~"+l.Key+"\x01"+r.Key, true, openness(l, r), nil, nil)
	}
	if equal || q.op == "!=" || q.op == "-ne" {
		if fd, path, ok := inodes(l, r); ok {
			return a.sameInode(q, fd, path, equal)
		}
		if path := ownership(l, r); path != 0 {
			return a.owns(q, path, equal)
		}
		if own := isOwn(l) || isOwn(r); own && (l.blank() || r.blank()) {
			return !equal
		}
	}
	if truth, known := compare(q.op, l, r); known {
		return truth
	}
	fact, positive := factOf(q.op, l, r)
	if nameless(l, r) {
		fact = ""
	}
	yes, no := func(s *State) *State { return s }, func(s *State) *State { return s }
	if r.Known && equal {
		if change := a.learn(q.x, r); change != nil {
			yes = change
		}
	} else if change := a.learn(q.x, r); r.Known && q.op == "!=" && change != nil {
		no = change
	}
	return a.asked(q, fact, positive, openness(l, r)|counts(l, r), yes, no)
}

func (a *asking) numeric(op string) bool { return len(op) == 3 && op[0] == '-' && op != "-ef" }

// counts says of a comparison that a counter or a clock decides it.
func counts(values ...Value) protocol.Mode {
	for _, v := range values {
		if v.Number && !v.Known && !v.Input && !v.Nonzero && v.Key != someStatus.Key || v.Private && v.Spawn == 0 {
			return protocol.Counts
		}
	}
	return 0
}

// isOwn tells of the number of the process itself, and of the script's name.
func isOwn(v Value) bool {
	return v.Key == mark+"$"+mark || v.Key == mark+"BASHPID"+mark || v.Key == mark+"0"+mark
}

// fits asks whether a value fits a pattern.
func (a *asking) fits(q *question, v Value, want bool) bool {
	p := a.expander.pattern(q.y.word)
	if a.halted() {
		return false
	}
	if fits, known := p.fits(v, a.m.facts(a.s)); known {
		return fits == want
	}
	plain := Value{}
	if w, ok := q.y.word.Literal(); ok && !strings.ContainsAny(w, `*?[\`) {
		plain = Literal(w)
	}
	yes, no := func(s *State) *State { return s }, func(s *State) *State { return s }
	if change := a.learn(q.x, plain); plain.Key != "" && change != nil {
		if want {
			yes = change
		} else {
			no = change
		}
	}
	fact, positive := "case"+v.Key+"\x01"+p.key(), want
	if plain.Key != "" {
		fact, positive = factOf("=", v, plain)
		positive = positive == want
	}
	return a.asked(q, fact, positive, openness(append(p.values(), v)...), yes, no)
}

// inodes recognises a comparison of a path's inode with a descriptor's.
func inodes(a, b Value) (fd, path int, ok bool) {
	switch {
	case a.Inode != 0 && b.InodeFD != 0:
		return b.InodeFD - 1, a.Inode - 1, true
	case a.InodeFD != 0 && b.Inode != 0:
		return a.InodeFD - 1, b.Inode - 1, true
	}
	return 0, 0, false
}

// ownership recognises a comparison of a file's content with what only this process has.
func ownership(a, b Value) int {
	switch {
	case a.Content != 0 && b.Private:
		return a.Content
	case b.Content != 0 && a.Private:
		return b.Content
	}
	return 0
}

func (a *asking) owns(q *question, path int, equal bool) bool {
	n := node(protocol.Own, q.at)
	n.Path = path - 1
	return a.either(q, n, equal)
}

func (a *asking) sameInode(q *question, fd, path int, equal bool) bool {
	n := node(protocol.SameInode, q.at)
	n.FD, n.Path = fd, path
	return a.either(q, n, equal)
}

// either makes a node of a question whose success answers it so.
func (a *asking) either(q *question, n protocol.Node, want bool) bool {
	a.step(q, n, nil, nil)
	if !want && a.out != nil {
		a.out.next, a.out.otherwise = a.swapped(q, a.out.next, "no"), a.swapped(q, a.out.otherwise, "yes")
	}
	return false
}

// swapped is a state in which a question has the other answer.
func (a *asking) swapped(q *question, s *State, text string) *State {
	t := s.clone()
	t.register(func(r *registers) { r.memo = with(r.memo, -1-q.leaf, Literal(text)) })
	return t
}

func (a *asking) sameFile(q *question, l, r Value) bool {
	if fd, ok := fdPath(l.Text); ok {
		return a.sameInode(q, fd, a.m.path(r, a.s), true)
	}
	if fd, ok := fdPath(r.Text); ok {
		return a.sameInode(q, fd, a.m.path(l, a.s), true)
	}
	return a.open(q, 0)
}
