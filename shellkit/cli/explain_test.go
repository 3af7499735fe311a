package cli

import (
	"bytes"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	var byCode, bySlug, both bytes.Buffer
	if err := explain(&byCode, []string{"lk301"}); err != nil {
		t.Fatal(err)
	}
	if err := explain(&bySlug, []string{"unlink-while-locked"}); err != nil {
		t.Fatal(err)
	}
	if byCode.String() != bySlug.String() || !strings.HasPrefix(byCode.String(), "# LK301 unlink-while-locked\n") {
		t.Errorf("by code:\n%s\nby slug:\n%s", &byCode, &bySlug)
	}
	err := explain(&both, []string{"LK301", "LK999"})
	if err == nil || exitCode(err) != exitUsage || both.Len() > 0 {
		t.Errorf("an unknown rule: %v after %d bytes", err, both.Len())
	}
}

func TestExplainTopic(t *testing.T) {
	var out bytes.Buffer
	if err := explain(&out, []string{"cron", "LK301"}); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); !strings.HasPrefix(text, "cron: a job that must not overlap\n\n  cron starts") || !strings.Contains(text, "\n# LK301 ") {
		t.Errorf("cron and LK301:\n%s", text)
	}
}

func TestListExplained(t *testing.T) {
	var out bytes.Buffer
	if err := listExplained(&out); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"LK301\tunlink-while-locked\tthe locked file", "\ncron\tcookbook\ta job that must not overlap\n"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%q is not listed:\n%s", line, &out)
		}
	}
}
