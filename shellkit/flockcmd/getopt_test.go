package flockcmd

import (
	"strings"
	"testing"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// 4: what the side-by-side table cannot ask util-linux of today, and what need not
// start a process to be seen.
func TestParseFlock(t *testing.T) {
	tests := []struct {
		args string
		want func(c *call) bool
	}{
		{"F cmd a", func(c *call) bool {
			return c.file == "F" && len(c.command) == 2 && c.fd == -1 && c.conflict == 1 && c.request.Wait == lockfile.Forever
		}},
		{"9", func(c *call) bool { return c.fd == 9 && c.file == "" && c.command == nil }},
		{"-- -9", func(c *call) bool { return c.fd == noDescriptor }},
		{"-w 1.5 9", func(c *call) bool { return c.request.Wait == 1500*time.Millisecond }},
		{"-w 5 -w 0 9", func(c *call) bool { return c.request.Wait == 0 }},
		{"-n -w 5 9", func(c *call) bool { return c.request.Wait == 0 }},
		{"-w 1e300 9", func(c *call) bool { return c.badWait }},
		{"-w nan 9", func(c *call) bool { return c.badWait }},
		{"--st=3 9", func(c *call) bool { return *c.request.Range == lockfile.Range{Start: 3} }},
		{"--le 3 9", func(c *call) bool { return *c.request.Range == lockfile.Range{Length: 3} }},
		{"--fc 9", func(c *call) bool { return c.request.Range != nil }},
		{"--s 9", func(c *call) bool { return c.request.Range == nil && c.request.Shared }},
		{"--fd 9 cmd a", func(c *call) bool { return c.fd == 9 && c.file == "" && len(c.command) == 2 }},
		{"--fd 9 -c a", func(c *call) bool { return c.fd == 9 && len(c.command) == 3 && c.command[2] == "a" }},
		{"-n --fd 9 --command a", func(c *call) bool { return c.request.Wait == 0 && c.fd == 9 && c.command[2] == "a" }},
		{"-- -c a b", func(c *call) bool { return c.file == "-c" && len(c.command) == 2 }},
		{"-h --nonsense", func(c *call) bool { return c.only == 'h' }},
	}
	for _, tt := range tests {
		c, err := parseFlock(strings.Fields(tt.args))
		if err != nil || !tt.want(c) {
			t.Errorf("flock %s: %+v, %v", tt.args, c, err)
		}
	}
	for _, args := range []string{"--f 9", "--fd x", "--start x 9", "--length 9", "-n", "--fd 9 -Fo", "-c a", "--command a 9", "--fd 9 -c", "--fd 9 -c a b", "--verbose=1 9"} {
		if c, err := parseFlock(strings.Fields(args)); err == nil || err.status != exitUsage {
			t.Errorf("flock %s: %+v, %v, want a usage error", args, c, err)
		}
	}
}

func TestHarmless(t *testing.T) {
	if got := harmless("a\x1b[31m\nb\u009bä\x7f"); got != "a?[31m?b?ä?" {
		t.Errorf("got %q", got)
	}
}
