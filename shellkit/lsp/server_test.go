package lsp

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sourcegraph/jsonrpc2"
)

const faulty = `#!/bin/bash
lock=/run/job.lock
if [ -e "$lock" ]; then exit 1; fi
touch "$lock"
work
rm "$lock"
`

func want(t *testing.T, what string, got []diagnostic, list ...string) {
	t.Helper()
	if b := brief(got); !slices.Equal(b, list) {
		t.Errorf("%s: %q, want %q", what, b, list)
	}
}

// What is wrong is said as it is typed: of the text that the editor has, not of the file.
func TestDiagnosticsAsYouType(t *testing.T) {
	c := newClient(t)
	if err := os.WriteFile(filepath.Join(c.dir, "job.sh"), []byte("echo other\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	c.open("job.sh", faulty)
	first := c.said("job.sh", 1)
	want(t, "opened", first, "LK601 check-then-create [2,5,2,15]", "LK604 stale-on-crash [3,0,3,13]")
	if d := first[0]; d.Severity != severityError || d.Source != "lockkit" || !strings.Contains(d.Message, "two runs can work at once") ||
		!strings.HasSuffix(d.Description.Href, "/rules/lk601_check_then_create.md") || len(d.Related) != 1 || d.Related[0].Location.Range.Start.Line != 3 {
		t.Errorf("opened: %+v", d)
	}
	// A line more above moves what is below.
	c.change("job.sh", 2, &span{position{1, 0}, position{1, 0}}, "echo begin\n")
	want(t, "a line more", c.said("job.sh", 2), "LK601 check-then-create [3,5,3,15]", "LK604 stale-on-crash [4,0,4,13]")
	// The whole text anew.
	c.change("job.sh", 3, nil, "echo nothing\n")
	want(t, "nothing", c.said("job.sh", 3))
	// A document that is closed has nothing wrong with it any more.
	c.tell("textDocument/didClose", documentParams{identifier{URI: c.uri("job.sh")}})
	want(t, "closed", c.said("job.sh", 0))
}

// A text that does not parse for the moment keeps what was said of its other lines.
func TestBrokenText(t *testing.T) {
	c := newClient(t)
	c.open("job.sh", faulty)
	c.said("job.sh", 1)
	c.change("job.sh", 2, &span{position{4, 0}, position{4, 4}}, "while work\nwork $(")
	want(t, "broken below", c.said("job.sh", 2), "reached EOF without matching `$(` with `)` [5,5,5,6]", "LK601 check-then-create [2,5,2,15]", "LK604 stale-on-crash [3,0,3,13]")
	c.change("job.sh", 3, nil, "#!/bin/bash\nif true\n"+strings.TrimPrefix(faulty, "#!/bin/bash\n"))
	want(t, "broken above", c.said("job.sh", 3), "`if` with its condition must be followed by `then` [1,0,1,1]", "LK601 check-then-create [3,5,3,15]", "LK604 stale-on-crash [4,0,4,13]")
	c.change("job.sh", 4, nil, faulty)
	want(t, "mended", c.said("job.sh", 4), "LK601 check-then-create [2,5,2,15]", "LK604 stale-on-crash [3,0,3,13]")
	c.open("never.sh", "if true; then\n")
	want(t, "never good", c.said("never.sh", 1), "`then` must be followed by a statement list [0,9,0,10]")
}

// Columns count UTF-16 units; lines end as the protocol says.
func TestPositions(t *testing.T) {
	c := newClient(t)
	c.open("clef.sh", "lock=/run/𝄞é\r\necho '𝄞'; [ -e \"$lock\" ] && exit\r\ntouch \"$lock\"\r\nwork\r\n")
	want(t, "beyond the basic plane", c.said("clef.sh", 1), "LK601 check-then-create [1,13,1,23]", "LK604 stale-on-crash [2,0,2,13]")
	// é is one unit, 𝄞 two, and an edit counts them so.
	c.change("clef.sh", 2, &span{position{1, 6}, position{1, 8}}, "é")
	want(t, "an edit", c.said("clef.sh", 2), "LK601 check-then-create [1,12,1,22]", "LK604 stale-on-crash [2,0,2,13]")
	for data, places := range map[string][]position{
		"a\rb\n\r\nc": {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 1}, {3, 0}, {3, 1}},
		"é𝄞x":         {{0, 0}, {0, 1}, {0, 1}, {0, 3}, {0, 3}, {0, 3}, {0, 3}, {0, 4}},
	} {
		x := newText(data)
		for offset, place := range places {
			if offset < len(data) && data[offset]&0xc0 == 0x80 {
				continue // inside of a character
			}
			if got := x.at(offset); got != place {
				t.Errorf("%q: byte %d is at %v, want %v", data, offset, got, place)
			}
			if strings.HasPrefix(data[max(0, offset-1):], "\r\n") {
				continue // inside of a line's end
			}
			if got := x.offset(place); got != offset {
				t.Errorf("%q: %v is byte %d, want %d", data, place, got, offset)
			}
		}
	}
	x := newText("ab\ncd\n")
	for p, offset := range map[position]int{{0, 9}: 2, {1, 2}: 5, {2, 0}: 6, {7, 0}: 6, {-1, 3}: 0} {
		if got := x.offset(p); got != offset {
			t.Errorf("%v is byte %d, want %d", p, got, offset)
		}
	}
}

// Shell in another file is looked at where it stands; what is no shell is left alone.
func TestHosts(t *testing.T) {
	c := newClient(t)
	c.open(".github/workflows/x.yml", "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: flock -n /run/𝄞 # é\n      - run: |\n          echo\n          flock -n /run/x\n")
	want(t, "a workflow", c.said(".github/workflows/x.yml", 1), "LK203 flock-without-command [5,13,5,29]", "LK203 flock-without-command [8,10,8,25]")
	c.open("notes.md", "flock -n (\n")
	want(t, "no shell", c.said("notes.md", 1))
	c.open("tool.sh", "#!/usr/bin/python3\nx = (1\n")
	want(t, "another language", c.said("tool.sh", 1))
	c.open("zero.sh", "echo \x00\n")
	if got := c.said("zero.sh", 1); len(got) != 1 || !strings.Contains(got[0].Message, "NUL") {
		t.Errorf("a NUL: %q", brief(got))
	}
}

// Settings are those of the folder that the document lies in.
func TestSettings(t *testing.T) {
	c := newClient(t)
	if err := os.WriteFile(filepath.Join(c.dir, ".lockkitrc"), []byte("severity=error\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	c.open("job.sh", faulty)
	want(t, "with settings", c.said("job.sh", 1), "LK601 check-then-create [2,5,2,15]")
	if err := os.WriteFile(filepath.Join(c.dir, ".lockkitrc"), []byte("severity=loud\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	c.tell("textDocument/didSave", documentParams{identifier{URI: c.uri("job.sh")}})
	if got := c.said("job.sh", 1); len(got) != 1 || !strings.Contains(got[0].Message, "unknown level") {
		t.Errorf("bad settings: %q", brief(got))
	}
}

// The rule's page is shown where it has found something.
func TestHover(t *testing.T) {
	c := newClient(t)
	c.open("job.sh", faulty)
	c.said("job.sh", 1)
	at := func(line, character int) (h *hover) {
		c.call("textDocument/hover", placeParams{identifier{URI: c.uri("job.sh")}, position{line, character}}, &h)
		return h
	}
	if h := at(2, 8); h == nil || h.Contents.Kind != "markdown" || !strings.Contains(h.Contents.Value, "# LK601 check-then-create") || h.Range.Start.Line != 2 {
		t.Errorf("at a finding: %+v", h)
	}
	if h := at(4, 1); h != nil {
		t.Errorf("elsewhere: %+v", h)
	}
}

// Repairs are those that lint offers, and a directive is offered where it silences.
func TestCodeActions(t *testing.T) {
	c := newClient(t)
	const text = "#!/bin/bash\nf() {\n  flock -n 9\n  work\n} 9>/run/lock/x\nf\n"
	c.open("job.sh", text)
	list := c.said("job.sh", 1)
	want(t, "opened", list, "LK201 unchecked-acquire [2,2,2,12]")
	actions := func(line int) (list []codeAction) {
		c.call("textDocument/codeAction", actionParams{identifier{URI: c.uri("job.sh")}, span{position{line, 0}, position{line, 4}}}, &list)
		return list
	}
	got := actions(2)
	if len(got) != 2 || got[0].Kind != "quickfix" || !got[0].Preferred || got[1].Title != "say that LK201 unchecked-acquire is meant here" {
		t.Fatalf("actions: %+v", got)
	}
	if got := actions(3); len(got) != 0 {
		t.Errorf("elsewhere: %+v", got)
	}
	for i, a := range got {
		x := newText(text)
		edits := a.Edit.Changes[c.uri("job.sh")]
		after := x.data
		for j := len(edits) - 1; j >= 0; j-- {
			e := edits[j]
			after = after[:x.offset(e.Range.Start)] + e.NewText + after[x.offset(e.Range.End):]
		}
		c.change("job.sh", 2+i, nil, after)
		want(t, a.Title, c.said("job.sh", 2+i))
	}
}

// The lens proves the text as it is, and shows the page.
func TestProveLens(t *testing.T) {
	c := newClient(t)
	t.Setenv("TMPDIR", c.dir)
	c.open("none.sh", "echo\n")
	c.said("none.sh", 1)
	var lenses []codeLens
	c.call("textDocument/codeLens", documentParams{identifier{URI: c.uri("none.sh")}}, &lenses)
	if len(lenses) != 0 {
		t.Errorf("without locks: %+v", lenses)
	}
	c.open("job.sh", faulty)
	c.said("job.sh", 1)
	c.call("textDocument/codeLens", documentParams{identifier{URI: c.uri("job.sh")}}, &lenses)
	if len(lenses) != 1 {
		t.Fatalf("with locks: %+v", lenses)
	}
	var answer struct{ Verdict, Page string }
	c.call("workspace/executeCommand", lenses[0].Command, &answer)
	page, err := os.ReadFile(pathOf(answer.Page))
	if err != nil || answer.Verdict != "violated" || !strings.Contains(string(page), "<html") || <-c.shown != answer.Page {
		t.Errorf("%+v, %v, %d bytes", answer, err, len(page))
	}
	err = c.rpc.Call(t.Context(), "workspace/executeCommand", command{Command: "rm", Arguments: []string{"x"}}, nil)
	if codeOf(err) != jsonrpc2.CodeInvalidParams {
		t.Errorf("another command: %v", err)
	}
}

// What the server does not know is refused or passed over; the end is orderly when it is
// asked for first.
func TestConversation(t *testing.T) {
	c := newClient(t)
	c.tell("$/setTrace", map[string]string{"value": "off"})
	c.tell("$/nonsense", nil)
	c.tell("$/cancelRequest", map[string]any{"id": 99})
	if err := c.rpc.Call(t.Context(), "textDocument/rename", struct{}{}, nil); codeOf(err) != jsonrpc2.CodeMethodNotFound {
		t.Errorf("an unknown request: %v", err)
	}
	c.change("never-opened.sh", 1, nil, "x")
	c.call("shutdown", nil, nil)
	c.tell("exit", nil)
	if !<-c.ended {
		t.Error("the end was not orderly")
	}
	d := newClient(t)
	d.rpc.Close()
	if <-d.ended {
		t.Error("an end without a word is orderly")
	}
}

// Of a text that has changed while it was looked at, or was closed, nothing is said.
func TestNothingIsSaidOfAnOldText(t *testing.T) {
	for name, change := range map[string]func(s *server){
		"changed": func(s *server) { s.documents["x"].text = newText("echo\n"); s.ask("x") },
		"closed":  func(s *server) { delete(s.documents, "x") },
	} {
		s := &server{documents: map[string]*document{}, woken: make(chan struct{}, 1)} // saying something would panic
		d := &document{uri: "x", path: "x", text: newText(faulty)}
		s.documents["x"] = d
		s.ask("x")
		s.meanwhile = func() { change(s) }
		if !s.next(t.Context()) || d.seen != nil {
			t.Errorf("%s: it is kept", name)
		}
	}
}

func codeOf(err error) int64 {
	var told *jsonrpc2.Error
	errors.As(err, &told)
	if told == nil {
		return 0
	}
	return told.Code
}

func TestNames(t *testing.T) {
	for uri, path := range map[string]string{
		"file:///tmp/a%20b/%C3%BC.sh": "/tmp/a b/ü.sh", "untitled:Untitled-1": "Untitled-1", "vscode-remote://host/home/x.sh": "x.sh",
		"FILE:///a/b.sh#L1": "/a/b.sh", "file://host/a%2Gb%": "/a%2Gb%", "file:/c": "/c", "job.sh": "job.sh",
	} {
		if got := pathOf(uri); got != path {
			t.Errorf("%s: %q, want %q", uri, got, path)
		}
	}
	if got := pathOf(uriOf("/tmp/a b/ü%#?.sh")); got != "/tmp/a b/ü%#?.sh" {
		t.Errorf("there and back: %q", got)
	}
}
