package reworded

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
)

var wholePath = regex.Of(`(?:^|[\s"'=<>;(])(/[A-Za-z][\w./-]*\w)`)

// pathsIn are the whole paths that stand in the text, each once.
func (d *draft) pathsIn() []string {
	var out []string
	for _, m := range wholePath().FindAllStringSubmatch(d.text, -1) {
		p := m[1]
		if strings.HasPrefix(p, "/dev/") || strings.HasPrefix(p, "/bin/") || strings.HasPrefix(p, "/usr/") || strings.HasPrefix(p, "/proc/") || strings.HasPrefix(p, "/etc/") || slices.Contains(out, p) {
			continue
		}
		out = append(out, p)
	}
	return out
}

// place is where a path stands in the text, and what surrounds it there.
type place struct {
	at     int
	quoted bool // in double quotes
}

var goesOn = regex.Of(`^[\w./*?\[{~-]`)

// placesOf finds a path where it stands as a whole word, outside of all quotes, in double ones,
// or in the text of a trap; ok is false where it stands anywhere else too.
func (d *draft) placesOf(path string) (found []place, ok bool) {
	mark := func(start int, text string, alone, quoted bool) {
		for i, end := 0, 0; ; i = end {
			next := strings.Index(text[i:], path)
			if next < 0 {
				return
			}
			i += next
			end = i + len(path)
			before := i == 0 && alone || i > 0 && (text[i-1] == '=' || !alone && strings.ContainsRune(" >;", rune(text[i-1])))
			if !goesOn().MatchString(text[end:]) && (before || quoted) {
				found = append(found, place{start + i, quoted})
			}
		}
	}
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CaseItem, *syntax.TestClause:
			return false
		case *syntax.Redirect:
			return n.Hdoc == nil
		case *syntax.CallExpr:
			if q := d.trapText(n); q != nil {
				mark(from(q)+1, q.Value, false, false)
			}
		case *syntax.DblQuoted:
			for _, p := range n.Parts {
				if l, is := p.(*syntax.Lit); is {
					mark(from(l), d.piece(l), true, true)
				}
			}
			return false
		case *syntax.Word:
			for i, p := range n.Parts {
				if l, is := p.(*syntax.Lit); is {
					mark(from(l), d.piece(l), i == 0, false)
				}
			}
		}
		return true
	})
	return found, len(found) > 0 && len(found) == strings.Count(d.text, path)
}

// trapText is the text of a trap that is written in single quotes, without any other quote.
func (d *draft) trapText(c *syntax.CallExpr) *syntax.SglQuoted {
	if len(c.Args) < 3 || c.Args[0].Lit() != "trap" || len(c.Args[1].Parts) != 1 {
		return nil
	}
	q, is := c.Args[1].Parts[0].(*syntax.SglQuoted)
	if !is || q.Dollar || q.Value == "" || q.Value == "-" || strings.ContainsAny(q.Value, "'\"\\") {
		return nil
	}
	return q
}

// put replaces a path at some places by a variable.
func put(found []place, path, name string) []edit {
	var out []edit
	for _, p := range found {
		text := `"$` + name + `"`
		if p.quoted {
			text = "${" + name + "}"
		}
		out = append(out, edit{p.at, p.at + len(path), text})
	}
	return out
}

// pathInVariable keeps a path in a variable that is set first of all. It may not be applied
// to a path that stands in a text for another shell, in a pattern, or at the front of a longer
// one.
func (d *draft) pathInVariable() bool {
	path, ok := pick(d, d.pathsIn())
	if !ok || d.lib {
		return false
	}
	found, ok := d.placesOf(path)
	if !ok {
		return false
	}
	name := d.free("place", "where_it_is")
	list := put(found, path, name)
	if len(list) > 1 && d.draw(3) == 0 { // one of them is enough
		list = list[:1]
	}
	return d.edits(append(list, edit{0, 0, name + "=" + path + "\n"})...)
}

// pathWithDefault lets who starts the script give the path. It may moreover not be applied
// where there is another path: the one that is given may be that one; nor where texts are made
// for other shells, to which a blank in it means something.
func (d *draft) pathWithDefault() bool {
	all := d.pathsIn()
	if len(all) != 1 || d.lib || d.has(otherTexts()) || strings.Count(d.text, "/") != strings.Count(d.text, all[0])*strings.Count(all[0], "/") {
		return false
	}
	found, ok := d.placesOf(all[0])
	if !ok {
		return false
	}
	name, given := d.free("place", "where_it_is"), d.free("PLACE", "WHERE_IT_IS")
	return d.edits(append(put(found, all[0], name), edit{0, 0, name + "=${" + given + ":-" + all[0] + "}\n"})...)
}
