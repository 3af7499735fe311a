package flockcmd

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

// 3.11: what --on names.
func TestReadPlace(t *testing.T) {
	tests := []struct {
		text, endpoints, folder string
		tls                     bool
	}{
		{"etcd://h1:2379,h2:2380", "h1:2379 h2:2380", "", false},
		{"etcd://h1", "h1:2379", "", false},
		{"etcds://10.0.0.1,h-2.example:1", "10.0.0.1:2379 h-2.example:1", "", true},
		{"etcd://[::1],[fe80::1]:12379/", "[::1]:2379 [fe80::1]:12379", "", false},
		{"etcd://h/jobs/nightly/", "h:2379", "/jobs/nightly", false},
		{"etcd://", "", "", false},
		{"etcds:///jobs", "", "/jobs", true},
	}
	for _, tt := range tests {
		p, err := ReadPlace(tt.text)
		if err != nil || strings.Join(p.Endpoints, " ") != tt.endpoints || p.Folder != tt.folder || p.TLS != tt.tls {
			t.Errorf("%s: %+v, %v", tt.text, p, err)
		}
	}
	for _, text := range []string{
		"h:2379", "redis://h", "etcd:h", "etcd://h:0", "etcd://h:65536", "etcd://h:x", "etcd://h:", "etcd://,h",
		"etcd://h,", "etcd://:2379", "etcd://::1", "etcd://h:1:2", "etcd://[::1", "etcd://[]", "etcd://[::1]2379",
		"etcd://user:secret@h", "etcd://h?x=1", "etcd://h h", "etcd://h\n",
	} {
		if p, err := ReadPlace(text); err == nil || err.(*Unable).Status != exitUsage {
			t.Errorf("%q: %+v, %v, want a usage error", text, p, err)
		}
	}
}

// 3.11: options that belong to a lock in etcd, and what they do not go with.
func TestParseOn(t *testing.T) {
	t.Setenv("LOCKKIT_DIR", "/locks")
	t.Setenv("LOCKKIT_ON", "etcd://h")
	r, err := parseRun(strings.Fields("deploy cmd"))
	if err != nil || r.on != "etcd://h" || r.ttl != 15*time.Second {
		t.Errorf("LOCKKIT_ON: %+v, %v", r, err)
	}
	if r, err = parseRun([]string{"--on", "", "./deploy", "cmd"}); err != nil || r.on != "" {
		t.Errorf("--on '': %+v, %v", r, err)
	}
	if r, err = parseRun(strings.Fields("--on etcd://g --ttl 2 -s deploy cmd")); err != nil || r.place.Endpoints[0] != "g:2379" || r.ttl != 2*time.Second {
		t.Errorf("--on and --ttl: %+v, %v", r, err)
	}
	for _, args := range []string{
		"./deploy cmd", "/deploy cmd", "-j 2 deploy cmd", "--fcntl ./deploy cmd", "--on redis://h deploy cmd", "--on",
		"--ttl 0 deploy cmd", "--ttl 1.5 deploy cmd", "--ttl -1 deploy cmd", "--ttl 86401 deploy cmd", "--ttl x deploy cmd",
	} {
		if r, err := parseRun(strings.Fields(args)); err == nil || err.status != exitUsage {
			t.Errorf("run %s: %+v, %v, want a usage error", args, r, err)
		}
	}
}

// 3.11: TERM comes after two thirds of the TTL, KILL before it is over.
func TestRenewal(t *testing.T) {
	for ttl := 2 * time.Second; ttl <= time.Minute; ttl += time.Second {
		r := Renewal{At: time.Hour, TTL: ttl}
		if warn := r.Warn() - r.At; warn > ttl/3*2 || warn < ttl/2 {
			t.Errorf("of %v TERM comes after %v", ttl, warn)
		}
		if end := r.End() - r.At; end+hearing > ttl || end <= r.Warn()-r.At {
			t.Errorf("of %v KILL comes after %v", ttl, end)
		}
	}
}

// What the holder says of the lease arrives at the guard as it was said.
func TestNews(t *testing.T) {
	var pipe bytes.Buffer
	renewal := Renewal{At: 7, TTL: 9}
	for _, n := range []News{
		{Renewed: renewal},
		{Renewed: renewal, Trouble: "h1: no\nanswer"},
		{Renewed: renewal, Lost: "gone"},
	} {
		if err := n.send(&pipe); err != nil {
			t.Fatal(err)
		}
	}
	pipe.WriteString("frob\nrenewed 1\nrenewed x 1\nrenewed 1 0\nrenewed 1 -5\n")
	news := make(chan News)
	go readNews(&pipe, news)
	var got []News
	for n := range news {
		got = append(got, n)
	}
	want := []News{{Renewed: renewal}, {Renewed: renewal}, {Trouble: "h1: no?answer"}, {Renewed: renewal}, {Lost: "gone"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// fakeClock is set by a test; its alarm only notes what it was set to.
type fakeClock struct {
	now time.Duration
	set time.Duration
}

func (c *fakeClock) Now() time.Duration    { return c.now }
func (c *fakeClock) Alarm() (Alarm, error) { return c, nil }
func (c *fakeClock) Set(at time.Duration)  { c.set = at }
func (c *fakeClock) C() <-chan struct{}    { return nil }

// 3.11: a lease is good until two thirds of it have passed, and no clock that jumps makes it
// last longer.
func TestUncertain(t *testing.T) {
	const minute = time.Minute
	tests := []struct {
		name  string
		reads []time.Duration
		news  []News
		want  string
	}{
		{"fresh", []time.Duration{minute, minute + 9*time.Second}, nil, ""},
		{"old", []time.Duration{minute + 10*time.Second}, nil, "not renewed for 10.0 s: lockkit is stopped, or the machine was"},
		{"jump ahead", []time.Duration{minute + time.Hour}, nil, "not renewed for 3600.0 s: lockkit is stopped, or the machine was"},
		{"jump back", []time.Duration{minute + 9*time.Second, minute + 8*time.Second}, nil, "this machine's clock has gone back"},
		{"renewed", []time.Duration{minute + 14*time.Second}, []News{{Renewed: Renewal{minute + 5*time.Second, 15 * time.Second}}}, ""},
		{"trouble", []time.Duration{minute + 11*time.Second}, []News{{Trouble: "h1: no answer"}}, "not renewed for 11.0 s: h1: no answer"},
	}
	for _, tt := range tests {
		clock := &fakeClock{now: minute}
		l := &lease{clock: clock, alarm: clock, timer: time.NewTimer(time.Hour), renewal: Renewal{minute, 15 * time.Second}, seen: minute}
		for _, n := range tt.news {
			if why := l.take(n, true); why != "" {
				t.Errorf("%s: ended at once: %s", tt.name, why)
			}
		}
		got := ""
		for _, at := range tt.reads {
			clock.now = at
			if got = l.uncertain(); got != "" {
				break
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if got == "" && clock.set != l.renewal.Warn() {
			t.Errorf("%s: the alarm is set to %v", tt.name, clock.set)
		}
	}
	l := &lease{}
	if why := l.take(News{Lost: "gone"}, true); why != "gone" {
		t.Errorf("a lost lease: %q", why)
	}
	if why := l.take(News{}, false); why != "" || l.trouble != "lockkit was killed" {
		t.Errorf("a killed holder: %q, %q", why, l.trouble)
	}
}
