package manual

import (
	"reflect"
	"slices"
	"testing"
)

func TestTopics(t *testing.T) {
	var titled []string
	for _, name := range Names() {
		p, err := Written(name)
		if err != nil {
			t.Fatal(err)
		}
		if p.Title != "" {
			titled = append(titled, p.Name)
		}
	}
	slices.Sort(titled)
	if !slices.Equal(titled, Topics) {
		t.Errorf("Topics is %q, and a title have %q", Topics, titled)
	}
}

func TestRead(t *testing.T) {
	const text = `title: one thing

# DESCRIPTION

Words that
go on.

<!-- status 1; prints x -->

    first

    second

` + "`-a`" + `
:   an item
    that goes on

` + "`-b`" + `
:   another
`
	p := &Page{Name: "x", Section: "1"}
	if err := p.read(text); err != nil {
		t.Fatal(err)
	}
	want := &Page{Name: "x", Section: "1", Title: "one thing", Sections: []Section{{"DESCRIPTION", []Block{
		{Kind: Paragraph, Text: "Words that go on."},
		{Kind: Verbatim, Text: "first\n\nsecond", Check: "status 1; prints x"},
		{Kind: Item, Term: "`-a`", Text: "an item that goes on"},
		{Kind: Item, Term: "`-b`", Text: "another"},
	}}}}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got  %+v\nwant %+v", p, want)
	}
	if err := (&Page{}).read("words before a heading"); err == nil {
		t.Error("words before a heading are taken")
	}
}
