package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// jsonAnswer is the answer about one promise of one lock, as json, sarif and html
// have it. Lines are those of all scripts; Places tell whose.
type jsonAnswer struct {
	Lock     string      `json:"lock"`
	Lines    []int       `json:"lines"`
	Places   []jsonPlace `json:"places"`
	Property string      `json:"property"`
	Verdict  string      `json:"verdict"`
	Why      string      `json:"why"`
	Scripts  []string    `json:"scripts"` // that take part in what is violated
}

type jsonPlace struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// answers is every property of every lock. One that is violated by a script alone and
// by several together is there once for each.
func (p *Proof) answers() []jsonAnswer {
	out := []jsonAnswer{}
	for _, a := range p.Result.Answers {
		j := jsonAnswer{Lock: a.Lock, Property: string(a.Property), Verdict: string(a.Verdict), Why: a.Why, Lines: []int{}, Places: []jsonPlace{}, Scripts: []string{}}
		for _, at := range a.At {
			place := jsonPlace{at.File, at.Start.Line}
			if !slices.Contains(j.Places, place) {
				j.Places = append(j.Places, place)
			}
			if !slices.Contains(j.Lines, place.Line) {
				j.Lines = append(j.Lines, place.Line)
			}
		}
		slices.Sort(j.Lines)
		if a.Verdict != prove.Violated {
			out = append(out, j)
			continue
		}
		for i := range p.Result.Violations {
			if v := &p.Result.Violations[i]; v.Lock == a.Lock && v.Property == a.Property {
				j.Scripts = p.takePart(v)
				out = append(out, j)
			}
		}
	}
	return out
}

// takePart lists the scripts whose runs make up a violation, each once.
func (p *Proof) takePart(v *prove.Violation) []string {
	var out []string
	for i, name := range p.Names {
		if slices.Contains(v.Scripts, i) {
			out = append(out, name)
		}
	}
	return out
}

// among says which scripts a violation is about, where several were given.
func (p *Proof) among(v *prove.Violation) string {
	names := p.takePart(v)
	switch {
	case len(p.Names) < 2:
		return ""
	case len(names) == 1:
		return " in " + Harmless(names[0]) + " alone"
	}
	return " between " + Harmless(strings.Join(names, " and "))
}

// locks writes for people what each lock is, where it stands, and what was found of it.
func (p *Proof) locks(b *strings.Builder) {
	answers := p.Result.Answers
	for i := 0; i < len(answers); {
		lock := answers[i].Lock
		what := Harmless(lock) + p.lines(answers[i].At)
		byVerdict := map[prove.Verdict][]string{}
		for ; i < len(answers) && answers[i].Lock == lock; i++ {
			byVerdict[answers[i].Verdict] = append(byVerdict[answers[i].Verdict], string(answers[i].Property))
		}
		var parts []string
		for _, v := range []prove.Verdict{prove.Violated, prove.Unknown, prove.Holds} {
			if list := byVerdict[v]; len(list) > 0 {
				word := string(v)
				if v == prove.Holds && len(list) > 1 {
					word = "hold"
				}
				parts = append(parts, strings.Join(list, ", ")+" "+word)
			}
		}
		plainly(b, "lock:", what+": "+strings.Join(parts, "; "), p.Width)
	}
}

// lines lists the lines of places, under the names of their files where these are
// not all in the one script.
func (p *Proof) lines(at []source.Span) string {
	if len(at) == 0 {
		return ""
	}
	var b strings.Builder
	file, line := "", 0
	for i, s := range at {
		switch {
		case i > 0 && s.File == file && s.Start.Line == line:
			continue
		case i > 0 && s.File == file:
			b.WriteString(", ")
		case i > 0:
			b.WriteString("; ")
		}
		if s.File != file && (len(p.Names) > 1 || s.File != p.Names[0]) {
			b.WriteString(Harmless(s.File) + ":")
		}
		file, line = s.File, s.Start.Line
		b.WriteString(strconv.Itoa(line))
	}
	return ", lines " + b.String()
}
