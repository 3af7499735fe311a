package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/lockkit/lockkit/shellkit/holders"
)

// WhoDot writes a graph for Graphviz: process → open file description → file, a
// wait as a dashed edge, what takes part in a deadlock in red. An error is one of
// out.
func WhoDot(out io.Writer, w *Who) error {
	b := bufio.NewWriter(out)
	d := whoDot{b, map[int]bool{}, map[*holders.Waiter]bool{}, map[*holders.Lock]bool{}}
	for _, deadlock := range w.deadlocks() {
		for _, s := range deadlock.Steps {
			d.stuck[s.Waiter], d.knot[s.Lock] = true, true
		}
	}
	fmt.Fprintln(d, "digraph locks {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];")
	for i, f := range w.Files {
		d.file(i, f)
	}
	fmt.Fprintln(d, "}")
	return b.Flush()
}

type whoDot struct {
	io.Writer
	processes map[int]bool
	stuck     map[*holders.Waiter]bool
	knot      map[*holders.Lock]bool
}

func (d whoDot) file(i int, f *holders.File) {
	fmt.Fprintf(d, "  f%d [shape=box, label=%s];\n", i, dotQuote(pathOf(f), inodeOf(f.Inode)))
	for j, l := range f.Locks {
		id := fmt.Sprintf("l%d_%d", i, j)
		fmt.Fprintf(d, "  %s [shape=box, style=rounded, label=%s];\n", id, dotQuote(kindOfLock(l)))
		fmt.Fprintf(d, "  %s -> f%d%s;\n", id, i, attributes(redIf(d.knot[l])))
		for _, k := range l.Keepers {
			d.process(k.Process)
			fmt.Fprintf(d, "  p%d -> %s%s;\n", k.Process.PID, id, attributes(fmt.Sprintf(`label="%d"`, k.FD), redIf(d.knot[l])))
		}
	}
	for j, w := range f.Waiters {
		id := fmt.Sprintf("p%d", w.Process.PID)
		if w.Process.PID > 0 {
			d.process(w.Process)
		} else {
			id = fmt.Sprintf("w%d_%d", i, j)
			fmt.Fprintf(d, "  %s [label=%s];\n", id, dotQuote(commandOf(w.Process)))
		}
		label := fmt.Sprintf(`label="waits: %s"`, kindOfWaiter(w))
		fmt.Fprintf(d, "  %s -> f%d%s;\n", id, i, attributes(label, "style=dashed", redIf(d.stuck[w])))
	}
}

func (d whoDot) process(p *holders.Process) {
	if !d.processes[p.PID] {
		d.processes[p.PID] = true
		fmt.Fprintf(d, "  p%d [label=%s];\n", p.PID, dotQuote(cutTo(commandOf(p), 60), fmt.Sprintf("pid %d", p.PID)))
	}
}

func redIf(yes bool) string {
	if yes {
		return "color=red"
	}
	return ""
}

func attributes(all ...string) string {
	var some []string
	for _, a := range all {
		if a != "" {
			some = append(some, a)
		}
	}
	if some == nil {
		return ""
	}
	return " [" + strings.Join(some, ", ") + "]"
}

// dotQuote makes one quoted string of harmless lines. A backslash of theirs is
// doubled, so that \N or \G in a name is not replaced by Graphviz.
func dotQuote(lines ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	for i, line := range lines {
		lines[i] = escape.Replace(line)
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
