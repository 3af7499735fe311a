package flockcmd

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// Renewal is what is known of a lease by the holder's own clock: etcd keeps it for at least
// TTL from At on, which was before etcd was asked.
type Renewal struct {
	At  time.Duration // on the holder's Clock
	TTL time.Duration
}

// Warn is when the command is asked to end: for two thirds of the TTL nothing was heard.
func (r Renewal) Warn() time.Duration { return r.At + r.TTL/3*2 }

// End is when the command has to be dead. A tenth of the TTL is left for clocks that do not go
// equally fast, and for the killing itself.
func (r Renewal) End() time.Duration { return r.At + r.TTL/10*9 }

// News is what there is to say of a lease.
type News struct {
	Renewed Renewal // the last renewal
	Trouble string  // why it could not be renewed since; empty where it could
	Lost    string  // why it is known to be gone
}

// send writes news for readNews. An error means that the reader has gone.
func (n News) send(w io.Writer) error {
	text := "renewed " + strconv.FormatInt(int64(n.Renewed.At), 10) + " " + strconv.FormatInt(int64(n.Renewed.TTL), 10) + "\n"
	if n.Trouble != "" {
		text += "trouble " + harmless(n.Trouble) + "\n"
	}
	if n.Lost != "" {
		text += "lost " + harmless(n.Lost) + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// readNews passes on what send has written and closes the channel when the writer has gone.
func readNews(r io.Reader, news chan<- News) {
	defer close(news)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		kind, text, _ := strings.Cut(lines.Text(), " ")
		switch kind {
		case "renewed":
			if renewal, ok := parseRenewal(text); ok {
				news <- News{Renewed: renewal}
			}
		case "trouble":
			news <- News{Trouble: text}
		case "lost":
			news <- News{Lost: text}
		}
	}
}

func parseRenewal(text string) (Renewal, bool) {
	at, ttl, _ := strings.Cut(text, " ")
	from, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return Renewal{}, false
	}
	long, err := strconv.ParseInt(ttl, 10, 64)
	return Renewal{time.Duration(from), time.Duration(long)}, err == nil && long > 0
}

// lease is what the guard of a command knows of it.
type lease struct {
	clock   Clock
	alarm   Alarm
	timer   *time.Timer // rings as well, should the clock go back and its alarm be late
	news    <-chan News
	renewal Renewal
	trouble string        // why it was not renewed; empty while it is
	seen    time.Duration // the clock at the last look
}

// watchLease begins with what is known; more is read from pipe.
func watchLease(clock Clock, known Renewal, pipe *os.File) (*lease, error) {
	alarm, err := clock.Alarm()
	if err != nil {
		return nil, err
	}
	news := make(chan News)
	l := &lease{clock: clock, alarm: alarm, timer: time.NewTimer(0), news: news, renewal: known, seen: clock.Now()}
	l.wake(known.Warn())
	go readNews(pipe, news)
	return l, nil
}

// wake has the lease looked at when its clock has come to at.
func (l *lease) wake(at time.Duration) {
	l.alarm.Set(at)
	l.timer.Reset(at - l.clock.Now() + 10*time.Millisecond)
}

// channels are those on which the lease is heard of; a nil lease has none.
func (l *lease) channels() (alarm <-chan struct{}, timer <-chan time.Time, news <-chan News) {
	if l == nil {
		return nil, nil, nil
	}
	return l.alarm.C(), l.timer.C, l.news
}

// take notes what was heard. It returns why the command has to end at once, or "".
func (l *lease) take(n News, heard bool) string {
	switch {
	case !heard:
		l.news, l.trouble = nil, "lockkit was killed"
	case n.Lost != "":
		return n.Lost
	case n.Trouble != "":
		l.trouble = n.Trouble
	default:
		l.renewal, l.trouble = n.Renewed, ""
		l.wake(n.Renewed.Warn())
	}
	return ""
}

// uncertain says why the command has to end, or "" where the lease is still good. A clock
// that goes back could make any lease last for ever, so such a one is not believed.
func (l *lease) uncertain() string {
	now := l.clock.Now()
	back := now < l.seen
	l.seen = now
	switch {
	case back || now < l.renewal.At:
		return "this machine's clock has gone back"
	case now < l.renewal.Warn():
		l.wake(l.renewal.Warn())
		return ""
	}
	why := l.trouble
	if why == "" {
		why = "lockkit is stopped, or the machine was"
	}
	return "not renewed for " + strconv.FormatFloat((now-l.renewal.At).Seconds(), 'f', 1, 64) + " s: " + why
}

// over tells whether the command has to be dead, also by a clock that has gone back.
func (l *lease) over() bool {
	now := l.clock.Now()
	return now >= l.renewal.End() || now < l.renewal.At
}
