package report

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/lockkit/lockkit/shellkit/holders"
	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// Who is what `lockkit who` shows: the locks of a picture, or some of them.
type Who struct {
	Picture *holders.Picture
	Files   []*holders.File   // those to show
	Free    []string          // what was asked for and nobody holds
	Gone    map[string]string // of Free, why nothing is there that could be held
	Beside  []string          // what else should be known, a sentence each

	// Named says which files are of locks that were given by name: lockkit opened
	// them, on descriptors of its own choice.
	Named map[*holders.File]bool

	// Noted is the holder line of a named lock, where it is known to be true.
	Noted map[*holders.File]lockfile.Holder

	Colour bool
	Width  int // of the terminal in cells; 0 where lines may be of any length
}

// all says that no process was hidden, so that what is not seen is not there.
func (w *Who) all() bool {
	return w.Picture.Hidden == 0 && !w.Picture.Nested && !w.Picture.Veiled
}

// deadlocks are those that one of the shown files takes part in.
func (w *Who) deadlocks() (some []holders.Deadlock) {
	shown := map[*holders.File]bool{}
	for _, f := range w.Files {
		shown[f] = true
	}
	for _, d := range w.Picture.Deadlocks {
		for _, s := range d.Steps {
			if shown[s.Lock.File] {
				some = append(some, d)
				break
			}
		}
	}
	return some
}

// blind says in words what could not be seen.
func (w *Who) blind() (notes []string) {
	if n := w.Picture.Hidden; n > 0 {
		whose := "their"
		if n == 1 {
			whose = "its"
		}
		note := count(n, "process", "processes") +
			" may not be looked into: of " + whose + " locks only the process that took them is seen, not who inherited them"
		if !w.Picture.Root {
			note += "; root sees more"
		}
		notes = append(notes, note)
	}
	if w.Picture.Veiled {
		notes = append(notes, "other users' processes do not show in /proc here (hidepid=): of their locks only the process that took them is known; root sees more")
	}
	if w.Picture.Nested {
		notes = append(notes, "this is a pid namespace of its own (a container): holders outside of it cannot be seen")
	}
	return append(notes, w.Beside...)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// pathOf names a file on one line, also one whose path cannot be seen.
func pathOf(f *holders.File) string {
	switch {
	case f.Path != "":
		path := Harmless(f.Path) + map[holders.NameState]string{
			holders.NameRemoved: " (removed)",
			holders.NameOther:   " (replaced)",
		}[f.Name]
		if f.Foreign {
			path += " (among other mounts)"
		}
		return path
	case f.Mount != "":
		return fmt.Sprintf("inode %d below %s", f.Inode.Number, Harmless(f.Mount))
	}
	return "inode " + inodeOf(f.Inode)
}

// PathOf names a file as the tables do, for messages.
func PathOf(f *holders.File) string { return pathOf(f) }

func inodeOf(i holders.Inode) string {
	return fmt.Sprintf("%02x:%02x:%d", i.Major, i.Minor, i.Number)
}

// kindOf is `flock exclusive`, with what is special about it.
func kindOf(kind holders.Kind, mode holders.Mode, r holders.Range, breaking bool) string {
	s := string(kind) + " " + string(mode)
	if !r.Whole() {
		end := "end"
		if r.End != holders.ToEOF {
			end = strconv.FormatInt(r.End, 10)
		}
		s += " " + strconv.FormatInt(r.Start, 10) + "–" + end
	}
	if breaking {
		s += " breaking"
	}
	return s
}

func kindOfLock(l *holders.Lock) string { return kindOf(l.Kind, l.Mode, l.Range, l.Breaking) }

func kindOfWaiter(w *holders.Waiter) string { return kindOf(w.Kind, w.Mode, w.Range, false) }

// commandOf is a process's command line on one line.
func commandOf(p *holders.Process) string {
	command := Harmless(strings.Join(p.Command, " "))
	if strings.TrimSpace(command) == "" {
		command = "[" + Harmless(p.Name) + "]"
		if p.PID <= 0 || p.Veiled {
			command = "(not to be seen)"
		}
	}
	if p.Stopped() {
		command += " (stopped)"
	}
	switch {
	case p.Container != "":
		command += fmt.Sprintf(" (pid %d in container %s)", p.InnerPID, Harmless(p.Container))
	case p.InnerPID != 0:
		command += fmt.Sprintf(" (pid %d in its own namespace)", p.InnerPID)
	}
	return command
}

// brief is `pid 4242 (bash rotate.sh)`, for sentences.
func brief(p *holders.Process) string {
	const longest = 48
	command := Harmless(strings.Join(p.Command, " "))
	if strings.TrimSpace(command) == "" {
		command = Harmless(p.Name)
	}
	if command == "" {
		return "pid " + strconv.Itoa(p.PID)
	}
	return fmt.Sprintf("pid %d (%s)", p.PID, cutTo(command, longest))
}

// clock is a time of today without the date.
func clock(t, now time.Time) string {
	if t.IsZero() {
		return "-"
	}
	if y, m, d := t.Date(); true {
		if ny, nm, nd := now.Date(); y == ny && m == nm && d == nd {
			return t.Format(time.TimeOnly)
		}
	}
	return t.Format(time.DateTime)
}

// cutTo shortens harmless text to a width in cells.
func cutTo(text string, width int) string {
	if width <= 0 || cells(text) <= width {
		return text
	}
	var b strings.Builder
	room := width - cells(cut)
	for _, r := range text {
		if room -= cells(string(r)); room < 0 {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + cut
}

// pad fills text up to a width in cells, on the right, or on the left where width
// is negative.
func pad(text string, width int) string {
	blanks := strings.Repeat(" ", max(0, max(width, -width)-cells(text)))
	if width < 0 {
		return blanks + text
	}
	return text + blanks
}

// fold breaks text between words into lines of a width in cells; a longer word has
// a line for itself. Width 0 is one line.
func fold(text string, width int) []string {
	const least = 20 // narrower is worse to read than a line that the terminal breaks
	if width <= 0 || cells(text) <= width {
		return []string{text}
	}
	var lines []string
	line := ""
	for _, word := range strings.Split(text, " ") {
		switch {
		case line == "":
			line = word
		case cells(line)+1+cells(word) <= max(width, least):
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// foldBehind breaks a text that begins behind something on its line; the next lines begin
// where indent says.
func foldBehind(used int, text string, width, indent int) []string {
	const least = 20 // narrower is worse to read than a line that the terminal breaks
	if width <= 0 || used+cells(text) <= width {
		return []string{text}
	}
	var lines []string
	line, room := "", max(least, width-used)
	for _, word := range strings.Split(text, " ") {
		switch {
		case line == "":
			line = word
		case cells(line)+1+cells(word) <= room:
			line += " " + word
		default:
			lines = append(lines, line)
			line, room = word, max(least, width-indent)
		}
	}
	return append(lines, line)
}

func descriptor(fd int) string {
	if fd < 0 {
		return "-"
	}
	return strconv.Itoa(fd)
}

func pidOf(p *holders.Process) string {
	if p.PID <= 0 {
		return "-"
	}
	return strconv.Itoa(p.PID)
}

func userOf(p *holders.Process) string { return cmp.Or(Harmless(p.User), "-") }

// WhoAnswer writes what is known of one lock on a system without a list of locks.
// An error is one of out.
func WhoAnswer(out io.Writer, lock string, a holders.Answer) error {
	lock = Harmless(lock)
	var err error
	switch {
	case !a.Locked:
		_, err = fmt.Fprintf(out, "%s is held by no one\n", lock)
	case a.PID > 0:
		_, err = fmt.Fprintf(out, "%s is held by pid %d (%s fcntl lock)\n", lock, a.PID, a.Mode)
	default:
		_, err = fmt.Fprintf(out, "%s is held (%s flock lock; this system does not show by whom)\n", lock, a.Mode)
	}
	return err
}
