package fix

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
)

// Apply returns data with the edits of one repair made. Bytes that no edit covers
// stay what they are; where an edit stands on a line that ends in CR LF, so do
// the lines that it brings. Edits that insert at one place appear in the order
// given.
//
// The error says that an edit lies outside of data or that two overlap.
func Apply(data []byte, edits ...diag.Edit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b diag.Edit) int {
		return cmp.Or(cmp.Compare(start(a), start(b)), cmp.Compare(end(a), end(b)))
	})
	var out bytes.Buffer
	done := 0
	for _, e := range edits {
		switch {
		case start(e) < 0 || start(e) > end(e) || end(e) > len(data):
			return nil, fmt.Errorf("an edit at bytes %d to %d of %d", start(e), end(e), len(data))
		case start(e) < done:
			return nil, fmt.Errorf("two edits overlap at byte %d", start(e))
		}
		out.Write(data[done:start(e)])
		out.WriteString(withLineEnds(e.New, data, start(e)))
		done = end(e)
	}
	out.Write(data[done:])
	return out.Bytes(), nil
}

func start(e diag.Edit) int { return e.Span.Start.Offset }
func end(e diag.Edit) int   { return e.Span.End.Offset }

// withLineEnds gives text the line ends of the line at the offset.
func withLineEnds(text string, data []byte, offset int) string {
	next := bytes.IndexByte(data[offset:], '\n')
	if next > 0 && data[offset+next-1] == '\r' || next == 0 && offset > 0 && data[offset-1] == '\r' {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	}
	return text
}

// Together picks from repairs of one file those that can be made at once, and
// returns their indices: of two that touch, the first. A repair without edits is
// never picked.
func Together(repairs []*diag.Fix) []int {
	var picked []int
	for i, r := range repairs {
		if r != nil && len(r.Edits) > 0 && !slices.ContainsFunc(picked, func(j int) bool { return touch(repairs[j], r) }) {
			picked = append(picked, i)
		}
	}
	return picked
}

// touch tells whether two repairs change overlapping or adjacent places.
func touch(a, b *diag.Fix) bool {
	for _, x := range a.Edits {
		for _, y := range b.Edits {
			if start(x) <= end(y) && start(y) <= end(x) {
				return true
			}
		}
	}
	return false
}
