package extract

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A script is the files that it sources as well. What a name, a variable or a function stands
// for may be said in another file than the one that uses it, so that the sites of all files
// are looked for together.

// text is one file of a script.
type text struct {
	file  *syntax.File
	src   *src
	signs shell.Signs
}

// sites collects the sites of some texts.
type sites struct {
	script  []text // the script, and what it sources
	src     *src   // of the text at hand
	dialect source.Dialect
	list    *[]site
	calls   *[]site         // of what no text at hand defines
	funcs   map[string]bool // functions that the texts define
	bodies  map[string]placedBody
	values  map[string][]string // by variable: what it is set to
	opened  map[string]bool     // descriptors on which a file is opened
	around  []place
	within  string
	behind  string
	inner   bool
}

// placedBody is that of a function, and the text that it stands in.
type placedBody struct {
	stmt *syntax.Stmt
	src  *src
}

// sitesIn returns the sites of a script and of the files that it sources, and the calls of
// what none of them defines. Of what there is no sign in any text nothing is looked for.
func sitesIn(d source.Dialect, texts ...text) (list, calls []site) {
	c := &sites{script: texts, dialect: d, list: &list, calls: &calls, funcs: map[string]bool{}, bodies: map[string]placedBody{}, values: map[string][]string{}, opened: map[string]bool{}}
	var found shell.Signs
	for _, t := range texts {
		found = found.With(t.signs)
		c.learn(t)
	}
	for _, t := range texts {
		c.src = t.src
		if found.Tools || found.Sources {
			c.stmts(t.file.Stmts)
		}
		if found.Tools {
			list = append(list, c.keptScripts(t.file)...)
		}
	}
	if found.Gone {
		outer := c.script
		c.script = c.withInner(texts)
		for _, t := range c.script {
			if t.src.depth > 0 {
				c.learn(t)
			}
		}
		list = append(list, c.likeLocks()...)
		c.script = outer
	}
	if found.Asks {
		list = append(list, c.processGuards()...)
	}
	return list, calls
}

// learn notes what a text defines, sets and opens.
func (c *sites) learn(t text) {
	set := func(name string, to *syntax.Word) {
		if to != nil {
			c.values[name] = append(c.values[name], wordText(to.Parts, t.src))
		}
	}
	syntax.Walk(t.file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			for _, name := range append(n.Names, n.Name) {
				if name != nil {
					c.funcs[name.Value], c.bodies[name.Value] = true, placedBody{n.Body, t.src}
				}
			}
		case *syntax.Redirect:
			if shell.MayCarryLock(n) && n.Op != syntax.DplIn && n.Op != syntax.DplOut {
				c.opened[n.N.Value] = true
			}
		case *syntax.Assign:
			if n.Name == nil {
				break
			}
			set(n.Name.Value, n.Value)
			if n.Array != nil {
				for _, e := range n.Array.Elems {
					set(n.Name.Value, e.Value)
				}
			}
		case *syntax.ForClause:
			if it, ok := n.Loop.(*syntax.WordIter); ok {
				for _, w := range it.Items {
					set(it.Name.Value, w)
				}
			}
		}
		return true
	})
}

// lookTogether looks for the sites of all texts once more where the script has sourced some:
// what each of them says alone is less than what they say together.
func (x *walker) lookTogether(root text) {
	if len(x.marks.sourced) == 0 {
		return
	}
	texts := []text{root}
	for _, name := range sortedKeys(x.marks.sourced) {
		texts = append(texts, x.marks.sourced[name].asText())
	}
	x.marks.sites, x.marks.calls = sitesIn(x.p.Dialect, texts...)
	x.marks.locks = x.marks.locks || len(x.marks.sites) > 0
}
