// Package manual is the manual: what a page is, how one is written down, and what a
// terminal and man(1) are given of it.
//
// A page of a command is made of its help, so that there is one text of what it does, its
// options and its exit status; what a help leaves out, as files and examples, stands in a
// file of pages/ under the page's name. Other pages, as with_lock(1), stand there whole.
// Each indented block in these files is run by a test.
package manual

// Page is a manual page.
type Page struct {
	Name     string // as in "with_lock"
	Section  string // as in "1"
	Title    string // what stands behind the name: lower case, no full stop
	Sections []Section
}

// Section is a part of a page under a heading.
type Section struct {
	Heading string // upper case
	Blocks  []Block
}

// Block is a paragraph, an item of a list with its text, or lines that are shown as they
// are. Check is what a test does with such lines; no reader sees it.
type Block struct {
	Kind  Kind
	Term  string
	Text  string
	Check string
}

// Kind tells blocks apart.
type Kind int

// The kinds of blocks.
const (
	Paragraph Kind = iota
	Item
	Verbatim
)

// Find returns the section under a heading, or nil.
func (p *Page) Find(heading string) *Section {
	for i := range p.Sections {
		if p.Sections[i].Heading == heading {
			return &p.Sections[i]
		}
	}
	return nil
}
