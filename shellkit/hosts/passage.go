package hosts

// A passage is text with the place in the host of every byte. Passages are cut and put
// together as slices are, and no byte loses its place.
type passage struct {
	data     []byte
	from, to []int32 // byte i stands for host[from[i]:to[i]]
	guessed  bool    // a variable stands in it for something that may be any text
}

// copied is host[from:to] as it is.
func copied(host []byte, from, to int) passage {
	var p passage
	p.copy(host, from, to)
	return p
}

// copy appends host[from:to] as it is.
func (p *passage) copy(host []byte, from, to int) {
	for i := from; i < to; i++ {
		p.data = append(p.data, host[i])
		p.from, p.to = append(p.from, int32(i)), append(p.to, int32(i+1))
	}
}

// instead appends text that stands for host[from:to].
func (p *passage) instead(text string, from, to int) {
	p.data = append(p.data, text...)
	for range len(text) {
		p.from, p.to = append(p.from, int32(from)), append(p.to, int32(to))
	}
}

// add appends text that the host does not have; it stands at a place of no width.
func (p *passage) add(text string, at int) { p.instead(text, at, at) }

// join appends another passage.
func (p *passage) join(q passage) {
	p.data = append(p.data, q.data...)
	p.from, p.to = append(p.from, q.from...), append(p.to, q.to...)
	p.guessed = p.guessed || q.guessed
}

// cut is the passage from i up to j.
func (p passage) cut(i, j int) passage {
	return passage{p.data[i:j:j], p.from[i:j:j], p.to[i:j:j], p.guessed}
}

func (p passage) len() int { return len(p.data) }

// start and end are where the passage stands, and or is where it stands when it is empty.
func (p passage) start(or int) int {
	if len(p.from) == 0 {
		return or
	}
	return int(p.from[0])
}

func (p passage) end(or int) int {
	if len(p.to) == 0 {
		return or
	}
	return int(p.to[len(p.to)-1])
}

// trim drops the blanks at both ends.
func (p passage) trim() passage {
	i, j := 0, len(p.data)
	for i < j && isBlank(p.data[i]) {
		i++
	}
	for i < j && isBlank(p.data[j-1]) {
		j--
	}
	return p.cut(i, j)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
