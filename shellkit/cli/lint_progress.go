package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// progress shows on a terminal how far a long run has come. Nothing appears in
// the first second, and what appeared is wiped before anything else is written.
type progress struct {
	out   io.Writer // nil: nobody looks
	now   func() time.Time
	next  time.Time
	width int // of what stands on the terminal's line
}

const (
	progressAfter = time.Second
	progressEvery = 100 * time.Millisecond
)

// newProgress shows on w if that is a terminal.
func newProgress(w io.Writer) *progress {
	p := &progress{now: time.Now}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.out = w
	}
	p.next = p.now().Add(progressAfter)
	return p
}

// done says how many scripts were checked.
func (p *progress) done(scripts int) {
	if p.out == nil {
		return
	}
	now := p.now()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(progressEvery)
	text := fmt.Sprintf("lockkit: %d scripts checked", scripts)
	fmt.Fprint(p.out, "\r"+text)
	p.width = len(text)
}

// clear wipes the line.
func (p *progress) clear() {
	if p.width > 0 {
		fmt.Fprint(p.out, "\r"+strings.Repeat(" ", p.width)+"\r")
		p.width = 0
	}
}
