package reworded

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/rehearse/scripts"
	"github.com/lockkit/lockkit/shellkit/source"
	"github.com/lockkit/lockkit/shellkit/verdicts"
)

// First is where the seeds of reworded scripts begin; those below are of package scripts.
// A seed names its row by what stands there, so that it makes the same script whatever rows
// are put beside it.
const First uint64 = 10_000_000_000

// Script is one known script in other words.
type Script struct {
	Seed  uint64
	Row   verdicts.Row
	By    []string // the rewrites, in their order
	Shell source.Dialect
	Text  string
	Files map[string]string // what it sources, by the name in its folder
}

// String says where it comes from, and by which rewrites.
func (s *Script) String() string {
	return fmt.Sprintf("%s.txt:%d (%s), %s", s.Row.Kind, s.Row.Line, s.Shell, s.How())
}

// How names the rewrites.
func (s *Script) How() string {
	if len(s.By) == 0 {
		return "as it is"
	}
	return strings.Join(s.By, " + ")
}

// Deck holds the rows that are written otherwise.
type Deck struct {
	rows  map[uint64]verdicts.Row
	order []uint64
}

// NewDeck takes every row, but those whose first line names another shell than the row does.
func NewDeck() (*Deck, error) {
	rows, err := verdicts.Rows()
	if err != nil {
		return nil, err
	}
	k := &Deck{rows: map[uint64]verdicts.Row{}}
	for _, r := range rows {
		if d, named := source.Shebang([]byte(r.Text)); named && d != r.Shell {
			continue
		}
		h := fnv.New64a()
		fmt.Fprint(h, r.Kind, r.Shell, r.Text)
		number := h.Sum64() % First
		k.rows[number] = r
		k.order = append(k.order, number)
	}
	slices.Sort(k.order)
	return k, nil
}

// Len is the number of rows.
func (k *Deck) Len() int { return len(k.order) }

// Seed is that of a script: each round goes through all rows, in no order.
func (k *Deck) Seed(i int) uint64 {
	n := len(k.order)
	return First*uint64(1+i/n) + k.order[i%n]
}

// Make writes the script of a seed: by one to three rewrites, seldom by none.
func (k *Deck) Make(seed uint64) (Script, error) {
	row, is := k.rows[seed%First]
	if !is {
		return Script{}, fmt.Errorf("no row is known by the seed %d", seed)
	}
	draw := scripts.Draw(seed*0x9e3779b97f4a7c15 + 3)
	many := 1 + draw(3)
	if draw(12) == 0 {
		many = 0
	}
	d := newDraft(row.Shell, row.Text, draw)
	s := Script{Seed: seed, Row: row}
	for range many {
		if name := d.rewriteOnce(s.By); name != "" {
			s.By = append(s.By, name)
		}
	}
	s.Shell, s.Text, s.Files = d.shell, d.head+d.text, d.files
	return s, nil
}

// interprets is the first line by which a shell is chosen.
func interprets(d source.Dialect) string {
	if d == source.Ash {
		return "#!/bin/busybox ash\n"
	}
	return "#!/bin/" + string(d) + "\n"
}
