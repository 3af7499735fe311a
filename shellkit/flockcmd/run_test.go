package flockcmd

import (
	"strings"
	"testing"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// 3, 4: with_lock's options, short and long.
func TestParseRun(t *testing.T) {
	t.Setenv("LOCKKIT_DIR", "/locks")
	tests := []struct {
		args string
		want func(r *run) bool
	}{
		{"deploy -- cmd -x", func(r *run) bool {
			return r.lock.Path == "/locks/deploy.lock" && r.lock.Named && r.text == "deploy" &&
				strings.Join(r.command, " ") == "cmd -x" && r.conflict == 75 && r.killAfter < 0 &&
				r.request.Wait == lockfile.Forever && !r.request.Shared && !r.request.Devices
		}},
		{"-- ./f cmd", func(r *run) bool { return r.lock.Path == "./f" && !r.lock.Named }},
		{"-nE5 ./f cmd", func(r *run) bool { return r.request.Wait == 0 && r.conflict == 5 }},
		{"-n -w 9 ./f cmd", func(r *run) bool { return r.request.Wait == 0 }},
		{"-w0.25 ./f cmd", func(r *run) bool { return r.request.Wait == 250*time.Millisecond }},
		{"--timeout=.5 --shared ./f cmd", func(r *run) bool { return r.request.Wait == 500*time.Millisecond && r.request.Shared }},
		{"-sx ./f cmd", func(r *run) bool { return !r.request.Shared }},
		{"-E 0 ./f cmd", func(r *run) bool { return r.conflict == 0 }},
		{"-vq ./f cmd", func(r *run) bool { return r.quiet && !r.verbose }},
		{"-qv ./f cmd", func(r *run) bool { return !r.quiet && r.verbose }},
		{"--close ./f cmd", func(r *run) bool { return r.closeFD }},
		{"--keep ./f cmd", func(r *run) bool { return r.keep }},
		{"--kill-after 1.5 ./f cmd", func(r *run) bool { return r.killAfter == 1500*time.Millisecond }},
		{"--max 2.5 ./f cmd", func(r *run) bool { return r.max == 2500*time.Millisecond && r.killAfter < 0 }},
		{"--max 1 --kill-after 99999999999 ./f cmd", func(r *run) bool { return r.killAfter > 1000*time.Hour }},
		{"-nj3 ./f cmd", func(r *run) bool { return r.slots == 3 && r.inside.N == 3 && r.inside.Path(2) == "./f@2" }},
		{"--slots 3 deploy cmd", func(r *run) bool { return r.inside.Path(2) == "/locks/deploy@2.lock" }},
		{"--fcntl ./f cmd", func(r *run) bool { return *r.request.Range == lockfile.Range{} }},
		{"-h", func(r *run) bool { return r.help }},
	}
	for _, tt := range tests {
		r, err := parseRun(strings.Fields(tt.args))
		if err != nil || !tt.want(r) {
			t.Errorf("run %s: %+v, %v", tt.args, r, err)
		}
	}
	for _, args := range []string{
		"", "--", "./f", "./f --", "./f -n cmd", "./f -- -n", "-ok ./f cmd", "-w -1 ./f cmd", "-w inf ./f cmd",
		"-w 0x1 ./f cmd", "-w 1e3 ./f cmd", "-w . ./f cmd", "-w 1.2.3 ./f cmd", "-E 256 ./f cmd", "-u ./f cmd",
		".x cmd", "a:b cmd", "--kill-after x ./f cmd", "-w",
		"--max 0 ./f cmd", "--fcntl deploy cmd", "--fcntl -j 2 ./f cmd", "-j 0 ./f cmd", "-j 1001 ./f cmd", "-j x ./f cmd", "-sj 2 ./f cmd", "-j 2 ./ cmd", "--max x ./f cmd", "--max ./f cmd", "--max -1 ./f cmd",
	} {
		if r, err := parseRun(strings.Fields(args)); err == nil || err.status != exitUsage {
			t.Errorf("run %s: %+v, %v, want a usage error", args, r, err)
		}
	}
	if _, err := parseRun([]string{"-w", "", "./f", "cmd"}); err == nil {
		t.Error("an empty time was read")
	}
}

// 3.5: a long wait tells again each minute.
func TestLookAt(t *testing.T) {
	want := []time.Duration{100 * time.Millisecond, time.Second, 10 * time.Second, time.Minute, 2 * time.Minute, 3 * time.Minute}
	for look, after := range want {
		if got := lookAt(look); got != after {
			t.Errorf("look %d after %v, want %v", look, got, after)
		}
	}
}
