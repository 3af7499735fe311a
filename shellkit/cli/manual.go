package cli

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lockkit/lockkit/shellkit/manual"
	"github.com/lockkit/lockkit/shellkit/rules"
)

// Manual is all pages of the manual: one for each command, made of its help, and those that
// are about something else.
func Manual() ([]*manual.Page, error) {
	root := newRoot(&console{})
	var list []*manual.Page
	for _, cmd := range append([]*cobra.Command{root}, visible(root)...) {
		p, err := commandPage(cmd)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	for _, name := range manual.Names() {
		known := func(p *manual.Page) bool { return p.Name+"."+p.Section == name }
		if slices.ContainsFunc(list, known) {
			continue
		}
		p, err := manual.Written(name)
		if err != nil {
			return nil, err
		}
		addRules(p)
		list = append(list, p)
	}
	return list, nil
}

// pageName is that of the page of cmd: lockkit-lint.
func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// commandPage is the page of a command: what its help says, and behind that what is written
// down for it.
func commandPage(cmd *cobra.Command) (*manual.Page, error) {
	p, err := manual.Written(pageName(cmd) + ".1")
	if err != nil {
		return nil, err
	}
	p.Title = cmd.Short
	written := p.Sections
	h := readHelp(cmd)
	p.Sections = []manual.Section{{Heading: "SYNOPSIS", Blocks: []manual.Block{{Kind: manual.Verbatim, Text: strings.Join(h.usage, "\n")}}}}
	p.Sections = append(p.Sections, manual.Section{Heading: "DESCRIPTION", Blocks: h.about})
	if !cmd.HasParent() {
		p.Sections = append(p.Sections, commandList(cmd))
	}
	p.Sections = append(p.Sections, manual.Section{Heading: "OPTIONS", Blocks: h.options})
	if len(h.status) > 0 {
		p.Sections = append(p.Sections, manual.Section{Heading: "EXIT STATUS", Blocks: h.status})
	}
	p.Sections = append(p.Sections, written...)
	return p, nil
}

func commandList(root *cobra.Command) manual.Section {
	s := manual.Section{Heading: "COMMANDS"}
	for _, cmd := range visible(root) {
		s.Blocks = append(s.Blocks, manual.Block{Kind: manual.Item, Term: "`" + cmd.Name() + "`", Text: cmd.Short + "; " + pageName(cmd) + "(1)"})
	}
	return s
}

// helpParts is a help taken apart.
type helpParts struct {
	usage                  []string
	about, options, status []manual.Block
}

// readHelp takes the help of cmd apart. A direct command has written its own: it is the
// command's Long, from the usage to the status.
func readHelp(cmd *cobra.Command) (h helpParts) {
	cmd.InitDefaultHelpFlag()
	text := cmd.Long
	if text == "" {
		text = sentence(cmd.Short)
	}
	h.usage = []string{usage(cmd)}
	if directCommands[cmd.Name()] != nil {
		h.usage = nil
		lines, rest, _ := strings.Cut(text, "\n\n")
		for _, line := range strings.Split(lines, "\n") {
			h.usage = append(h.usage, strings.TrimSpace(strings.TrimPrefix(line, "usage:")))
		}
		text = rest
		for _, o := range readOptions(text) {
			h.options = append(h.options, o.block())
		}
	} else {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				h.options = append(h.options, flagOption(f).block())
			}
		})
	}
	for _, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		before, status, found := cutStatus(paragraph)
		if found {
			h.status = readStatus(status)
		}
		if before != "" && !optionLine().MatchString(strings.Split(before, "\n")[0]) {
			h.about = append(h.about, blocksOf(before)...)
		}
	}
	return h
}

// flagOption is an option as pflag knows it.
func flagOption(f *pflag.Flag) helpOption {
	value, about := pflag.UnquoteUsage(f)
	if f.Name == "help" {
		about = "show this"
	}
	if value != "" {
		value = strings.ToUpper(value)
	}
	switch {
	case f.DefValue == "" || f.DefValue == "false" || f.DefValue == "0" || f.DefValue == "[]":
	default:
		about += " (default " + f.DefValue + ")"
	}
	return helpOption{shorts: f.Shorthand, long: f.Name, value: value, about: about}
}

func (o helpOption) block() manual.Block {
	term := ""
	for _, short := range o.shorts {
		term += "`-" + string(short) + "`, "
	}
	term += "`--" + o.long + "`"
	if o.value != "" {
		term += " " + o.value
	}
	return manual.Block{Kind: manual.Item, Term: term, Text: o.about}
}

// blocksOf parts a paragraph of a help: lines that begin with blanks are shown as they are.
func blocksOf(text string) (list []manual.Block) {
	for _, line := range strings.Split(text, "\n") {
		kind := manual.Paragraph
		if strings.HasPrefix(line, "  ") {
			kind = manual.Verbatim
		}
		last := len(list) - 1
		switch {
		case last < 0 || list[last].Kind != kind:
			list = append(list, manual.Block{Kind: kind, Text: strings.TrimPrefix(line, "  ")})
		case kind == manual.Verbatim:
			list[last].Text += "\n" + strings.TrimPrefix(line, "  ")
		default:
			list[last].Text += " " + line
		}
	}
	return list
}

// cutStatus finds where a help begins to speak of the exit status.
func cutStatus(text string) (before, status string, found bool) {
	at := statusWords()[0].FindStringIndex(text)
	if at == nil {
		return text, "", false
	}
	return strings.TrimSpace(text[:at[0]]), strings.Join(strings.Fields(text[at[1]:]), " "), true
}

// statusWords find the parts of what a help says of the exit status: where it begins, its
// items, and where something else begins.
var statusWords = sync.OnceValue(func() [3]*regexp.Regexp {
	return [3]*regexp.Regexp{
		regexp.MustCompile(`(?:^|\n)(?:Exit (?:code|status)|status): ?`),
		regexp.MustCompile(`(?:^|[,;] )((?:\d|128\+)[\dN]*(?: \(or -E\))?(?: and \d+)?|the command's)`),
		regexp.MustCompile(`\. [A-Z]|; of `),
	}
})

// readStatus makes a list of `0 clean, 1 findings; of several the highest`: what stands
// behind it is a paragraph.
func readStatus(text string) (list []manual.Block) {
	rest := ""
	if end := statusWords()[2].FindStringIndex(text); end != nil {
		text, rest = text[:end[0]], strings.TrimLeft(text[end[0]:], ".; ")
	}
	at := statusWords()[1].FindAllStringSubmatchIndex(text, -1)
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		term, about := text[m[2]:m[3]], strings.TrimRight(strings.TrimSpace(text[m[3]:end]), ".")
		if term == "the command's" {
			term, about = "other", "the command's own"
		}
		list = append(list, manual.Block{Kind: manual.Item, Term: "`" + term + "`", Text: about})
	}
	if rest != "" {
		list = append(list, manual.Block{Kind: manual.Paragraph, Text: sentence(rest)})
	}
	return list
}

// sentence begins with a capital and has a full stop.
func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimRight(text[1:], ".") + "."
}

// showPage prints a page that is about no command.
func showPage(w io.Writer, topic string) error {
	p, err := manual.Topic(topic)
	if err != nil {
		return err
	}
	addRules(p)
	return manual.Text(w, p)
}

// addRules puts a list of the rules into the page that is about them.
func addRules(p *manual.Page) {
	if p.Name != "lockkit-rules" {
		return
	}
	s := manual.Section{Heading: "RULES"}
	for _, r := range rules.All() {
		s.Blocks = append(s.Blocks, manual.Block{Kind: manual.Item, Term: "`" + r.Code + " " + r.Slug + "`, " + r.Level.String(), Text: sentence(r.Title)})
	}
	at := slices.IndexFunc(p.Sections, func(s manual.Section) bool { return s.Heading == "EXAMPLES" })
	p.Sections = slices.Insert(p.Sections, max(at, 0), s)
}
