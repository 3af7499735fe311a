package hosts

import (
	"bytes"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Text is a piece of shell that stands in a host.
type Text struct {
	// Script is the text as its shell reads it, under the name of the host. It begins with
	// what the host sets for it: its first line says which shell that is.
	Script  *source.File
	Dialect source.Dialect
	Host    *source.File
	Index   int // of the text among those of its host
	// Hint says what may be behind it where the text is no shell; "" where nothing comes to mind.
	Hint string
	// Guessed says that a variable stands in the text for something that only the host knows,
	// and that may be any piece of shell.
	Guessed bool
	// Alone says how the host itself keeps the runs of the text apart; "" where it does not.
	Alone string

	begin  int // where the first byte of it stands in the host
	setup  int // how many bytes of Script are not of the host
	places passage
	quote  func(string) string // what stands for a text in the host; nil: itself
}

// Place is where a place of the script stands in the host.
func (t *Text) Place(s source.Span) source.Span {
	if s.File != t.Script.Name || !s.Start.Known() {
		return s
	}
	a, b := t.offset(s.Start), t.offset(s.End)
	from := t.at(a)
	to := from
	if b > a && b <= t.places.len() {
		to = max(from, int(t.places.to[b-1]))
	}
	return source.Span{File: t.Host.Name, Start: t.Host.Pos(from), End: t.Host.Pos(to)}
}

// offset is that of a place in the script; of some only the line is known.
func (t *Text) offset(p source.Pos) int {
	if p.Offset > 0 || p.Line <= 1 {
		return p.Offset
	}
	at := 0
	for range p.Line - 1 {
		next := bytes.IndexByte(t.Script.Data[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return min(at+p.Column-1, len(t.Script.Data))
}

func (t *Text) at(offset int) int {
	if offset >= 0 && offset < t.places.len() {
		return int(t.places.from[offset])
	}
	return t.places.end(0)
}

// Locate moves all places of a script's protocol into the host.
func (t *Text) Locate(p *protocol.Protocol) {
	for i := range p.Nodes {
		n := &p.Nodes[i]
		n.Span, n.Word = t.Place(n.Span), t.Place(n.Word)
	}
	for i := range p.Unknowns {
		p.Unknowns[i].Span = t.Place(p.Unknowns[i].Span)
	}
	for i := range p.Sites {
		p.Sites[i].Span = t.Place(p.Sites[i].Span)
	}
	p.Entry = t.Index + 1
}

// Written is the script with nothing in the place of what is not written in the host; all
// else stands where it does in Script.
func (t *Text) Written() *source.File {
	data := bytes.Clone(t.Script.Data)
	for i := range t.setup {
		if data[i] != '\n' {
			data[i] = ' '
		}
	}
	f, err := source.New(t.Script.Name, data)
	if err != nil {
		return t.Script
	}
	return f
}

// Quote is what has to be written into the host for its shell to see text.
func (t *Text) Quote(text string) string {
	if t.quote == nil {
		return text
	}
	return t.quote(text)
}

// Touches tells whether something of the text stands in a part of its host, or right beside
// it: what changes there may change the text.
func (t *Text) Touches(from, to int) bool {
	for i := range t.places.data {
		if int(t.places.to[i]) >= from && int(t.places.from[i]) <= to {
			return true
		}
	}
	return false
}

// repeats tells whether two texts are the same, by way of an alias.
func (t *Text) repeats(o *Text) bool {
	return t.begin == o.begin && bytes.Equal(t.Script.Data, o.Script.Data)
}

// a draft is a text that is being put together.
type draft struct {
	host    *source.File
	dialect string // the name of the shell
	flags   string // of its first line: "-e"
	remarks passage
	vars    []variable // that the host sets
	options string     // a line in the shell's language: "set -o pipefail"
	body    passage
	quote   func(string) string
	alone   string
	hint    string
	begin   int // where the text begins that is its own; 0: body
}

// variable is one that the host gives to a text, with the place where it says so.
type variable struct {
	name  string
	value passage
	open  bool // its value is shell: it may name other variables
}

// text puts the draft together. It is nil where there is nothing to look at or nobody
// knows the shell.
func (d *draft) text() *Text {
	dialect, known := source.ParseDialect(d.dialect)
	if own := saidShell().FindSubmatch(d.remarks.data); own != nil && known {
		if said, ok := source.ParseDialect(string(own[1])); ok {
			dialect, d.dialect = said, string(own[1])
		}
	}
	body := d.body.trim()
	if !known || body.len() == 0 {
		return nil
	}
	at := body.start(0)
	begin := at
	if d.begin > 0 {
		begin = d.begin
	}
	first := "#!/bin/" + d.dialect
	if d.flags != "" {
		first += " " + d.flags
	}
	var all passage
	all.add(first+"\n", at)
	for _, v := range d.vars {
		if !bytes.Contains(body.data, []byte(v.name)) && !d.passedOn(v.name) || !isName(v.name) {
			continue
		}
		all.add("export "+v.name+"=", v.value.start(at))
		all.join(v.quoted(at))
		all.add("\n", v.value.end(at))
	}
	if d.options != "" {
		all.add(d.options+"\n", at)
	}
	setup := all.len()
	all.join(d.remarks)
	all.join(d.body)
	if n := all.len(); all.data[n-1] != '\n' {
		all.add("\n", all.end(at))
	}
	f, err := source.New(d.host.Name, all.data)
	if err != nil {
		return nil
	}
	return &Text{Script: f, Dialect: dialect, Host: d.host, setup: setup, places: all, quote: d.quote, begin: begin, Alone: d.alone, Hint: d.hint, Guessed: d.body.guessed}
}

// saidShell is a comment by which a text names its shell.
var saidShell = regex.Of(`(?m)^[ \t]*#[ \t]*(?:shellcheck|lockkit)[ \t][^\n]*\bshell=([a-z0-9+]+)`)

// passedOn tells whether the value of another variable may name this one.
func (d *draft) passedOn(name string) bool {
	for _, v := range d.vars {
		if v.open && bytes.Contains(v.value.data, []byte(name)) {
			return true
		}
	}
	return false
}

// quoted is the value as a word of shell.
func (v *variable) quoted(at int) passage {
	from, to := v.value.start(at), v.value.end(at)
	mark, clean := `'`, strings.NewReplacer("'", `'\''`)
	if v.open {
		mark, clean = `"`, strings.NewReplacer(`"`, `\"`, "`", "\\`", `\`, `\\`)
	}
	var p passage
	p.instead(mark+clean.Replace(string(v.value.data))+mark, from, to)
	return p
}

func isName(s string) bool {
	for i, c := range []byte(s) {
		letter := c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// Line is where the text begins in its host.
func (t *Text) Line() int { return t.Host.Pos(t.begin).Line }

// sortedVariables brings variables into an order that is always the same.
func sortedVariables(vars []variable) []variable {
	slices.SortFunc(vars, func(a, b variable) int { return strings.Compare(a.name, b.name) })
	return vars
}
