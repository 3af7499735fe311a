package funcs

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A prover asks Validate's proofs what they think of mutants.
type prover struct {
	shell   string
	reached []map[string]bool // by proof: the functions that it comes to; nil where that is not known
	results sync.Map          // of what was explored: a protocol is not explored twice
}

// scout learns which proofs come to which functions.
func (p *prover) scout(t *testing.T, text []byte) {
	shell := p.shell
	named := map[place]string{} // the first statement of each function
	var firsts []place
	all := places(text, dialects[shell].lang)
	for _, s := range parsed(text, dialects[shell].lang).Stmts {
		f, ok := s.Cmd.(*syntax.FuncDecl)
		if !ok {
			continue
		}
		i := slices.IndexFunc(all, func(at place) bool { return at.from > int(f.Body.Pos().Offset()) })
		if i < 0 || all[i].to > int(f.End().Offset()) {
			t.Fatalf("no statement of %s can be marked", f.Name.Value)
		}
		firsts = append(firsts, all[i])
		named[all[i]] = f.Name.Value
	}
	mark := func(at place) string { return "reach_" + named[at] + " || :" }
	v := validating(t, shell, marking(text, firsts, mark))
	for _, proof := range v.proofs {
		names := map[string]bool{}
		for _, n := range scripted(t, v, proof).Nodes {
			if name, ok := strings.CutPrefix(n.Text, "reach_"); ok && n.Op == protocol.Work {
				names[name] = true
			}
		}
		p.reached = append(p.reached, names)
	}
}

func validating(t *testing.T, shell string, text []byte) *validation {
	v := &validation{file: script(t, string(text)), text: text, shell: shell, opt: Options{Version: "1.2.3", Engine: "flock"}}
	v.plan()
	return v
}

// scripted follows a use, which nobody will ask for again; nil where it does not parse.
func scripted(t *testing.T, v *validation, p *proof) *protocol.Protocol {
	t.Helper()
	p.followed = follow("mutant", v.calling(p), p.dialect)
	seen.Clear()
	s, err := p.script()
	if err != nil {
		return nil
	}
	return s.Protocol
}

// refuses tells why the proof of a mutant does not pass, or "", and the use that shows it.
func (p *prover) refuses(t *testing.T, m *mutant) (how, by string) {
	v := validating(t, p.shell, m.text)
	for i, proof := range v.proofs {
		if p.reached != nil && !p.reached[i][m.function] {
			continue
		}
		protocol := scripted(t, v, proof)
		if protocol == nil {
			return "it does not parse", proof.use.whole()
		}
		if wrong := proof.use.wrong(protocol); wrong != "" {
			return fmt.Sprintf("%s: %s", wrong, proof), proof.use.whole()
		}
		if missing := proof.use.missing(protocol); missing != "" {
			return fmt.Sprintf("it does not come to %s: %s", missing, proof), proof.use.whole()
		}
		if is := p.explored(proof, protocol); is != "" {
			return is + ": " + proof.String(), proof.use.whole()
		}
	}
	return "", ""
}

func (p *prover) explored(proof *proof, of *protocol.Protocol) string {
	said, _ := p.results.LoadOrStore(fingerprint(of), sync.OnceValue(func() string {
		if r := proof.result(); r.Verdict == prove.Unknown {
			return r.Doubts[0].Why
		}
		if broken := proof.broken(); broken != nil {
			return string(broken.Property) + " is violated"
		}
		return ""
	}))
	return said.(func() string)()
}

// fingerprint is the same for protocols that differ in where things stand alone.
func fingerprint(p *protocol.Protocol) [sha256.Size]byte {
	order := map[source.Span]int{}
	number := func(s *source.Span) int {
		if _, ok := order[*s]; !ok {
			order[*s] = len(order)
		}
		n := order[*s]
		*s = source.Span{}
		return n
	}
	q := *p
	q.Nodes, q.Unknowns, q.Sites = slices.Clone(p.Nodes), slices.Clone(p.Unknowns), slices.Clone(p.Sites)
	var spans []int
	for i := range q.Nodes {
		spans = append(spans, number(&q.Nodes[i].Span), number(&q.Nodes[i].Word))
	}
	for i := range q.Unknowns {
		spans = append(spans, number(&q.Unknowns[i].Span))
	}
	for i := range q.Sites {
		spans = append(spans, number(&q.Sites[i].Span))
	}
	return sha256.Sum256(fmt.Appendf(nil, "%+v %v", q, spans))
}
