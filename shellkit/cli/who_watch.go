package cli

import (
	"bytes"
	"os"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/lockkit/lockkit/shellkit/holders"
	"github.com/lockkit/lockkit/shellkit/lockfile"
	"github.com/lockkit/lockkit/shellkit/report"
)

const ctrlZ = "\x1a" // sends no signal while the terminal is raw

// watchWho shows locks live until a key or a signal ends it. The terminal is given
// back as it was, whichever way that happens.
func watchWho(c *console, locks []lockfile.Name) error {
	if c.terminal == nil || !term.IsTerminal(int(c.In.Fd())) {
		return fail(exitUsage, "who: --watch needs a terminal").withHint("--format json can be called again and again")
	}
	if os.Getenv("TERM") == "dumb" {
		return fail(exitUsage, "who: --watch needs a terminal that can move its cursor, and TERM says dumb").withHint("--format json can be called again and again")
	}
	if _, _, err := lookAt(locks); err != nil {
		return err
	}
	signals := holders.Listen()
	defer signals.Close()
	screen := &screen{in: c.In, out: c.terminal}
	if err := screen.enter(); err != nil {
		return fail(whoUnknown, "who: the terminal cannot be set up: %s", reason(err))
	}
	defer screen.leave()

	keys := make(chan string)
	go readKeys(c.In, keys)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var view report.Watch
	suspend := func() error {
		screen.leave()
		signals.Stop()
		<-signals.Resume
		return screen.enter()
	}
	look := func() error {
		w, _, err := lookAt(locks)
		if err != nil {
			return err
		}
		w.Colour = c.Colour
		view.Update(*w)
		return nil
	}
	if err := look(); err != nil {
		return err
	}
	for {
		if err := screen.draw(&view); err != nil {
			return err // nobody is there to see it
		}
		select {
		case key, ok := <-keys:
			if !ok || view.Key(key) {
				return nil
			}
			if key == ctrlZ {
				if err := suspend(); err != nil {
					return err
				}
			}
		case <-tick.C:
			if err := look(); err != nil {
				return err
			}
		case <-signals.Redraw:
		case <-signals.Resume:
			if err := screen.enter(); err != nil {
				return err
			}
		case <-signals.Suspend:
			if err := suspend(); err != nil {
				return err
			}
		case number := <-signals.End:
			return exit(128 + number)
		}
	}
}

// screen is the terminal while the live view has it.
type screen struct {
	in, out *os.File
	before  *term.State // nil while it is the user's
}

// enter takes the terminal, also again where others may have used it meanwhile.
func (s *screen) enter() error {
	before, err := term.MakeRaw(int(s.in.Fd()))
	if err != nil {
		return err
	}
	if s.before == nil {
		s.before = before
	}
	_, err = s.out.WriteString(report.EnterScreen)
	return err
}

func (s *screen) leave() {
	if s.before != nil {
		s.out.WriteString(report.LeaveScreen)
		term.Restore(int(s.in.Fd()), s.before)
		s.before = nil
	}
}

func (s *screen) draw(view *report.Watch) error {
	width, height, err := term.GetSize(int(s.out.Fd()))
	if err != nil || width == 0 || height == 0 {
		width, height = 80, 24
	}
	_, err = s.out.WriteString(view.Frame(width, height))
	return err
}

// readKeys sends what each key sent: a character, or a sequence that begins with
// an escape, which a terminal writes in one piece.
func readKeys(in *os.File, keys chan<- string) {
	defer close(keys)
	buf := make([]byte, 64)
	for {
		n, err := in.Read(buf)
		if err != nil || n == 0 {
			return
		}
		for text := buf[:n]; len(text) > 0; {
			size := keySize(text)
			keys <- string(text[:size])
			text = text[size:]
		}
	}
}

// keySize is the length of the first key in text. A sequence after `ESC [` ends with
// its first letter or `~`; one after `ESC O` is that letter.
func keySize(text []byte) int {
	if text[0] == 0x1b && len(text) >= 3 {
		switch text[1] {
		case 'O':
			return 3
		case '[':
			end := bytes.IndexFunc(text[2:], func(r rune) bool { return r >= '@' && r <= '~' })
			if end >= 0 {
				return 2 + end + 1
			}
			return len(text)
		}
	}
	_, size := utf8.DecodeRune(text)
	return size
}
