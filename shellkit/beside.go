package shellkit

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rules"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A script may break the lock of another: it clears the file away that carries it. Of the
// scripts that are looked at together, those in whose text the lock of another one stands
// are explored with that.

// locking is a script that has locks under names that other scripts can share.
type locking struct {
	script *Script
	locks  []string
}

// bystander is a script in whose text the lock of another one may stand.
type bystander struct {
	*Script // without its protocol
	set     *Settings
}

// mostPairs bounds how many pairs of scripts are explored.
const mostPairs = 24

// clearing are words of the commands that clear files away or replace them.
var clearing = [][]byte{[]byte("rm"), []byte("mv"), []byte("unlink"), []byte("delete"), []byte("sed"), []byte("clean")}

// meets notes what a script is to others.
func (g *gathering) meets(v *verdict) {
	s := v.script
	if !v.set.asks(brokenPromise.Code) {
		return
	}
	names := func(word []byte) bool { return bytes.Contains(s.script().Data, word) }
	kept := s.bare()
	if v.account != nil {
		one := locking{script: kept}
		for _, at := range s.Protocol.Locks() {
			if path.IsAbs(at.Text) && !strings.Contains(at.Text, "$") && at.Input == "" && !at.Varies {
				one.locks = append(one.locks, at.Text)
			}
		}
		if len(one.locks) > 0 {
			g.locking = append(g.locking, one)
		}
	} else if !slices.ContainsFunc(clearing, names) {
		return
	}
	g.bystanders = append(g.bystanders, bystander{kept, v.set})
}

// beside explores each script that has locks with each that may clear them away, and
// returns a finding for every promise that is broken by both together alone, at the place
// in the second of them.
func (g *gathering) beside(found []diag.Finding) (out []diag.Finding) {
	pairs := 0
	for i := range g.locking {
		first := &g.locking[i]
		for k := range g.bystanders {
			second := &g.bystanders[k]
			if second.Script == first.script || !second.mentions(first.locks) {
				continue
			}
			at := slices.IndexFunc(g.bystanders, func(b bystander) bool { return b.Script == first.script })
			if pairs++; at < 0 || pairs > mostPairs {
				continue
			}
			out = append(out, g.meeting(first, &g.bystanders[at], second, append(found, out...))...)
		}
	}
	return out
}

// mentions tells whether a lock, or a folder that it lies in, stands in the text.
func (b *bystander) mentions(locks []string) bool {
	return slices.ContainsFunc(locks, func(lock string) bool {
		for strings.Count(lock, "/") > 1 {
			if bytes.Contains(b.script().Data, []byte(lock)) {
				return true
			}
			lock = path.Dir(lock)
		}
		return false
	})
}

func (g *gathering) meeting(of *locking, first, second *bystander, found []diag.Finding) (out []diag.Finding) {
	var scripts []*Script
	for _, b := range []*bystander{first, second} {
		s, err := b.reload()
		if err != nil {
			return nil // said where it is looked at alone
		}
		scripts = append(scripts, s)
	}
	if Meet(scripts...) != nil || !scripts[1].Protocol.HasLocks() && !scripts[1].Protocol.Disturbs() {
		return nil
	}
	got := prove.Explore([]*protocol.Protocol{scripts[0].Protocol, scripts[1].Protocol}, second.set.explores())
	for i := range got.Violations {
		b := &got.Violations[i]
		if !slices.Contains(of.locks, b.Lock) || len(slices.Compact(slices.Sorted(slices.Values(b.Scripts)))) < 2 {
			continue // or one of them breaks it alone
		}
		if slices.ContainsFunc(found, func(f diag.Finding) bool { return saysTogether(&f, b, first.File.Name, second.File.Name) }) {
			continue
		}
		v := &verdict{script: scripts[1], set: second.set}
		f := v.unexplained(b)
		for _, s := range b.Trace.Steps { // where the second of them takes part
			if run := s.Process - 1; s.Script == second.File.Name && s.Span.Start.Known() && (run >= len(b.Scripts) || b.Scripts[run] == 1) {
				f.Span = s.Span
				break
			}
		}
		out = append(out, f)
	}
	return out
}

// saysTogether tells whether a rule that looks at several scripts has found that these
// break the promise.
func saysTogether(f *diag.Finding, b *prove.Violation, names ...string) bool {
	return slices.Contains(names, f.Span.File) && suspects(f) && (len(f.Broken) == 0 || slices.Contains(f.Broken, promiseOf(b))) && slices.ContainsFunc(promises(f), func(p rules.Property) bool {
		return p == rules.Any || prove.Property(p) == b.Property
	})
}

// fileOf is a file by its name, also that of a script in which nothing was found alone.
func (g *gathering) fileOf(name string, files map[string]*source.File) *source.File {
	if i := slices.IndexFunc(g.bystanders, func(b bystander) bool { return b.File.Name == name }); i >= 0 && files[name] == nil {
		return g.bystanders[i].File
	}
	return files[name]
}
