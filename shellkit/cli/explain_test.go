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

func TestListRules(t *testing.T) {
	var out bytes.Buffer
	listRules(&out)
	if !strings.Contains(out.String(), "LK301\tunlink-while-locked\tthe locked file") {
		t.Errorf("LK301 is not listed as CODE, slug, title:\n%s", &out)
	}
}
