package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lockkit/lockkit/shellkit/holders"
)

// EnterScreen and LeaveScreen go around a live view: they turn to the terminal's
// second screen without a cursor, and back to what was there before.
const (
	EnterScreen = "\x1b[?1049h\x1b[?25l"
	LeaveScreen = "\x1b[?25h\x1b[?1049l"
)

// Watch is a live view of locks, with waits and holds as growing bars. It is fed
// with pictures and keys, and draws frames; it does nothing by itself.
type Watch struct {
	who    Who
	sort   int
	filter int
	text   string
	typing bool
	scroll int
	page   int // how many lines the last frame had room for

	began   time.Time // of the first picture
	since   map[string]time.Time
	started bool
}

// What s and f go through.
var (
	watchSorts   = []string{"longest wait", "longest hold", "path"}
	watchFilters = []string{"all", "waited for", "with a hint", "deadlocked"}
)

// Update takes a new picture. What was not there before has begun now.
func (w *Watch) Update(who Who) {
	w.who = who
	now := who.Picture.At
	if !w.started {
		w.began, w.started = now, true
	}
	seen := map[string]time.Time{}
	keep := func(key string, known time.Time) {
		at, ok := w.since[key]
		if !ok {
			at = now
		}
		if !known.IsZero() && known.Before(at) {
			at = known
		}
		seen[key] = at
	}
	for _, f := range who.Picture.Files {
		for _, l := range f.Locks {
			var known time.Time
			if h, ok := who.Noted[f]; ok {
				known = h.Since
			}
			keep(lockKey(l), known)
		}
		for _, wait := range f.Waiters {
			var known time.Time
			if wait.Process.Name == "flock" { // it does nothing before it waits
				known = wait.Process.Started
			}
			keep(waitKey(wait), known)
		}
	}
	w.since = seen
}

func lockKey(l *holders.Lock) string {
	return fmt.Sprint("l", l.File.Inode, l.Kind, l.Mode, l.Taker, l.Range)
}

func waitKey(w *holders.Waiter) string {
	return fmt.Sprint("w", w.File.Inode, w.Process.PID, w.Kind, w.Mode, w.Range)
}

// Key takes what a key sent. quit says that the user wants no more.
func (w *Watch) Key(key string) (quit bool) {
	if w.typing {
		w.typed(key)
		return key == "\x03"
	}
	switch key {
	case "q", "Q", "\x03", "\x04": // Ctrl-C, Ctrl-D
		return true
	case "s":
		w.sort = (w.sort + 1) % len(watchSorts)
	case "f":
		w.filter, w.scroll = (w.filter+1)%len(watchFilters), 0
	case "/":
		w.typing, w.text, w.scroll = true, "", 0
	case "\x1b":
		w.text = ""
	case "j", "\x1b[B", "\x1bOB":
		w.scroll++
	case "k", "\x1b[A", "\x1bOA":
		w.scroll = max(0, w.scroll-1)
	case " ", "\x1b[6~": // page down
		w.scroll += w.page
	case "b", "\x1b[5~": // page up
		w.scroll = max(0, w.scroll-w.page)
	}
	return false
}

func (w *Watch) typed(key string) {
	switch {
	case key == "\r" || key == "\n":
		w.typing = false
	case key == "\x1b":
		w.typing, w.text = false, ""
	case key == "\x7f" || key == "\b":
		if text := []rune(w.text); len(text) > 0 {
			w.text = string(text[:len(text)-1])
		}
	case printable(key):
		w.text += key
	}
}

// Frame draws the view on a screen of that size, from its upper left corner on.
func (w *Watch) Frame(width, height int) string {
	p := painter(w.who.Colour)
	lines, scale := w.lines(p, width)
	w.page = max(1, height-3)
	w.scroll = min(w.scroll, max(0, len(lines)-w.page))
	part := lines[w.scroll:min(len(lines), w.scroll+w.page)]
	place := ""
	if len(part) < len(lines) {
		place = fmt.Sprintf("  [j|k] lines %d–%d of %d", w.scroll+1, w.scroll+len(part), len(lines))
	}
	var b strings.Builder
	b.WriteString("\x1b[H")
	for _, line := range append(w.header(p, width, scale, place), part...) {
		b.WriteString(line + "\x1b[K\r\n")
	}
	b.WriteString("\x1b[J")
	return b.String()
}

// header is what there is, and the keys. place says which part of the lines shows.
func (w *Watch) header(p painter, width int, scale time.Duration, place string) []string {
	var locks, waits int
	for _, f := range w.who.Files {
		locks, waits = locks+len(f.Locks), waits+len(f.Waiters)
	}
	title := fmt.Sprintf("%s  %s, %s, %s", w.who.Picture.At.Format(time.TimeOnly),
		count(locks, "lock", "locks"), count(waits, "wait", "waits"), count(len(w.who.deadlocks()), "deadlock", "deadlocks"))
	if n := w.who.Picture.Hidden; n > 0 {
		title += fmt.Sprintf("  (%s hidden)", count(n, "process", "processes"))
	}
	title += "  a full bar is " + duration(scale)
	text := cmp.Or(Harmless(w.text), "find")
	keys := fmt.Sprintf("[q]uit  [s]ort: %s  [f]ilter: %s  [/] %s%s", watchSorts[w.sort], watchFilters[w.filter], text, place)
	if w.typing {
		keys = "/" + Harmless(w.text) + "_"
	}
	return []string{p.paint(bold, cutTo(title, width)), p.paint(faint, cutTo(keys, width))}
}

// group is a file with its rows, and the times by which it is sorted.
type group struct {
	file       *holders.File
	hold, wait time.Duration
}

func (w *Watch) lines(p painter, width int) (lines []string, scale time.Duration) {
	var groups []group
	longest := time.Duration(0)
	for _, f := range w.who.Files {
		if !w.wanted(f) {
			continue
		}
		g := group{file: f}
		for _, l := range f.Locks {
			g.hold = max(g.hold, w.age(lockKey(l)))
		}
		for _, wait := range f.Waiters {
			g.wait = max(g.wait, w.age(waitKey(wait)))
		}
		longest = max(longest, g.hold, g.wait)
		groups = append(groups, g)
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		switch w.sort {
		case 0:
			return int(min(1, max(-1, b.wait-a.wait)))
		case 1:
			return int(min(1, max(-1, b.hold-a.hold)))
		}
		return strings.Compare(a.file.Path, b.file.Path)
	})
	scale = scaleFor(longest)
	for _, d := range w.who.deadlocks() {
		lines = append(lines, p.paint(red, cutTo(deadlockTitle(d), width)))
		for _, line := range deadlockLines(d) {
			lines = append(lines, sentence(p, plain, line, width)...)
		}
		lines = append(lines, sentence(p, green, "hint: "+deadlockCure(d), width)...)
	}
	for _, g := range groups {
		lines = append(lines, p.paint(bold, cutTo(pathOf(g.file), width)))
		for _, l := range g.file.Locks {
			lines = append(lines, w.lockLines(p, l, width, scale)...)
		}
		for _, wait := range g.file.Waiters {
			lines = append(lines, w.bar(p, yellow, "waits", commandOf(wait.Process), pidOf(wait.Process), waitKey(wait), '▒', width, scale))
		}
		for _, h := range w.who.hints(g.file) {
			lines = append(lines, sentence(p, green, "hint: "+h, width)...)
		}
	}
	return lines, scale
}

// sentence is as many lines as it needs: the cure stands at its end.
func sentence(p painter, s style, text string, width int) (lines []string) {
	lead := "  "
	for _, line := range fold(text, width-4) {
		lines = append(lines, p.paint(s, cutTo(lead+line, width)))
		lead = "    "
	}
	return lines
}

// lockLines has the bar with the first keeper and a line for each further process.
func (w *Watch) lockLines(p painter, l *holders.Lock, width int, scale time.Duration) []string {
	if len(l.Keepers) == 0 {
		r, _ := takerRow(l, "")
		return []string{w.bar(p, blue, r.cell[0], r.command, r.cell[2], lockKey(l), '█', width, scale)}
	}
	var lines []string
	before := 0
	for _, k := range l.Keepers {
		pid := k.Process.PID
		switch {
		case len(lines) == 0:
			lines = append(lines, w.bar(p, blue, "keeps", commandOf(k.Process), pidOf(k.Process), lockKey(l), '█', width, scale))
		case pid != before:
			lines = append(lines, cutTo(fmt.Sprintf("  %-5s %7d  %s", "too", pid, commandOf(k.Process)), width))
		}
		before = pid
	}
	return lines
}

// bar is one row: who, a bar as long as it has lasted, and how long that is. ≥
// stands before a time that began before the watch did.
func (w *Watch) bar(p painter, s style, role, command, pid, key string, fill rune, width int, scale time.Duration) string {
	const least = 20 // cells; what is left of a narrow terminal goes to the words
	age := w.age(key)
	room := max(least, width/3)
	length := int(int64(room) * int64(age) / int64(scale))
	length = min(room, max(1, length))
	time := duration(age)
	if w.since[key].Equal(w.began) {
		time = "≥" + time
	}
	words := fmt.Sprintf("  %-5s %7s  %s", role, pid, command)
	column := max(0, width-room-12)
	if width < 3*least {
		return cutTo(fmt.Sprintf("  %-5s %7s %s %s", role, pid, time, command), width)
	}
	return pad(cutTo(words, column), column) + " " + p.paint(s, strings.Repeat(string(fill), length)) +
		strings.Repeat(" ", room-length) + " " + pad(time, -9)
}

func (w *Watch) age(key string) time.Duration {
	at, ok := w.since[key]
	if !ok {
		return 0
	}
	return max(0, w.who.Picture.At.Sub(at))
}

func (w *Watch) wanted(f *holders.File) bool {
	switch w.filter {
	case 1:
		if len(f.Waiters) == 0 {
			return false
		}
	case 2:
		if len(f.Hints(w.who.all())) == 0 {
			return false
		}
	case 3:
		if !slices.ContainsFunc(w.who.Picture.Deadlocks, func(d holders.Deadlock) bool {
			return slices.ContainsFunc(d.Steps, func(s holders.Step) bool { return s.Lock.File == f })
		}) {
			return false
		}
	}
	if w.text == "" || strings.Contains(pathOf(f), w.text) {
		return true
	}
	has := func(p *holders.Process) bool {
		return strings.Contains(commandOf(p), w.text) || fmt.Sprint(p.PID) == w.text || p.User == w.text
	}
	return slices.ContainsFunc(f.Waiters, func(w *holders.Waiter) bool { return has(w.Process) }) ||
		slices.ContainsFunc(f.Locks, func(l *holders.Lock) bool {
			return slices.ContainsFunc(l.Keepers, func(k holders.Keeper) bool { return has(k.Process) })
		})
}

// scaleFor is the time that a full bar stands for.
func scaleFor(longest time.Duration) time.Duration {
	const day = 24 * time.Hour
	for _, scale := range []time.Duration{
		10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
		time.Hour, 6 * time.Hour, day, 7 * day, 30 * day,
	} {
		if longest <= scale {
			return scale
		}
	}
	return longest
}

// duration is short: 12s, 3m05s, 2h07m, 3d04h.
func duration(d time.Duration) string {
	s := int64(d / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	case s < 86400:
		return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
	}
	return fmt.Sprintf("%dd%02dh", s/86400, s/3600%24)
}
