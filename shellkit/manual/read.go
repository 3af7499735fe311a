package manual

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed pages
var pages embed.FS

// Names lists the pages that are written down, as with_lock.1, in order. A page is a file,
// or a folder of files that follow each other in the order of their names.
func Names() []string {
	entries, err := fs.ReadDir(pages, "pages")
	if err != nil {
		panic(err) // they are part of the binary
	}
	var names []string
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".md"))
	}
	return names
}

// Topics are the pages that are about no command, by their names. A test holds that they
// are those with a title of their own; to look for them would cost every start.
var Topics = []string{"lock_fd", "lockkit-bats", "lockkit-cookbook", "lockkit-functions", "lockkit-rules", "lockkitrc", "unlock", "with_lock"}

// Topic returns the page of that name that is about no command.
func Topic(topic string) (*Page, error) {
	for _, name := range Names() {
		if p, err := Written(name); err == nil && p.Name == topic && p.Title != "" {
			return p, nil
		}
	}
	return nil, fmt.Errorf("there is no page %s", topic)
}

// Written returns the page of that name, as with_lock.1; for a command these are the parts
// that its help does not have. A page that is not there has no sections.
func Written(name string) (*Page, error) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return nil, fmt.Errorf("%s has no section", name)
	}
	p := &Page{Name: name[:dot], Section: name[dot+1:]}
	return p, p.read(textOf(name))
}

// textOf is what is written down for a page, or nothing.
func textOf(name string) string {
	text, err := pages.ReadFile(path.Join("pages", name+".md"))
	if err == nil {
		return string(text)
	}
	parts, err := fs.ReadDir(pages, path.Join("pages", name))
	if err != nil {
		return ""
	}
	var whole strings.Builder
	for _, part := range parts {
		text, err := pages.ReadFile(path.Join("pages", name, part.Name()))
		if err != nil {
			panic(err) // they are part of the binary
		}
		whole.WriteString(string(text) + "\n")
	}
	return whole.String()
}

// read takes the text of a page: `# HEADING`, paragraphs, indented lines as they are, and
// items, which are a line and then one that begins with `:   `. `title: …` stands first. A
// line `<!-- … -->` is about the next indented lines.
func (p *Page) read(text string) error {
	check := ""
	for _, chunk := range chunks(text) {
		first := chunk[0]
		var into *Section
		if len(p.Sections) > 0 {
			into = &p.Sections[len(p.Sections)-1]
		}
		switch {
		case strings.HasPrefix(first, "title: "):
			p.Title = strings.TrimPrefix(first, "title: ")
		case strings.HasPrefix(first, "# "):
			p.Sections = append(p.Sections, Section{Heading: strings.TrimPrefix(first, "# ")})
		case strings.HasPrefix(first, "<!-- "):
			check = strings.TrimSuffix(strings.TrimPrefix(strings.Join(chunk, "\n"), "<!-- "), " -->")
		case into == nil:
			return fmt.Errorf("%s.%s: %q stands before the first heading", p.Name, p.Section, first)
		case strings.HasPrefix(first, "    "):
			into.Blocks = append(into.Blocks, Block{Kind: Verbatim, Text: unindented(chunk), Check: check})
			check = ""
		case len(chunk) > 1 && strings.HasPrefix(chunk[1], ":   "):
			into.Blocks = append(into.Blocks, items(chunk)...)
		default:
			into.Blocks = append(into.Blocks, Block{Kind: Paragraph, Text: strings.Join(chunk, " ")})
		}
	}
	return nil
}

// chunks are the parts of a text that have empty lines between them; a heading and a
// remark for tests are such parts by themselves, and so are indented lines with empty ones
// between.
func chunks(text string) (list [][]string) {
	var now []string
	end := func() {
		if len(now) > 0 {
			list, now = append(list, now), nil
		}
	}
	indented := func(line string) bool { return strings.HasPrefix(line, "    ") }
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		switch {
		case strings.TrimSpace(line) == "":
			if len(now) > 0 && indented(now[0]) && i+1 < len(lines) && indented(lines[i+1]) {
				now = append(now, "")
				continue
			}
			end()
		case strings.HasPrefix(line, "# "):
			end()
			list = append(list, []string{line})
		default:
			now = append(now, line)
		}
	}
	end()
	return list
}

func unindented(lines []string) string {
	var out []string
	for _, line := range lines {
		out = append(out, strings.TrimPrefix(line, "    "))
	}
	return strings.Join(out, "\n")
}

// items reads one item or several that follow each other.
func items(lines []string) (list []Block) {
	for i, line := range lines {
		switch {
		case i+1 < len(lines) && strings.HasPrefix(lines[i+1], ":   "):
			list = append(list, Block{Kind: Item, Term: line})
		case strings.HasPrefix(line, ":   "):
			list[len(list)-1].Text = strings.TrimPrefix(line, ":   ")
		default:
			list[len(list)-1].Text += " " + strings.TrimSpace(line)
		}
	}
	return list
}
