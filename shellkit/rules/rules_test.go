package rules

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The set is complete and in order: what the list names has both files, and no
// page is without its rule.
func TestSet(t *testing.T) {
	seen := map[string]bool{}
	for i, r := range all {
		if !regexp.MustCompile(`^LK[1-9]\d\d$`).MatchString(r.Code) {
			t.Errorf("%s: not a code", r.Code)
		}
		if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(r.Slug) {
			t.Errorf("%s: %q is not a slug", r.Code, r.Slug)
		}
		if seen[r.Code] || seen[r.Slug] {
			t.Errorf("%s: code or slug twice", r)
		}
		seen[r.Code], seen[r.Slug] = true, true
		if i > 0 && all[i-1].Code >= r.Code {
			t.Errorf("%s stands behind %s", r.Code, all[i-1].Code)
		}
		if n := len(r.Title); n == 0 || n > 80 || strings.HasSuffix(r.Title, ".") || r.Title[0] >= 'A' && r.Title[0] <= 'Z' {
			t.Errorf("%s: title %q is not one short lower-case line without full stop", r.Code, r.Title)
		}
		if ByName(r.Code) != r || ByName(r.Slug) != r || ByName(strings.ToLower(r.Code)) != r {
			t.Errorf("%s: is not found by its names", r.Code)
		}
	}
	files, err := fs.Glob(pages, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if !slices.ContainsFunc(all, func(r *Rule) bool { return r.stem()+".md" == name }) {
			t.Errorf("%s belongs to no rule of the list", name)
		}
	}
}

// Every page has its head, its sentence and the four sections, each with text,
// and scripts in Bad and Good.
func TestPages(t *testing.T) {
	for _, r := range all {
		page := r.Page()
		if page == "" {
			t.Errorf("%s has no page %s.md", r, r.stem())
			continue
		}
		head := "# " + r.String() + "\n\n" + strings.ToUpper(r.Title[:1]) + r.Title[1:] + ".\n\n"
		if !strings.HasPrefix(page, head) {
			t.Errorf("%s: the page does not begin with\n%s", r.Code, head)
		}
		var sections []string
		for _, part := range strings.Split(page, "\n## ")[1:] {
			name, text, _ := strings.Cut(part, "\n")
			sections = append(sections, name)
			if strings.TrimSpace(text) == "" || strings.Contains(text, "TODO") {
				t.Errorf("%s: section %s is empty", r.Code, name)
			}
		}
		if want := []string{"Bad", "Good", "Why", "Limits"}; !slices.Equal(sections, want) {
			t.Errorf("%s: sections %q, want %q", r.Code, sections, want)
		}
		bad, good := 0, 0
		for _, e := range r.Examples() {
			if e.Section == "Good" {
				good++
				continue
			}
			bad++
			if !slices.ContainsFunc(slices.Concat(mapValues(e.Want)...), func(c string) bool { return c == r.Code }) {
				t.Errorf("%s: the Bad script in line %d does not want %s", r.Code, e.Line, r.Code)
			}
		}
		if bad == 0 || good == 0 {
			t.Errorf("%s: %d scripts in Bad, %d in Good", r.Code, bad, good)
		}
	}
}

func mapValues(m map[int][]string) (out [][]string) {
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// Each page of a rule with a promise says which, below its first sentence, and so does
// no other.
func TestPromises(t *testing.T) {
	for _, r := range all {
		var names []string
		for _, p := range r.Breaks {
			names = append(names, string(p))
		}
		want := ""
		if len(names) > 0 {
			want = "\n\nPromise: " + strings.Join(names, ", ") + ".\n\n## Bad\n"
		}
		head, _, _ := strings.Cut(r.Page(), "\n## Bad\n")
		if got := strings.Contains(head, "\n\nPromise: "); got != (want != "") || !strings.Contains(r.Page(), want) {
			t.Errorf("%s: the page does not say which promise it is about: %v", r, names)
		}
		if r.Unseen != "" && len(r.Breaks) == 0 {
			t.Errorf("%s: nothing to be seen", r)
		}
	}
}
