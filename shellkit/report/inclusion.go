package report

import (
	"fmt"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Inclusion says how the runs of a rehearsal stand to the protocol of their script.
type Inclusion struct {
	Runs    int // that were followed
	Inside  int // that are a path of the protocol
	Unknown int // that may be one
	Unclear []Unclear
	Outside []Stray
}

// An Unclear is a reason why runs are unknown.
type Unclear struct {
	Why  string `json:"why"`
	Runs int    `json:"runs"`
}

// A Stray is the first step of a run that is none of its protocol's.
type Stray struct {
	Schedule string
	Process  int // from 1
	Step     string
	Why      string
	Near     []source.Span // where the protocol stood
}

// facts hands over what a reader wants to know of it.
func (in *Inclusion) facts(say func(head, text string)) {
	if in == nil {
		return
	}
	say("trace inclusion", fmt.Sprintf("of %d runs %d are paths of the protocol, %d are outside, %d unknown", in.Runs, in.Inside, len(in.Outside), in.Unknown))
	for _, u := range in.Unclear {
		say("unknown", fmt.Sprintf("%d runs: %s", u.Runs, u.Why))
	}
	for _, s := range in.Outside {
		near := ""
		for i, span := range s.Near {
			if i == 0 {
				near = "; it stood at "
			} else {
				near += ", "
			}
			near += span.Start.String()
		}
		say("outside", fmt.Sprintf("%s in %s: %s%s", prove.Letter(s.Process), s.Schedule, s.Why, near))
	}
}

// jsonInclusion is its shape in an answer of rehearse.
type jsonInclusion struct {
	Runs    int         `json:"runs"`
	Inside  int         `json:"inside"`
	Unknown int         `json:"unknown"`
	Unclear []Unclear   `json:"unclear"`
	Outside []jsonStray `json:"outside"`
}

type jsonStray struct {
	Schedule string   `json:"schedule"`
	Process  int      `json:"process"`
	Step     string   `json:"step"`
	Why      string   `json:"why"`
	Near     []string `json:"near"`
}

func (in *Inclusion) json() *jsonInclusion {
	if in == nil {
		return nil
	}
	doc := &jsonInclusion{Runs: in.Runs, Inside: in.Inside, Unknown: in.Unknown, Unclear: append([]Unclear{}, in.Unclear...), Outside: []jsonStray{}}
	for _, s := range in.Outside {
		stray := jsonStray{s.Schedule, s.Process, strings.TrimSpace(s.Step), s.Why, []string{}}
		for _, span := range s.Near {
			stray.Near = append(stray.Near, span.Start.String())
		}
		doc.Outside = append(doc.Outside, stray)
	}
	return doc
}
