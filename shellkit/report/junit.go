package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The shape is that of JUnit's reports as Jenkins, GitLab and Azure read them: a suite for
// each file with findings, a case for each finding. A case that fails is a finding, one that
// is in error a file that could not be checked; where there is neither, one case passes, for
// an empty report counts as one that was lost.
type (
	junitReport struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string      `xml:"name,attr"`
		Class   string      `xml:"classname,attr"`
		File    string      `xml:"file,attr,omitempty"`
		Line    int         `xml:"line,attr,omitempty"`
		Failure *junitFault `xml:"failure"`
		Error   *junitFault `xml:"error"`
	}
	junitFault struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

func writeJUnit(w io.Writer, f *Findings) error {
	doc := junitReport{Name: "lockkit"}
	for _, group := range f.byFile() {
		name := Harmless(group[0].Span.File)
		suite := junitSuite{Name: name}
		for _, d := range group {
			at := fmt.Sprintf("%d:%d", d.Span.Start.Line, f.column(d.Span.File, d.Span.Start))
			if !d.Span.Start.Known() {
				at = "somewhere"
			}
			text := []string{fmt.Sprintf("%s:%s: %s [%s]", name, at, Harmless(d.Message), d.Rule)}
			for _, n := range d.Notes {
				text = append(text, fmt.Sprintf("note: %s:%d: %s", Harmless(n.Span.File), n.Span.Start.Line, Harmless(n.Text)))
			}
			text = append(text, "more: lockkit explain "+d.Rule.Code)
			suite.Cases = append(suite.Cases, junitCase{
				Name: d.Rule.String() + ", " + at, Class: name, File: name, Line: d.Span.Start.Line,
				Failure: &junitFault{Harmless(d.Message), d.Level.String(), strings.Join(text, "\n")},
			})
			suite.Failures++
		}
		doc.add(suite)
	}
	for _, x := range f.Faults {
		name := Harmless(x.Span.File)
		doc.add(junitSuite{Name: name, Errors: 1, Cases: []junitCase{{
			Name: "can be checked", Class: name, File: name, Line: x.Span.Start.Line,
			Error: &junitFault{Harmless(x.Message), "not checked", Harmless(x.Message)},
		}}})
	}
	if len(doc.Suites) == 0 {
		doc.add(junitSuite{Name: "lockkit", Cases: []junitCase{{Name: "no unsafe locking was found", Class: "lockkit"}}})
	}
	text, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

// add counts a suite, and what is in it.
func (r *junitReport) add(s junitSuite) {
	s.Tests = len(s.Cases)
	r.Tests += s.Tests
	r.Failures += s.Failures
	r.Errors += s.Errors
	r.Suites = append(r.Suites, s)
}
