package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/source"
)

const hookBlocks = 2 // what coding assistants take for "this must not be done"

// writing is what an assistant has written, or is about to write.
type writing struct {
	Path    string  `json:"file_path"`
	Content *string `json:"content"`
	Old     *string `json:"old_string"`
	New     *string `json:"new_string"`
	All     bool    `json:"replace_all"`
	Edits   []struct {
		Old string `json:"old_string"`
		New string `json:"new_string"`
		All bool   `json:"replace_all"`
	} `json:"edits"`
}

// payload is what a hook is told.
type payload struct {
	Event string   `json:"hook_event_name"`
	Input *writing `json:"tool_input"`
	writing
}

// checkHook looks at what an assistant writes. What it cannot understand it does not let
// pass as right: that is 2 as well.
func checkHook(c *console) error {
	text, err := io.ReadAll(io.LimitReader(c.In, 4*source.MaxSize))
	if err != nil {
		return fail(hookBlocks, "check: standard input: %s", reason(err))
	}
	var p payload
	if err := json.Unmarshal(text, &p); err != nil {
		return fail(hookBlocks, "check: what the hook is told is not understood: %s", inJSON(err))
	}
	w := &p.writing
	if p.Input != nil {
		w = p.Input
	}
	if w.Path == "" {
		return nil // another tool than one that writes files
	}
	after, err := w.text(p.Event == "PostToolUse")
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil // nothing is there that could be wrong
	case err != nil:
		return fail(hookBlocks, "check: %s: %s", w.Path, reason(err))
	}
	linter := &shellkit.Linter{
		Stdin: strings.NewReader(after), StdinName: w.Path, Settings: []shellkit.Setting{{Key: "severity", Value: "warning"}},
	}
	answer, code, err := check(linter, []string{"-"})
	if err != nil {
		return fail(hookBlocks, "%s", err)
	}
	if code != lintFindings {
		return nil // no script, or one that will be looked at when it parses
	}
	explainHook(c.Err, answer)
	return exit(hookBlocks)
}

// inJSON says what is wrong with a JSON text.
func inJSON(err error) string {
	var other *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &other) && other.Field == "":
		return "it is no object but " + other.Value
	case errors.As(err, &other):
		return fmt.Sprintf("%s is a %s", other.Field[strings.LastIndexByte(other.Field, '.')+1:], other.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is no JSON from byte %d on", syntax.Offset)
	}
	return err.Error()
}

// text is the file as it is, or as it will be.
func (w *writing) text(written bool) (string, error) {
	if w.Content != nil {
		return *w.Content, nil
	}
	f, err := source.Read(w.Path)
	if err != nil {
		return "", err
	}
	text := string(f.Data)
	if written {
		return text, nil
	}
	replace := func(old, by string, all bool) {
		n := 1
		if all {
			n = -1
		}
		text = strings.Replace(text, old, by, n)
	}
	if w.Old != nil && w.New != nil {
		replace(*w.Old, *w.New, w.All)
	}
	for _, e := range w.Edits {
		replace(e.Old, e.New, e.All)
	}
	return text, nil
}

// explainHook tells an assistant what is wrong, how it can happen and what would be right.
func explainHook(w io.Writer, answer *report.Checked) {
	for _, d := range answer.List {
		fmt.Fprintf(w, "%s:%d: %s [%s]\n", report.Harmless(d.Span.File), d.Span.Start.Line, report.Harmless(d.Message), d.Rule)
		if d.Trace != nil {
			fmt.Fprintf(w, "  how: %s\n", report.Harmless(d.Trace.Sentence()))
		}
		if advice := adviceOf(d); advice != "" {
			fmt.Fprintf(w, "  cure: %s\n", report.Harmless(advice))
		}
		fmt.Fprintf(w, "  more: lockkit explain %s\n", d.Rule.Code)
	}
	for _, p := range answer.Proofs {
		if p.Repair != nil {
			fmt.Fprintf(w, "%s, repaired so that prove holds for it:\n%s\n", report.Harmless(p.Name), p.Repair.After)
		}
	}
}

func adviceOf(d diag.Finding) string {
	if d.Fix != nil {
		return d.Fix.Title
	}
	return d.NoFix
}
