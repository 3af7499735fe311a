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
		for _, h := range f.Hints(w.all()) {
			t.hint(hintText(h))
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

func drawFile(t whoTable, f *holders.File) {
	var branches []branch
	for _, l := range f.Locks {
		branches = append(branches, lockBranches(l)...)
	}
	for _, w := range f.Waiters {
		branches = append(branches, branch{
			process: label(w.Process), fd: descriptor(w.FD), joint: "───", words: "waits: " + kindOfWaiter(w), first: true,
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
		if i == 0 {
			line += " " + t.paint(bold, pathOf(f)) + "  " + t.paint(faint, inodeOf(f.Inode))
		}
		fmt.Fprintln(t, strings.TrimRight(line, " "))
	}
}

// lockBranches puts each process below its parent, as far as that is a keeper too.
func lockBranches(l *holders.Lock) []branch {
	words := kindOfLock(l)
	if r, ok := takerRow(l, ""); ok && l.Taker > 0 {
		words += fmt.Sprintf(", taken by %d %s", l.Taker, r.command)
	}
	if len(l.Keepers) == 0 {
		return []branch{{process: "(not to be seen)", fd: "-", joint: "───", words: words, first: true}}
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
			text := indent + lead + label(k.Process)
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

func label(p *holders.Process) string {
	return cutTo(commandOf(p), 40) + " (" + strconv.Itoa(p.PID) + ")"
}
