package report

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lockkit/lockkit/shellkit/holders"
)

// shop is a picture with a lock that a script took and a child inherited, one who
// waits for it through a subshell of the same script, and a waiter that cannot be
// seen.
func shop(path string) *Who {
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.Local)
	script := &holders.Process{PID: 10, Command: []string{"bash", "shop.sh", strings.Repeat("x", 60)}, State: 'S', Started: at.Add(-time.Hour), User: "ann"}
	shell := &holders.Process{PID: 11, Parent: 10, Command: []string{"bash", "shop.sh"}, State: 'S', User: "ann"}
	waiter := &holders.Process{PID: 12, Parent: 11, Name: "flock", Command: []string{"flock", "shop", "true"}, State: 'S', Started: at.Add(-time.Minute), User: "ann"}
	f := &holders.File{Path: path, Name: holders.NameSame, Inode: holders.Inode{Major: 254, Number: 77}}
	whole := holders.Range{End: holders.ToEOF}
	lock := &holders.Lock{
		File: f, Kind: holders.Flock, Mode: holders.Exclusive, Range: whole, Taker: 20, TakerState: holders.TakerEnded, Apart: true,
		Keepers: []holders.Keeper{{Process: script, FD: 9}, {Process: shell, FD: 9}},
	}
	f.Locks = []*holders.Lock{lock}
	wait := &holders.Waiter{File: f, Process: waiter, FD: 3, Kind: holders.Flock, Mode: holders.Exclusive, Range: whole}
	unseen := &holders.Waiter{File: f, Process: &holders.Process{UID: -1}, FD: -1, Kind: holders.OFD, Mode: holders.Shared, Range: whole}
	f.Waiters = []*holders.Waiter{wait, unseen}
	p := &holders.Picture{Files: []*holders.File{f}, At: at}
	p.Deadlocks = []holders.Deadlock{{Steps: []holders.Step{{
		Keeps: script, FD: 9, Lock: lock, Waiter: wait, Through: []*holders.Process{script, shell, waiter},
	}}}}
	return &Who{Picture: p, Files: p.Files}
}

var sequence = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)

// widest is the width in cells of the widest line.
func widest(text string) (width int) {
	for line := range strings.Lines(sequence.ReplaceAllString(text, "")) {
		width = max(width, cells(strings.TrimRight(line, "\r\n")))
	}
	return width
}

func TestTheTreeFitsTheTerminal(t *testing.T) {
	for _, path := range []string{"/a", "/srv/deploy/shop.lock", "/" + strings.Repeat("漢字/", 30) + "shop"} {
		for width := 30; width < 200; width += 7 {
			w := shop(path)
			w.Width = width
			var out bytes.Buffer
			drawFile(whoTable{Writer: &out, Who: w}, w.Files[0])
			if !strings.Contains(out.String(), path) {
				t.Errorf("width %d: the path is not there whole:\n%s", width, &out)
			}
			_, picture, _ := strings.Cut(out.String(), "\n") // without the line with the path
			if got := widest(picture); got > width {
				t.Errorf("width %d: lines of %d cells:\n%s", width, got, &out)
			}
		}
	}
	w := shop("/a")
	var out bytes.Buffer
	drawFile(whoTable{Writer: &out, Who: w}, w.Files[0])
	if !strings.Contains(out.String(), "taken by 20 (ended)") || !strings.Contains(out.String(), "/a  fe:00:77\n") {
		t.Errorf("without a terminal nothing is left out:\n%s", &out)
	}
}

func TestSentencesAreFoldedForATerminal(t *testing.T) {
	w := shop("/srv/shop")
	w.Width = 60
	var out bytes.Buffer
	if err := WhoTable(&out, w); err != nil {
		t.Fatal(err)
	}
	_, sentences, ok := strings.Cut(out.String(), "deadlock: ")
	if !ok {
		t.Fatalf("no deadlock:\n%s", &out)
	}
	_, sentences, _ = strings.Cut(sentences, "\n")
	if got := widest(sentences); got > 60 || got < 40 {
		t.Errorf("lines of %d cells:\n%s", got, sentences)
	}
	w.Width = 0
	out.Reset()
	WhoTable(&out, w)
	if !strings.Contains(out.String(), "does not wait, instead of opening the file anew; to end this one, kill 10 11 12\n") {
		t.Errorf("elsewhere a sentence is one line:\n%s", &out)
	}
}

// watched writes the first picture of --watch.
func watched(b *bytes.Buffer, w *Who) error {
	var view Watch
	view.Update(*w)
	b.WriteString(view.Frame(100, 40))
	return nil
}

func TestWhatCannotBeSeenHasNoNumber(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer, *Who) error{
		"table": func(b *bytes.Buffer, w *Who) error { return WhoTable(b, w) },
		"tree":  func(b *bytes.Buffer, w *Who) error { return WhoTree(b, w) },
		"dot":   func(b *bytes.Buffer, w *Who) error { return WhoDot(b, w) },
		"watch": watched,
	} {
		var out bytes.Buffer
		if err := write(&out, shop("/a")); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "not to be seen") || strings.Contains(out.String(), "(0)") ||
			strings.Contains(out.String(), "p0 ") || regexp.MustCompile(` 0 +\(not`).MatchString(out.String()) {
			t.Errorf("%s:\n%s", name, &out)
		}
	}
}

func TestEqualLocksThatCannotBeToldApart(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer, *Who) error{
		"table": func(b *bytes.Buffer, w *Who) error { return WhoTable(b, w) },
		"tree":  func(b *bytes.Buffer, w *Who) error { return WhoTree(b, w) },
		"watch": watched,
	} {
		w := shop("/a")
		f := w.Files[0]
		f.Locks[0].Apart = false
		again := *f.Locks[0]
		again.Keepers = nil
		f.Locks = append(f.Locks, &again)
		var out bytes.Buffer
		if err := write(&out, w); err != nil {
			t.Fatal(err)
		}
		if strings.Count(out.String(), "(some of those above)") != 1 || strings.Count(out.String(), "(not to be seen)") != 1 {
			t.Errorf("%s:\n%s", name, &out)
		}
	}
}

// A frame never writes beyond its screen, whatever size that has and whatever keys
// came before.
func TestFramesFitTheirScreen(t *testing.T) {
	for _, colour := range []bool{false, true} {
		for _, width := range []int{1, 2, 7, 20, 59, 60, 61, 80, 200} {
			for _, height := range []int{1, 2, 4, 10, 50} {
				var view Watch
				w := shop("/srv/漢字/shop")
				w.Colour = colour
				view.Update(*w)
				for _, key := range []string{"s", "f", "j", "j", " ", "\x1b[6~", "k", "\x1b[5~", "/", "漢", "\x1b[A", "x", "\x7f", "\r", "\x1b", "?"} {
					if view.Key(key) {
						t.Fatalf("%q ends the view", key)
					}
					frame := view.Frame(width, height)
					if got := widest(frame); got > width {
						t.Fatalf("%d×%d after %q: %d cells wide\n%q", width, height, key, got, frame)
					}
					if got := strings.Count(frame, "\n"); got > max(3, height-1) {
						t.Fatalf("%d×%d after %q: %d lines\n%q", width, height, key, got, frame)
					}
				}
			}
		}
	}
}

func TestScrolling(t *testing.T) {
	var view Watch
	view.Update(*shop("/srv/shop"))
	all := strings.Count(view.Frame(60, 100), "\n") - 2
	if frame := view.Frame(60, 100); strings.Contains(frame, "lines") {
		t.Errorf("everything shows: %q", frame)
	}
	place := regexp.MustCompile(`lines (\d+)–(\d+) of (\d+)`)
	for _, tt := range []struct {
		key  string
		from int
	}{{"k", 1}, {"j", 2}, {" ", 7}, {"b", 2}, {"b", 1}} {
		view.Key(tt.key)
		got := place.FindString(view.Frame(90, 8))
		var from, to, of int
		fmt.Sscanf(got, "lines %d–%d of %d", &from, &to, &of)
		if from != tt.from || to != from+4 || of > all {
			t.Errorf("after %q: %q, want from %d", tt.key, got, tt.from)
		}
	}
	for range 100 {
		view.Key("j")
	}
	if got := place.FindStringSubmatch(view.Frame(90, 8)); got == nil || got[2] != got[3] {
		t.Errorf("at the end: %q", got)
	}
}

func TestBarsGrow(t *testing.T) {
	var view Watch
	w := shop("/srv/shop")
	view.Update(*w)
	first := strings.Count(view.Frame(100, 40), "█")
	w.Picture.At = w.Picture.At.Add(30 * time.Second)
	view.Update(*w)
	frame := view.Frame(100, 40)
	if then := strings.Count(frame, "█"); then <= first {
		t.Errorf("from %d to %d cells", first, then)
	}
	// A flock(1) has waited since it began; of the lock only a bound is known.
	for _, want := range []string{" 1m30s", " ≥30s", "a full bar is 5m00s"} {
		if !strings.Contains(frame, want) {
			t.Errorf("%q is missing:\n%s", want, frame)
		}
	}
}
