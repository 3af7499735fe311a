package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/holders"
)

// WhoTree draws how a lock hangs together: process, descriptor, open file
// description, file. The lines that meet show what is shared:
//
//	bash rotate.sh (4242)    ─ 9 ─┬─ flock exclusive ─┬─ /srv/lock  fe:00:77
//	└ sleep 60 (4250)        ─ 9 ─┘                   │
//	flock /srv/lock (4260)   ─ 3 ─── waits: exclusive ┘
//
// An error is one of out.
func WhoTree(out io.Writer, w *Who) error {
	b := bufio.NewWriter(out)
	t := whoTable{Writer: b, painter: painter(w.Colour), Who: w}
	for i, f := range w.Files {
		if i > 0 {
			fmt.Fprintln(t)
		}
		drawFile(t, f)
		for _, h := range w.hints(f) {
			t.hint(h)
		}
	}
	t.footer()
	return b.Flush()
}

// branch is a line of the picture: who, by which descriptor, and the words of the
// open file description where this is its first line.
type branch struct {
	process, fd string
	joint       string // how the descriptor meets the description
	words       string
	first       bool // of an open file description
}

// room is how much of a picture is drawn.
type room struct {
	command      int // cells of a command line
	taker, inode bool
}

// rooms are tried in turn until the picture fits the terminal: lines that it breaks
// would be no picture.
var rooms = []room{{40, true, true}, {24, true, true}, {24, false, true}, {24, false, false}, {12, false, false}}

func drawFile(t whoTable, f *holders.File) {
	path, inode := t.paint(bold, pathOf(f)), "  "+t.paint(faint, inodeOf(f.Inode))
	for _, r := range rooms {
		lines := r.draw(f)
		end, width := path, cells(pathOf(f))
		if r.inode {
			end, width = path+inode, width+2+cells(inodeOf(f.Inode))
		}
		if t.Width == 0 || cells(lines[0])+1+width <= t.Width {
			lines[0] += " " + end
			fmt.Fprintln(t, strings.Join(lines, "\n"))
			return
		}
	}
	// Its path needs a line for itself.
	fmt.Fprintln(t, path+inode)
	lines := rooms[len(rooms)-1].draw(f)
	lines[0] += " ↑"
	for _, line := range lines {
		fmt.Fprintln(t, cutTo(line, t.Width))
	}
}

// draw makes the lines of a file, up to its path, which belongs to the first.
func (r room) draw(f *holders.File) (lines []string) {
	var branches []branch
	for _, l := range f.Locks {
		branches = append(branches, r.lock(l)...)
	}
	for _, w := range f.Waiters {
		branches = append(branches, branch{
			process: r.label(w.Process), fd: descriptor(w.FD), joint: "───", words: "waits: " + kindOfWaiter(w), first: true,
		})
	}
	var who, fd, words, last int
	for i, b := range branches {
		who, fd, words = max(who, cells(b.process)), max(fd, cells(b.fd)), max(words, cells(b.words))
		if b.first {
			last = i
		}
	}
	for i, b := range branches {
		line := pad(b.process, who) + " ─ " + pad(b.fd, -fd) + " ─" + b.joint
		if b.first {
			line += " " + b.words + " " + strings.Repeat("─", words-cells(b.words))
		} else {
			line += strings.Repeat(" ", words+2)
		}
		switch {
		case i == 0 && last == 0:
			line += "───"
		case i == 0:
			line += "─┬─"
		case i > last:
		case b.first && i == last:
			line += "─┘"
		case b.first:
			line += "─┤"
		default:
			line += " │"
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// lock puts each process below its parent, as far as that is a keeper too.
func (r room) lock(l *holders.Lock) []branch {
	words := kindOfLock(l)
	if took, ok := takerRow(l, ""); ok && l.Taker > 0 && r.taker && !l.KeptAbove() {
		words += fmt.Sprintf(", taken by %d %s", l.Taker, took.command)
	}
	if len(l.Keepers) == 0 {
		return []branch{{process: unseen(l), fd: "-", joint: "───", words: words, first: true}}
	}
	children := map[int][]holders.Keeper{}
	keeps := map[int]bool{}
	for _, k := range l.Keepers {
		keeps[k.Process.PID] = true
	}
	for _, k := range l.Keepers {
		parent := k.Process.Parent
		if !keeps[parent] || parent == k.Process.PID {
			parent = 0
		}
		children[parent] = append(children[parent], k)
	}
	var branches []branch
	var grow func(parent int, indent string)
	grow = func(parent int, indent string) {
		all := children[parent]
		delete(children, parent) // numbers that were reused must not make a circle
		before := 0
		for i, k := range all {
			pid := k.Process.PID
			lead, below := "├ ", "│ "
			if i == len(all)-1 || all[len(all)-1].Process.PID == pid {
				lead, below = "└ ", "  "
			}
			if parent == 0 {
				lead, below = "", ""
			}
			text := indent + lead + r.label(k.Process)
			if pid == before {
				text = indent + below // another descriptor of the same process
			}
			before = pid
			branches = append(branches, branch{process: text, fd: strconv.Itoa(k.FD)})
			if i+1 == len(all) || all[i+1].Process.PID != pid {
				grow(pid, indent+below)
			}
		}
	}
	grow(0, "")
	for i := range branches {
		switch {
		case len(branches) == 1:
			branches[i].joint = "───"
		case i == 0:
			branches[i].joint = "─┬─"
		case i == len(branches)-1:
			branches[i].joint = "─┘ "
		default:
			branches[i].joint = "─┤ "
		}
	}
	if len(branches) > 0 {
		branches[0].words, branches[0].first = words, true
	}
	return branches
}

func (r room) label(p *holders.Process) string {
	label := cutTo(commandOf(p), r.command)
	if p.PID > 0 {
		label += " (" + strconv.Itoa(p.PID) + ")"
	}
	return label
}
