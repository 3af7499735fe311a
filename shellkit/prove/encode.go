package prove

// encode appends the state to buf, as few bytes as tell it from others. Of positions
// that are alike it has one.
func (m *model) encode(s *State, buf []byte) []byte {
	flags := byte(0)
	for i, f := range []bool{s.killed, s.passed, s.full, s.left} {
		if f {
			flags |= 1 << i
		}
	}
	buf = append(buf, flags)
	buf = append(buf, s.name[:m.names]...)
	inodes, files := 0, 0
	for i := range s.used {
		if s.used[i] {
			inodes = i
		}
	}
	for i := range s.file {
		if s.file[i].inode != 0 {
			files = i
		}
	}
	buf = append(buf, byte(inodes), byte(files))
	buf = append(buf, s.text[1:inodes+1]...)
	for _, f := range s.file[1 : files+1] {
		buf = append(buf, f.inode, f.lock<<2|f.mode)
	}
	for i := range s.proc {
		p := &s.proc[i]
		if p.life == gone && i >= len(m.crew) {
			continue
		}
		buf = append(buf, byte(i)<<4|byte(p.life))
		switch p.life {
		case gone:
		case before:
			buf = append(buf, p.script)
		default:
			buf = m.encodeProc(p, buf)
		}
	}
	return buf
}

func (m *model) encodeProc(p *proc, buf []byte) []byte {
	at := m.stand(p)
	buf = append(buf, p.script, p.run<<4|p.depth, p.due,
		byte(at.pc), byte(at.pc>>8), byte(at.resume), byte(at.resume>>8), byte(p.born), byte(p.born>>8))
	for _, e := range p.fd[:m.scripts[p.script].slots] {
		buf = append(buf, byte(e))
	}
	for _, b := range p.belief[:len(m.locks)] {
		mode := b.mode
		if b.over {
			mode |= 4
		}
		if b.open {
			mode |= 8
		}
		buf = append(buf, mode, b.file)
	}
	return buf
}

// stands appends to buf where processes really stand that encode has at a position that
// is alike.
func (m *model) stands(s *State, buf []byte) []byte {
	for i := range s.proc {
		p := &s.proc[i]
		if at := m.stand(p); p.lives() && (at.pc != p.pc || at.resume != p.resume) {
			buf = append(buf, byte(i), byte(p.pc), byte(p.pc>>8), byte(p.resume), byte(p.resume>>8))
		}
	}
	return buf
}

// decode reads what encode and stands wrote.
func (m *model) decode(buf, stands []byte) State {
	var s State
	s.killed, s.passed, s.full, s.left = buf[0]&1 != 0, buf[0]&2 != 0, buf[0]&4 != 0, buf[0]&8 != 0
	buf = buf[1:]
	buf = buf[copy(s.name[:m.names], buf):]
	inodes, files := int(buf[0]), int(buf[1])
	buf = buf[2:]
	buf = buf[copy(s.text[1:inodes+1], buf):]
	for i := 1; i <= files; i++ {
		s.file[i] = file{inode: buf[0], lock: buf[1] >> 2, mode: buf[1] & 3}
		s.used[buf[0]] = true
		buf = buf[2:]
	}
	for _, inode := range s.name {
		s.used[inode] = true
	}
	s.used[0] = false
	for i := range m.crew {
		s.proc[i].run = uint8(i)
	}
	for len(buf) > 0 {
		p := &s.proc[buf[0]>>4]
		p.life = life(buf[0] & 15)
		buf = buf[1:]
		switch p.life {
		case gone:
		case before:
			p.script = buf[0]
			buf = buf[1:]
		default:
			buf = m.decodeProc(&s, p, buf)
		}
	}
	for ; len(stands) > 0; stands = stands[5:] {
		p := &s.proc[stands[0]]
		p.pc, p.resume = word(stands, 1), word(stands, 3)
	}
	return s
}

func word(buf []byte, i int) uint16 { return uint16(buf[i]) | uint16(buf[i+1])<<8 }

func (m *model) decodeProc(s *State, p *proc, buf []byte) []byte {
	p.script, p.run, p.depth, p.due = buf[0], buf[1]>>4, buf[1]&15, buf[2]
	p.pc, p.resume, p.born = word(buf, 3), word(buf, 5), word(buf, 7)
	buf = buf[9:]
	slots := m.scripts[p.script].slots
	for i := range slots {
		p.fd[i] = entry(buf[i])
		if f := p.fd[i].file(); f != 0 {
			s.file[f].refs++
		}
	}
	buf = buf[slots:]
	for l := range m.locks {
		p.belief[l] = belief{mode: buf[0] & 3, over: buf[0]&4 != 0, open: buf[0]&8 != 0, file: buf[1]}
		buf = buf[2:]
	}
	return buf
}
