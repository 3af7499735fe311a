package fix

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/source"
)

func edit(from, to int, text string) diag.Edit {
	return diag.Edit{Span: source.Span{Start: source.Pos{Offset: from}, End: source.Pos{Offset: to}}, New: text}
}

func TestApply(t *testing.T) {
	for name, c := range map[string]struct {
		data  string
		edits []diag.Edit
		want  string // "" where the edits are refused
	}{
		"nothing":                   {"ab\n", nil, "ab\n"},
		"replace":                   {"abc", []diag.Edit{edit(1, 2, "xx")}, "axxc"},
		"insert at both ends":       {"ab", []diag.Edit{edit(2, 2, ">"), edit(0, 0, "<")}, "<ab>"},
		"delete":                    {"ab\ncd\n", []diag.Edit{edit(0, 3, "")}, "cd\n"},
		"order of places":           {"abcd", []diag.Edit{edit(3, 4, "4"), edit(0, 1, "1")}, "1bc4"},
		"one place, order given":    {"ab", []diag.Edit{edit(1, 1, "x"), edit(1, 1, "y")}, "axyb"},
		"insert before replacement": {"ab", []diag.Edit{edit(1, 2, "z"), edit(1, 1, "x")}, "axz"},
		"CR LF stays":               {"a\r\nb\r\n", []diag.Edit{edit(0, 0, "x\n")}, "x\r\na\r\nb\r\n"},
		"at the CR":                 {"a\r\nb\r\n", []diag.Edit{edit(1, 1, "\nx")}, "a\r\nx\r\nb\r\n"},
		"at the LF":                 {"a\r\nb", []diag.Edit{edit(2, 2, "x\n")}, "a\rx\r\n\nb"},
		"a line with LF in it":      {"a\r\nb\n", []diag.Edit{edit(3, 3, "x\n")}, "a\r\nx\nb\n"},
		"no final newline":          {"a\nb", []diag.Edit{edit(2, 3, "c")}, "a\nc"},
		"invalid bytes":             {"\xff\xfe=1", []diag.Edit{edit(3, 4, "2")}, "\xff\xfe=2"},
		"overlap":                   {"abc", []diag.Edit{edit(0, 2, ""), edit(1, 3, "")}, ""},
		"beyond the end":            {"abc", []diag.Edit{edit(2, 4, "")}, ""},
		"before the start":          {"abc", []diag.Edit{edit(-1, 1, "")}, ""},
		"backwards":                 {"abc", []diag.Edit{edit(2, 1, "")}, ""},
	} {
		got, err := Apply([]byte(c.data), c.edits...)
		if string(got) != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestTogether(t *testing.T) {
	repair := func(edits ...diag.Edit) *diag.Fix { return &diag.Fix{Edits: edits} }
	for name, c := range map[string]struct {
		repairs []*diag.Fix
		want    []int
	}{
		"apart":              {[]*diag.Fix{repair(edit(0, 1, "")), repair(edit(2, 3, ""))}, []int{0, 1}},
		"the first wins":     {[]*diag.Fix{repair(edit(1, 3, "")), repair(edit(2, 4, "")), repair(edit(5, 6, ""))}, []int{0, 2}},
		"one edit is enough": {[]*diag.Fix{repair(edit(5, 6, "")), repair(edit(0, 1, ""), edit(5, 6, ""))}, []int{0}},
		"one inside another": {[]*diag.Fix{repair(edit(0, 9, "")), repair(edit(3, 3, "x"))}, []int{0}},
		"the same place":     {[]*diag.Fix{repair(edit(3, 3, "x")), repair(edit(3, 3, "x"))}, []int{0}},
		"adjacent":           {[]*diag.Fix{repair(edit(1, 3, "")), repair(edit(3, 4, ""))}, []int{0}},
		"none, and advice":   {[]*diag.Fix{nil, repair(), repair(edit(0, 1, ""))}, []int{2}},
	} {
		if got := Together(c.repairs); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func FuzzApply(f *testing.F) {
	f.Add([]byte("a\r\nb\n"), 1, 3, "x\ny", 4, 4, "z")
	f.Add([]byte("abc"), 0, 0, "", 3, 3, "\n")
	f.Fuzz(func(t *testing.T, data []byte, a, b int, s string, c, d int, u string) {
		e1, e2 := edit(a, b, s), edit(c, d, u)
		got, err := Apply(data, e1, e2)
		inside := func(e diag.Edit) bool { return 0 <= start(e) && start(e) <= end(e) && end(e) <= len(data) }
		apart := !touch(&diag.Fix{Edits: []diag.Edit{e1}}, &diag.Fix{Edits: []diag.Edit{e2}})
		if inside(e1) && inside(e2) && apart && err != nil {
			t.Fatalf("refused: %v", err)
		}
		if err != nil {
			return
		}
		if c < a {
			e1, e2 = e2, e1
		}
		if !bytes.HasPrefix(got, data[:min(start(e1), start(e2))]) || !bytes.HasSuffix(got, data[max(end(e1), end(e2)):]) {
			t.Errorf("bytes outside of %v and %v changed: %q to %q", e1, e2, data, got)
		}
		if !strings.Contains(string(data), "\r\n") && len(got) != len(data)-(end(e1)-start(e1))-(end(e2)-start(e2))+len(s)+len(u) {
			t.Errorf("the length is wrong: %q to %q", data, got)
		}
	})
}
