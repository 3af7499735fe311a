package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lockkit/lockkit/shellkit/lsp"
)

// The same two faults, behind a letter of two bytes. There is one of each in a host.
const (
	descriptor  = "9 work" // taken for a file
	commandless = "flock -n /run/a.lock"
	twoFaults   = "echo é; exec 9>>/run/b.lock; flock -n " + descriptor + "; " + commandless
)

var hostsWithFaults = map[string]string{
	"crontab":                 "SHELL=/bin/bash\n*/5 * * * * " + twoFaults + "\n",
	"cron.d/job":              "*/5 * * * * root " + twoFaults + "\n",
	"job.service":             "[Service]\nExecStart=/bin/sh -c '" + twoFaults + "'\n",
	".github/workflows/x.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          cd /\n          " + twoFaults + "\n",
	"action.yml":              "name: a\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: " + twoFaults + "\n",
	".gitlab-ci.yml":          "job:\n  script:\n    - \"" + twoFaults + "\"\n",
	"Dockerfile":              "FROM debian\nRUN cd / && \\\n    " + twoFaults + "\n",
	"Makefile":                "all:\n\t@" + twoFaults + "\n",
	"rules":                   "#!/usr/bin/make -f\nall:\n\t" + twoFaults + "\n",
	"site.yml":                "- hosts: all\n  tasks:\n    - shell: " + twoFaults + "\n",
	"here.sh":                 "#!/bin/sh\nbash <<'END'\n" + twoFaults + "\nEND\n",
	"ssh.sh":                  "#!/bin/sh\nssh host '" + twoFaults + "'\n",
	"script.sh":               "#!/bin/sh\n" + twoFaults + "\n",
}

// TestHostsInEveryFormat: in each kind of host the same two faults are found where they
// stand, and each format that has places says the same line and column.
func TestHostsInEveryFormat(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	said := languageServer(t, dir)
	for name, text := range hostsWithFaults {
		t.Run(name, func(t *testing.T) {
			put(t, filepath.Join(dir, name), text, 0o600)
			want := []string{"LK204 " + placeIn(text, descriptor), "LK203 " + placeIn(text, commandless)}
			for format, places := range map[string]func([]byte) []string{"tty": ttyPlaces, "json1": json1Places, "sarif": sarifPlaces} {
				if got := places(lintAs(t, format, name)); !slices.Equal(got, want) {
					t.Errorf("%s: %q, want %q", format, got, want)
				}
			}
			if got := said(name, text); !slices.Equal(got, want) {
				t.Errorf("lsp: %q, want %q", got, want)
			}
		})
	}
}

// placeIn is where words stand in a text: the line and the character in it, from 1.
func placeIn(text, words string) string {
	before := text[:strings.Index(text, words)]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return fmt.Sprintf("%d:%d", strings.Count(before, "\n")+1, utf8.RuneCountInString(line)+1)
}

func lintAs(t *testing.T, format, name string) []byte {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if code := Main([]string{"lint", "-i", "LK203,LK204", "-f", format, name}, Streams{In: os.Stdin, Out: out, Err: os.Stderr}, nil); code != 1 {
		t.Errorf("%s: exit code %d", format, code)
	}
	data, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var ttyHead = regexp.MustCompile(`(?m)^\S+?:(\d+:\d+): [^\n]*(?:\n    [^\n]*)*\[(LK\d+) `)

func ttyPlaces(out []byte) (places []string) {
	for _, m := range ttyHead.FindAllSubmatch(out, -1) {
		places = append(places, string(m[2])+" "+string(m[1]))
	}
	return places
}

func json1Places(out []byte) (places []string) {
	var found struct {
		Comments []struct {
			Line, Column int
			Code         string
		}
	}
	if err := json.Unmarshal(out, &found); err != nil {
		return []string{err.Error()}
	}
	for _, c := range found.Comments {
		places = append(places, fmt.Sprintf("%s %d:%d", c.Code, c.Line, c.Column))
	}
	return places
}

func sarifPlaces(out []byte) (places []string) {
	var found struct {
		Runs []struct {
			Results []struct {
				RuleID    string
				Locations []struct {
					PhysicalLocation struct {
						Region struct{ StartLine, StartColumn int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(out, &found); err != nil {
		return []string{err.Error()}
	}
	for _, r := range found.Runs[0].Results {
		at := r.Locations[0].PhysicalLocation.Region
		places = append(places, fmt.Sprintf("%s %d:%d", r.RuleID, at.StartLine, at.StartColumn))
	}
	return places
}

// languageServer starts one, and returns what it says of a document that is opened: its
// places count from 0 there, in units of UTF-16, of which é is one.
func languageServer(t *testing.T, dir string) func(name, text string) []string {
	t.Helper()
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	go lsp.Serve(in, out, "test")
	t.Cleanup(func() { toServer.Close(); fromServer.Close() })
	send := func(message string) {
		fmt.Fprintf(toServer, "Content-Length: %d\r\n\r\n%s", len(message), message)
	}
	answers := bufio.NewReader(fromServer)
	receive := func() (message struct {
		Method string
		Params struct {
			URI         string
			Diagnostics []struct {
				Range struct{ Start struct{ Line, Character int } }
				Code  string
			}
		}
	}) {
		head, err := textproto.NewReader(answers).ReadMIMEHeader()
		if err != nil {
			t.Fatal(err)
		}
		n, _ := strconv.Atoi(head.Get("Content-Length"))
		body := make([]byte, n)
		if _, err := io.ReadFull(answers, body); err != nil {
			t.Fatal(err)
		}
		if err := json.NewDecoder(bytes.NewReader(body)).Decode(&message); err != nil {
			t.Fatal(err)
		}
		return message
	}
	send(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}`)
	receive()
	send(`{"jsonrpc":"2.0","method":"initialized","params":{}}`)
	return func(name, text string) (places []string) {
		quoted, _ := json.Marshal(text)
		send(fmt.Sprintf(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file://%s","languageId":"x","version":1,"text":%s}}}`, filepath.Join(dir, name), quoted))
		for {
			m := receive()
			if m.Method != "textDocument/publishDiagnostics" || !strings.HasSuffix(m.Params.URI, "/"+name) {
				continue
			}
			for _, d := range m.Params.Diagnostics {
				if code, _, _ := strings.Cut(d.Code, " "); code == "LK203" || code == "LK204" {
					places = append(places, fmt.Sprintf("%s %d:%d", code, d.Range.Start.Line+1, d.Range.Start.Character+1))
				}
			}
			return places
		}
	}
}
