package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/lockkit/lockkit/shellkit/holders"
)

// WhoJSON writes one JSON object. Names in it are as they are, but for bytes that
// are no UTF-8, which JSON cannot hold and which become U+FFFD; characters that
// could do something to a terminal are escaped. An error is one of out.
func WhoJSON(out io.Writer, w *Who) error {
	doc := jsonWho{
		At: w.Picture.At, Locks: []jsonFile{}, Deadlocks: []jsonDeadlock{},
		Free: orEmpty(w.Free), Hidden: w.Picture.Hidden, Veiled: w.Picture.Veiled, Nested: w.Picture.Nested, Notes: orEmpty(w.blind()),
	}
	for _, f := range w.Files {
		doc.Locks = append(doc.Locks, w.jsonFile(f))
	}
	for _, d := range w.deadlocks() {
		doc.Deadlocks = append(doc.Deadlocks, toJSONDeadlock(d))
	}
	return writeHarmlessJSON(out, doc)
}

// writeHarmlessJSON escapes what encoding/json leaves as it is but a terminal may
// act on: DEL, the C1 controls, characters that turn the direction of writing.
func writeHarmlessJSON(out io.Writer, doc any) error {
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	b := bufio.NewWriter(out)
	for len(text) > 0 {
		bad := bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
		if bad < 0 {
			bad = len(text)
		}
		b.Write(text[:bad])
		r, size := utf8.DecodeRune(text[bad:])
		switch {
		case size == 0:
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
		text = text[bad+size:]
	}
	b.WriteByte('\n')
	return b.Flush()
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

type jsonWho struct {
	At        time.Time      `json:"at"`
	Locks     []jsonFile     `json:"locks"`
	Free      []string       `json:"free"` // asked for, held by no one
	Deadlocks []jsonDeadlock `json:"deadlocks"`
	Hidden    int            `json:"hidden"` // processes that may not be looked into
	Veiled    bool           `json:"veiled"` // nor do those of other users show
	Nested    bool           `json:"nested"`
	Notes     []string       `json:"notes"`
}

type jsonFile struct {
	Path       string       `json:"path"`
	Name       string       `json:"name"`    // same, removed, replaced, or empty
	Foreign    bool         `json:"foreign"` // path is that of a process with other mounts
	Device     string       `json:"device"`
	Inode      uint64       `json:"inode"`
	Mount      string       `json:"mount"`
	FileSystem string       `json:"fileSystem"`
	Held       []jsonLock   `json:"held"`
	Waiters    []jsonWaiter `json:"waiters"`
	Noted      *jsonNoted   `json:"noted,omitempty"`
	Hints      []string     `json:"hints"`
}

type jsonLock struct {
	Kind       string        `json:"kind"`
	Mode       string        `json:"mode"`
	Start      int64         `json:"start"`
	End        *int64        `json:"end"` // null: as far as the file may reach
	Breaking   bool          `json:"breaking,omitempty"`
	Taker      int           `json:"taker"` // 0: not known
	TakerState string        `json:"takerState"`
	Keepers    []jsonProcess `json:"keepers"`
	// Apart is false where equal locks could not be told apart: all their keepers
	// are then listed with the first.
	Apart bool `json:"apart"`
}

type jsonWaiter struct {
	Kind  string `json:"kind"`
	Mode  string `json:"mode"`
	Start int64  `json:"start"`
	End   *int64 `json:"end"`
	Depth int    `json:"depth"`
	jsonProcess
}

type jsonProcess struct {
	PID       int        `json:"pid"`
	FD        *int       `json:"fd"` // null where it cannot be seen
	Parent    int        `json:"parent"`
	User      string     `json:"user"`
	UID       int        `json:"uid"`
	Name      string     `json:"command"`
	Arguments []string   `json:"arguments"`
	Stopped   bool       `json:"stopped,omitempty"`
	Started   *time.Time `json:"started"`
	InnerPID  int        `json:"innerPid,omitempty"`
	Container string     `json:"container,omitempty"`
}

type jsonNoted struct {
	PID   int       `json:"pid"`
	Name  string    `json:"name"`
	Since time.Time `json:"since"`
}

type jsonDeadlock struct {
	Steps  []jsonStep `json:"steps"`
	Unless []int      `json:"unless"`
	Hint   string     `json:"hint"`
}

type jsonStep struct {
	PID      int    `json:"pid"`
	Command  string `json:"command"`
	Keeps    string `json:"keeps"`
	FD       int    `json:"fd"`
	Waiter   int    `json:"waiter"`
	Through  []int  `json:"through"` // from pid to waiter, each of which waits for the next
	WaitsFor string `json:"waitsFor"`
}

func (w *Who) jsonFile(f *holders.File) jsonFile {
	j := jsonFile{
		Path: f.Path, Name: string(f.Name), Foreign: f.Foreign, Device: fmt.Sprintf("%d:%d", f.Inode.Major, f.Inode.Minor), Inode: f.Inode.Number,
		Mount: f.Mount, FileSystem: f.FSType, Held: []jsonLock{}, Waiters: []jsonWaiter{}, Hints: []string{},
	}
	for _, l := range f.Locks {
		held := jsonLock{
			Kind: string(l.Kind), Mode: string(l.Mode), Start: l.Start, End: toEnd(l.Range), Breaking: l.Breaking,
			Taker: max(0, l.Taker), TakerState: string(l.TakerState), Keepers: []jsonProcess{}, Apart: l.Apart,
		}
		for _, k := range l.Keepers {
			held.Keepers = append(held.Keepers, toJSONProcess(k.Process, k.FD))
		}
		j.Held = append(j.Held, held)
	}
	for _, wait := range f.Waiters {
		j.Waiters = append(j.Waiters, jsonWaiter{
			string(wait.Kind), string(wait.Mode), wait.Start, toEnd(wait.Range), wait.Depth, toJSONProcess(wait.Process, wait.FD),
		})
	}
	if h, ok := w.Noted[f]; ok {
		j.Noted = &jsonNoted{h.PID, h.Name, h.Since}
	}
	j.Hints = orEmpty(w.hints(f))
	return j
}

func toEnd(r holders.Range) *int64 {
	if r.End == holders.ToEOF {
		return nil
	}
	return &r.End
}

func toJSONProcess(p *holders.Process, fd int) jsonProcess {
	j := jsonProcess{
		PID: p.PID, Parent: p.Parent, User: p.User, UID: p.UID, Name: p.Name, Arguments: orEmpty(p.Command),
		Stopped: p.Stopped(), InnerPID: p.InnerPID, Container: p.Container,
	}
	if fd >= 0 {
		j.FD = &fd
	}
	if !p.Started.IsZero() {
		j.Started = &p.Started
	}
	return j
}

func toJSONDeadlock(d holders.Deadlock) jsonDeadlock {
	j := jsonDeadlock{Unless: []int{}, Hint: deadlockCure(d)}
	for _, s := range d.Steps {
		step := jsonStep{
			s.Keeps.PID, commandOf(s.Keeps), s.Lock.File.Path, s.FD, s.Waiter.Process.PID, nil, s.Waiter.File.Path,
		}
		for _, p := range s.Through {
			step.Through = append(step.Through, p.PID)
		}
		j.Steps = append(j.Steps, step)
	}
	for _, p := range d.Unless {
		j.Unless = append(j.Unless, p.PID)
	}
	return j
}
