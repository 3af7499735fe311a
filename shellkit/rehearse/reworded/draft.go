package reworded

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// draft is a script that is being rewritten.
type draft struct {
	shell source.Dialect
	head  string // the first line, which names the shell
	text  string // all below it
	files map[string]string
	tree  *syntax.File // of text; nil where that cannot be read
	lib   bool         // it is a library, as it was at first
	draw  func(below int) int
}

func newDraft(d source.Dialect, text string, draw func(int) int) *draft {
	out := &draft{shell: d, head: interprets(d), text: text, draw: draw}
	if strings.HasPrefix(text, "#!") {
		first, rest, _ := strings.Cut(text, "\n")
		out.head, out.text = first+"\n", rest
	}
	if !out.read() {
		return out
	}
	if out.lib = out.isLibrary(); out.lib || out.topReturns() {
		if !strings.HasPrefix(text, "#!") { // a first line would make a program of it, in which return means nothing
			out.head = "# lockkit shell=" + string(d) + "\n"
		}
	}
	return out
}

// read reads the text anew, and tells whether it can be read.
func (d *draft) read() bool {
	tree, err := shell.Read("job.sh", []byte(d.text), d.shell)
	if d.tree = tree; err != nil {
		d.tree = nil
	}
	return err == nil
}

// rewriteOnce applies one rewrite that fits and is none of those before, and returns its
// name; it is empty where none fits.
func (d *draft) rewriteOnce(before []string) string {
	if d.tree == nil || len(d.tree.Stmts) == 0 {
		return ""
	}
	left := slices.Clone(rewrites)
	for len(left) > 0 {
		i := d.draw(len(left))
		r := left[i]
		left = slices.Delete(left, i, i+1)
		if slices.Contains(before, r.name) {
			continue
		}
		was := *d
		if r.apply(d) && d.read() {
			return r.name
		}
		*d = was
	}
	return ""
}

// has tells whether one of some patterns stands in the text, whatever for.
func (d *draft) has(patterns ...*regexp.Regexp) bool {
	return slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(d.text) })
}

// edit puts a text in place of another one.
type edit struct {
	from, to int
	text     string
}

// edits carries edits out, which do not overlap.
func (d *draft) edits(list ...edit) bool {
	slices.SortStableFunc(list, func(a, b edit) int {
		return cmp.Or(cmp.Compare(b.from, a.from), cmp.Compare(b.to, a.to))
	})
	for _, e := range list {
		d.text = d.text[:e.from] + e.text + d.text[e.to:]
	}
	return len(list) > 0
}

func from(n syntax.Node) int { return int(n.Pos().Offset()) }
func upTo(n syntax.Node) int { return int(n.End().Offset()) }

// piece is the text of a node.
func (d *draft) piece(n syntax.Node) string { return d.text[from(n):upTo(n)] }

// ends is where a statement ends, without what ends it.
func ends(s *syntax.Stmt) int {
	end := 0
	if s.Cmd != nil {
		end = upTo(s.Cmd)
	}
	for _, r := range s.Redirs {
		end = max(end, upTo(r.Word))
	}
	return end
}

// pick draws one of a list; ok is false where it is empty.
func pick[T any](d *draft, list []T) (one T, ok bool) {
	if len(list) == 0 {
		return one, false
	}
	return list[d.draw(len(list))], true
}

// free is a name that does not stand in the text.
func (d *draft) free(names ...string) string {
	for _, n := range append(names, "zz_1", "zz_2", "zz_3", "zz_4", "zz_5") {
		if !strings.Contains(d.head+d.text, n) {
			return n
		}
	}
	return "zz_6"
}

// ownLine tells whether nothing but blanks stands before an offset on its line.
func (d *draft) ownLine(at int) bool {
	line := d.text[strings.LastIndexByte(d.text[:at], '\n')+1 : at]
	return strings.TrimSpace(line) == ""
}
