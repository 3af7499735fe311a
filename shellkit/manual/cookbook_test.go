package manual

import (
	"slices"
	"testing"
)

func TestRecipes(t *testing.T) {
	p, err := Written(cookbook)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for i := range p.Sections {
		if word, _, ok := heading(&p.Sections[i]); ok {
			found = append(found, word)
		}
	}
	if !slices.Equal(found, Recipes) {
		t.Errorf("Recipes is %q, and the page has %q", Recipes, found)
	}
	for _, topic := range Recipes {
		title, s, err := Recipe(topic)
		if err != nil || title == "" || !slices.ContainsFunc(s.Blocks, func(b Block) bool { return b.Kind == Verbatim }) {
			t.Errorf("%s: %q with %v, or nothing to copy", topic, title, err)
		}
	}
	if _, s, err := Recipe("see also"); err == nil {
		t.Errorf("a section that is no recipe is one: %v", s)
	}
}
