package extract

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// withInner lists some texts and behind each the texts that its commands give to a shell on
// this machine: what is treated like a lock there is as much one as anywhere else.
func (c *sites) withInner(texts []text) (all []text) {
	for _, t := range texts {
		all = append(append(all, t), c.innerTexts(t)...)
	}
	return all
}

// innerTexts lists the texts that a text gives to a shell, and those that these give to one.
// What a trap runs is looked at where the trap stands.
func (c *sites) innerTexts(t text) (all []text) {
	in := c.in(t.src)
	add := func(w *syntax.Word, script string) {
		src := t.src.embedded(w, script)
		if src.depth > maxDepth {
			return
		}
		file, err := shell.Parse(src.name, src.text, c.dialect)
		if err != nil {
			return // the walk says that it does not parse
		}
		inner := text{file: file, src: src, signs: t.signs}
		all = append(append(all, inner), c.innerTexts(inner)...)
	}
	syntax.Walk(t.file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			for _, r := range n.Redirs {
				if r.Hdoc != nil && (in.isShell(n) || in.runsInput(n) == "a shell") {
					add(r.Hdoc, wordText(r.Hdoc.Parts, t.src))
				}
			}
		case *syntax.CallExpr:
			if len(n.Args) == 0 || n.Args[0].Lit() == "trap" {
				break
			}
			words := in.words(n)
			for i := 1; i < len(words); i++ {
				if isScript(words, i) {
					add(n.Args[i], words[i])
				}
			}
		}
		return true
	})
	return all
}
