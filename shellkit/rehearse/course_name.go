package rehearse

import (
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/regex"
)

// symbol is what stands in a name of a trace for a value that is not known.
var symbol = regex.Of(`\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_0-9]+|\$[$!?@*#-]|<[^>]*>|\*|\?`)

// is notes what a name stands for, by all that the script does to its path.
func (n *namePlan) is(p *protocol.Protocol, path int) {
	n.folder = n.folder || p.Paths[path].Dir
	for i := range p.Nodes {
		if node := &p.Nodes[i]; node.Path == path {
			n.folder = n.folder || (node.Op == protocol.Claim || node.Op == protocol.Create) && strings.HasPrefix(node.Text, "mkdir")
			n.link = n.link || node.Op == protocol.Claim && node.Text == "ln -s"
			n.number = n.number || node.Mode.Has(protocol.Pid)
		}
	}
}

// fixed tells whether a name stands for one path whatever a run is given.
func (n *namePlan) fixed() bool { return n.text != "" && !symbol().MatchString(n.text) }

// place is the path that a name stands for where that is known: written out, or with the
// arguments that its runs are given; else "".
func (n *namePlan) place() string {
	if n.fixed() {
		return n.text
	}
	return n.likely
}

// fits tells whether a path may be what a name of a trace stands for, in a script that
// runs in a folder.
func (n *namePlan) fits(real, folder string) bool {
	if n.text == "" {
		return true
	}
	text := strings.TrimPrefix(n.text, "./")
	if n.fixed() {
		if !strings.HasPrefix(text, "/") {
			text = folder + "/" + text
		}
		return path.Clean(text) == path.Clean(real)
	}
	if place := linked(text); place != "" && fitsText(place, real) {
		return true
	}
	return fitsText(text, real)
}

// linked is a text with symbols in it behind a folder that is a link, or is below one,
// with what that leads to; "" where there is none.
func linked(text string) string {
	first := symbol().FindStringIndex(text)
	if first == nil || !strings.HasPrefix(text, "/") {
		return ""
	}
	end := strings.LastIndexByte(text[:first[0]], '/')
	if end <= 0 {
		return ""
	}
	place, err := filepath.EvalSymlinks(text[:end])
	if err != nil || place == text[:end] {
		return ""
	}
	return place + text[end:]
}

// fitsText tells whether a path may be what a text stands for.
func fitsText(text, real string) bool {
	var b strings.Builder
	b.WriteString("(^|/)")
	at := 0
	for _, s := range symbol().FindAllStringIndex(text, -1) {
		b.WriteString(regexp.QuoteMeta(text[at:s[0]]))
		b.WriteString(".*")
		at = s[1]
	}
	b.WriteString(regexp.QuoteMeta(text[at:]))
	b.WriteString("$")
	re, err := regexp.Compile(b.String())
	return err != nil || re.MatchString(real)
}

// deadNumber is that of a process that is gone.
const deadNumber = "32767"

// leadsTo is where the link leads when a trace begins.
func (n *namePlan) leadsTo() string {
	if n.number {
		return deadNumber
	}
	return "left-behind"
}

// content is what stands in the file when a trace begins.
func (n *namePlan) content() []byte {
	if n.number {
		return []byte(deadNumber + "\n")
	}
	return nil
}
